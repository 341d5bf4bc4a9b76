"""How soon the web app is there, what it weighs, and a digest from paste to page: ``python -m benchmarks.serving``.

The server is a process of its own, ``aili serve`` as people start it, with a library of its own; a page of 900 words comes
from another server on loopback. A real browser, where there is one, pastes its address into the form and waits until the
last question of the digest is on the screen. Figures are medians of several runs after one that is thrown away.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2

from benchmarks import texts

PAGE = "harbour-bridge.html"
RUNS = 5


@contextmanager
def pages() -> Iterator[str]:
    """Address of a server of the examples."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(texts.EXAMPLES)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def app(directory: Path) -> Iterator[tuple[str, float, int]]:
    """Address of a new ``aili serve``, the seconds until it first answered, and its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AILI_")},
        "AILI_LIBRARY": str(directory / "library.db"),
        "AILI_CACHE": "0",
        "AILI_ALLOW_HOSTS": "127.0.0.1",
        "AILI_CONFIG": os.devnull,
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "aili", "serve", "--no-browser", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        yield url, _answered(url, process) - began, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answered(url: str, process: subprocess.Popen[bytes]) -> float:
    for _ in range(3000):
        try:
            if httpx2.get(f"{url}/api/v1/health", trust_env=False).status_code == 200:
                return time.perf_counter()
        except httpx2.TransportError:
            time.sleep(0.01)
        if process.poll() is not None:
            raise RuntimeError(f"aili serve ended with code {process.returncode}")
    raise RuntimeError("aili serve did not answer")


def resident(process: int) -> float:
    """MB that a process and its children hold in memory, shared pages counted once for each; 0 where /proc does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0.0
    own = re.search(r"VmRSS:\s+(\d+)", status)
    return (int(own[1]) / 1e3 if own else 0.0) + sum(resident(int(child)) for child in children)


def rest(url: str, page: str) -> float:
    """Seconds from a request to the complete digest through REST."""
    began = time.perf_counter()
    answer = httpx2.post(f"{url}/api/v1/digests?wait=30", json={"reference": page}, timeout=60, trust_env=False)
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
    return time.perf_counter() - began


def browsed(url: str, page: str, runs: int) -> list[float]:
    """Seconds from Enter in the form to the last question on the screen, in a real browser; empty where there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return []
    from playwright.sync_api import sync_playwright

    took = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        for run in range(runs + 1):
            tab.goto(url)
            tab.locator("#reference").fill(f"{page}?run={run}")
            began = time.perf_counter()
            tab.locator("#reference").press("Enter")
            tab.wait_for_url(re.compile("/digests/"), wait_until="domcontentloaded")
            tab.locator("h4").last.wait_for()
            took.append(time.perf_counter() - began)
        browser.close()
    return took[1:]


def main() -> int:
    """Print the table."""
    starts, idle = [], 0.0
    with tempfile.TemporaryDirectory() as place:
        for run in range(RUNS):
            with app(Path(place)) as (_, ready, process):
                if run:  # the first one makes the library
                    starts.append(ready)
                idle = max(idle, resident(process))
        with pages() as source, app(Path(place)) as (url, _, process):
            rest(url, f"{source}/{PAGE}")
            through_rest = [rest(url, f"{source}/{PAGE}?rest={run}") for run in range(RUNS)]
            in_browser = browsed(url, f"{source}/{PAGE}", RUNS)
            after = resident(process)
    print("| what | reached | aim |")
    print("| --- | --- | --- |")
    print(f"| `aili serve` answers after | {statistics.median(starts):.2f} s | 2 s |")
    print(f"| memory, idle | {idle:.0f} MB | 200 MB |")
    print(f"| memory after {RUNS * 2 + 2} digests, parser processes included | {after:.0f} MB | |")
    print(f"| 900-word page to digest, REST | {statistics.median(through_rest):.2f} s | |")
    told = f"{statistics.median(in_browser):.2f} s" if in_browser else "no browser here"
    print(f"| from Enter to the digest on the screen, browser | {told} | 1.5 s |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
