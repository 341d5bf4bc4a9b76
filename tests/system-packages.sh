#!/bin/sh
# Installs what some tests need beyond Python: a browser, and fonts that have emoji, CJK, Thai, Arabic and Hebrew. Where that is not possible,
# says so and goes on: the tests concerned then skip, and say why.
set -eu

wanted=""
command -v chromium >/dev/null 2>&1 || wanted="$wanted chromium"
fonts=$(fc-list 2>/dev/null || true)
case "$fonts" in *NotoColorEmoji*) ;; *) wanted="$wanted fonts-noto-color-emoji" ;; esac
case "$fonts" in *NotoSansThai*) ;; *) wanted="$wanted fonts-noto-core" ;; esac
case "$fonts" in *NotoSansCJK*) ;; *) wanted="$wanted fonts-noto-cjk" ;; esac
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$wanted" >&2
    log=$(mktemp)
    if apt-get update >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $wanted fontconfig >>"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "Not installed:$wanted. Tests that need them will skip; on Debian or Ubuntu, as root: apt-get install$wanted" >&2
