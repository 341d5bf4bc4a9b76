"""A digest as one HTML file that asks nobody for anything: styles, script, the original and the data are all inside.

Without script it is a page with anchors; the script adds highlighting and keys. A content security policy names both by
their hashes and forbids everything else, so that even text which slipped through the escaping could neither run nor load.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from urllib.parse import quote

from aili import codec
from aili.digest import Digest
from aili.document import Document
from aili.errors import MalformedError
from aili.phrases import direction
from aili.renderers import Options, Renderer, header_line, line, name_line
from aili.renderers.html.content import text_of
from aili.renderers.html.panes import panes

DATA_ID = "aili-digest"


@cache
def asset(name: str) -> str:
    """Text of a file of ``renderers/assets``."""
    return files("aili.renderers").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The page's content security policy, for its ``meta`` element and for a server that sends it as a header."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(asset('page.css'))}'",
            f"script-src '{_hash(asset('page.js'))}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_HELP = """<dialog id="help" aria-labelledby="help-title" lang="en" dir="ltr">
<h2 id="help-title">Keys</h2>
<dl>
<div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous answer</dd></div>
<div><dt><kbd>Enter</kbd></dt><dd>show what it rests on</dd></div>
<div><dt><kbd>Esc</kbd></dt><dd>clear</dd></div>
<div><dt><kbd>?</kbd></dt><dd>this help</dd></div>
</dl>
<form method="dialog"><button>Close</button></form>
</dialog>"""


def _write(digest: Digest, document: Document | None, _options: Options) -> str:
    body = panes(digest, document)
    return f"""<!DOCTYPE html>
<html lang="{text_of(digest.language) or "en"}" dir="{direction(digest.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{text_of(name_line(digest)) or text_of(header_line(digest.imprint))}</title>
<link rel="icon" href="data:image/svg+xml,{_icon(digest)}">
<style>{asset("page.css")}</style>
</head>
<body>
<a class="skip" href="#digest" lang="en">Skip to the digest</a>
<header class="brand">
<p dir="ltr">{text_of(header_line(digest.imprint))}</p>
<button id="keys" type="button" lang="en" hidden>Keys <kbd aria-hidden="true">?</kbd></button>
</header>
<main>
{body}
</main>
<p id="said" class="unseen" role="status"></p>
{_HELP}
<script type="application/json" id="{DATA_ID}">{_data(digest)}</script>
<script>{asset("page.js")}</script>
</body>
</html>
"""


def _icon(digest: Digest) -> str:
    logo = text_of(line(digest.imprint.logo)[:8])
    box = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"'
    return quote(f'<svg {box}><text y="13" font-size="13">{logo}</text></svg>')


def _data(digest: Digest) -> str:
    """The digest's JSON such that no HTML parser finds the element's end in it, and no editor is misled by it."""
    json = codec.encode(digest).decode()
    return re.sub(r"[<>&\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]", lambda m: f"\\u{ord(m[0]):04x}", json)


class _DataFinder(HTMLParser):
    """Finds the element that holds the digest's data, however a browser that saved the page laid it out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and ("id", DATA_ID) in attrs
        if self._inside:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, _tag: str) -> None:
        self._inside = False


def _read(text: str) -> Digest:
    finder = _DataFinder()
    finder.feed(text)
    finder.close()
    if len(finder.found) != 1:
        last = text.count("\n") + 1
        raise MalformedError(
            f"Line {last}: expected one element <script id={DATA_ID!r}> in the page, found {len(finder.found)}.",
            hint="Only a page that aili wrote can be read back.",
        )
    return codec.decode(finder.found[0], Digest)


RENDERER = Renderer(write=_write, read=_read)
