"""Share pages under load, and what they weigh: ``python -m benchmarks.sharing [--digests N] [--seconds S] [--keep FOLDER]``.

The server is ``aili serve`` as people start it, over a library of 10,000 made-up digests and one real one; the client, in
this process, holds connections open and sends the next request when the last is answered. Both share the machine's cores,
so the rate is a floor of what the server can do. ``--keep`` leaves the library in a folder, or measures the one that an
earlier run left.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from aili.library.digests import Digests
from aili.library.shares import Shares
from aili.pipeline import stream
from aili.settings import Settings
from aili.store import Store
from aili.store.records import OWNER, Filter
from benchmarks import serving, texts
from benchmarks.library import Writer, fill

CONNECTIONS = 64
SPREAD = 2_000  # shares, when readers come by many links
PAGE = 500  # digests listed at a time
SINGLY = 200  # requests one after another
BROWSER = "Accept-Encoding: gzip, br\r\n"


@dataclass
class Load:
    """What came back: seconds of each request, and what was no 200."""

    times: list[float] = field(default_factory=list)
    errors: int = 0
    octets: int = 0
    wall: float = 0.0

    def row(self, name: str, cpu: float) -> str:
        """A line of the table; ``cpu`` is the processor time of the server in seconds."""
        ordered = sorted(self.times)
        p99 = ordered[int(len(ordered) * 0.99) - 1] * 1000
        rate = len(ordered) / self.wall
        return (
            f"| {name} | {len(ordered):,} | {rate:,.0f} | {statistics.median(ordered) * 1000:.1f} | {p99:.1f} "
            f"| {cpu / len(ordered) * 1000:.2f} "
            f"| {self.errors} | {self.octets // max(1, len(ordered)):,} |"
        )


async def load(
    url: str, paths: list[str], *, connections: int, seconds: float, most: int, extra: str = BROWSER
) -> Load:
    """Ask for ``paths`` in turn over ``connections`` until ``seconds`` have passed or ``most`` requests are answered."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    seen, sent = Load(), 0
    began = time.perf_counter()

    async def one() -> None:
        nonlocal sent
        reader, writer = await asyncio.open_connection(host, port)
        while sent < most and time.perf_counter() - began < seconds:
            path = paths[sent % len(paths)]
            sent += 1
            start = time.perf_counter()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n{extra}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            body = await reader.readexactly(int(length[1])) if length else b""
            seen.times.append(time.perf_counter() - start)
            seen.octets += len(head) + len(body)
            seen.errors += not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304"))
        writer.close()

    found = await asyncio.gather(*(one() for _ in range(connections)), return_exceptions=True)
    for broken in [one for one in found if isinstance(one, BaseException)]:
        print(f"a connection broke: {broken!r}", file=sys.stderr)
        seen.errors += 1
    seen.wall = time.perf_counter() - began
    return seen


def prepared(folder: Path, count: int) -> tuple[list[str], str, str]:
    """Tokens of many shares, and those of the real article: excerpts only, and with its source."""
    store = Store.open(folder / "library.db")
    digests, shares = Digests(store), Shares(store)
    if not digests.facets(OWNER).total:
        fill(digests, count, Writer())
    found = [
        item.kept.id
        for offset in range(0, min(count, SPREAD), PAGE)
        for item in digests.find(OWNER, Filter(), offset=offset, limit=PAGE).items
    ]
    many = [shares.make(OWNER, digest, shared_by="Ada").token for digest in found]
    *_, last = stream(str(texts.EXAMPLES / serving.PAGE), settings=Settings(cache=False))
    kept = digests.keep(OWNER, last.digest, last.document)  # type: ignore[union-attr]
    excerpts = shares.make(OWNER, kept.id, shared_by="Ada Okafor")
    whole = shares.make(OWNER, kept.id, shared_by="Ada Okafor", with_source=True)
    store.close()
    return many, excerpts.token, whole.token


def weigh(url: str, token: str) -> dict[str, tuple[int, int]]:
    """Bytes of the page and of each file that it loads: as they are, and as they came over the line to a browser."""
    page = serving.httpx2.get(f"{url}/s/{token}", trust_env=False)
    found = {"page": (len(page.content), int(page.headers["content-length"]))}
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        answer = serving.httpx2.get(url + path, trust_env=False)
        name = path.partition("?")[0].rpartition("/")[2]
        if not name.endswith(".svg"):
            found[name] = (len(answer.content), int(answer.headers["content-length"]))
    return found


def processor_seconds(process: int) -> float:
    """What a process has computed so far; 0 where /proc does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measured(url: str, process: int, many: list[str], token: str, seconds: float) -> None:
    """The table of loads."""
    paths, one = [f"/s/{name}" for name in many], [f"/s/{token}"]
    tag = serving.httpx2.get(url + one[0], trust_env=False).headers["etag"]
    cases = (
        ("first time, one by one", paths[:SINGLY], 1, SINGLY, BROWSER),
        ("again, one by one", paths[:SINGLY], 1, SINGLY, BROWSER),
        (f"one page, {CONNECTIONS} connections", one, CONNECTIONS, 20_000, BROWSER),
        (f"one page, {CONNECTIONS} connections, not packed", one, CONNECTIONS, 20_000, ""),
        (f"unchanged (304), {CONNECTIONS} connections", one, CONNECTIONS, 20_000, f"If-None-Match: {tag}\r\n"),
        (f"{len(paths):,} pages, {CONNECTIONS} connections", paths[SINGLY:], CONNECTIONS, 20_000, BROWSER),
        ("a card, first time, one by one", [f"{path}/card.png" for path in paths[:30]], 1, 30, BROWSER),
    )
    print("| asked | requests | a second | median ms | p99 ms | server CPU ms | errors | bytes each |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, asked, connections, most, extra in cases:
        before = processor_seconds(process)
        done = await load(url, asked, connections=connections, seconds=seconds, most=most, extra=extra)
        print(done.row(name, processor_seconds(process) - before), flush=True)


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--digests", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each row at most")
    parser.add_argument("--keep", type=Path, help="folder of the library")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = chosen.keep or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        many, excerpts, whole = prepared(folder, chosen.digests)
        with serving.app(folder) as (url, _, process):
            asyncio.run(measured(url, process, many, excerpts, chosen.seconds))
            print(f"\nload average of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            print(f"memory of the server afterwards: {serving.resident(process):.0f} MB\n")
            print("| weight of a 900-word article | bytes | sent | with gzip |\n| --- | ---: | ---: | ---: |")
            for kind, token in (("excerpts", excerpts), ("with the source", whole)):
                parts = weigh(url, token)
                sizes = [sum(part[at] for part in parts.values()) for at in (0, 1)]
                told = ", ".join(f"{name} {sent:,}" for name, (_, sent) in parts.items())
                print(f"| {kind}: {told} | {sizes[0]:,} | {sizes[1]:,} | {_packed(url, token):,} |")
    return 0


def _packed(url: str, token: str) -> int:
    page = serving.httpx2.get(f"{url}/s/{token}", trust_env=False)
    files = [
        serving.httpx2.get(url + path, trust_env=False).content
        for path in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', page.text)
    ]
    return sum(len(gzip.compress(content, 9)) for content in (page.content, *files))


if __name__ == "__main__":
    sys.exit(main())
