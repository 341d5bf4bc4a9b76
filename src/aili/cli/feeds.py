"""What the command line does with a feed: lists its entries, or digests the newest of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from aili import codec
from aili.cli.exits import guarded, say
from aili.cli.output import write
from aili.errors import AccessError, StatusError, UnreadableError, UsageError
from aili.feed import Entry, Feed
from aili.renderers import line
from aili.renderers.markdown.escaping import escaped

WEB = ("http", "https")  # what an entry may lead to: a feed is a stranger's, and names no file of the reader's


def list_entries(feed: Feed, *, format_: str, output: str) -> None:
    """Write the list as ``text`` (or ``terminal``, which is the same), ``markdown`` or ``json``; raises UsageError."""
    forms: dict[str, Callable[[Feed], str]] = {"text": _text, "terminal": _text, "markdown": _markdown, "json": _json}
    if format_ not in forms:
        raise UsageError(
            f"A list of entries has no {format_} form.",
            hint="Take -f text, markdown or json, or --latest N for digests.",
        )
    write(forms[format_](feed), output)


def digest_newest(feed: Feed, count: int, digest: Callable[..., object]) -> int:
    """Digest the newest ``count`` entries; gives the first failure's code.

    Each is read at its link, and where that page cannot be read or there is none, as the text that the feed has of it.

    ``digest`` takes a reference and a label for the progress; one entry that fails does not keep the others out.
    """
    chosen = feed.entries[:count]
    if count > len(chosen):
        say(f"{line(feed.title) or line(feed.location)} lists only {len(chosen)}.", 0)
    codes = []
    for number, entry in enumerate(chosen, 1):
        label = f"{number} of {len(chosen)}: " if len(chosen) > 1 else ""
        one = partial(digest, schemes=WEB, label=label)
        codes.append(guarded(partial(_digest, feed, entry, one)))
        if codes[-1] >= 128:  # interrupted, or nobody reads any more
            break
    return next((code for code in codes if code), 0)


def _digest(feed: Feed, entry: Entry, digest: Callable[..., object]) -> object:
    if not entry.link:
        return digest(feed.resource(entry))
    try:
        return digest(entry.link)
    except (UnreadableError, AccessError, StatusError) as error:
        if not entry.text:
            raise
        because = error.message
    return digest(feed.resource(entry, because=because))


def _json(feed: Feed) -> str:
    return codec.encode(feed, indent=2).decode()


def _text(feed: Feed) -> str:
    return "\n".join([f"{line(feed.title) or 'Feed'} ({len(feed.entries)})", "", *_rows(feed)])


def _rows(feed: Feed) -> Iterator[str]:
    width = len(str(len(feed.entries)))
    for number, entry in enumerate(feed.entries, 1):
        day = entry.published[:10] or "".ljust(10)
        yield f"{number:>{width}}. {day}  {_title(entry)}"
        yield f"{'':{width}}  {'':10}  {line(entry.link) or 'no link; its text is in the feed'}"


def _markdown(feed: Feed) -> str:
    rows = [
        f"{number}. {f'{entry.published[:10]} ' if entry.published else ''}"
        + (f"[{escaped(_title(entry))}](<{_target(entry.link)}>)" if entry.link else escaped(_title(entry)))
        for number, entry in enumerate(feed.entries, 1)
    ]
    return "\n".join([f"# {escaped(feed.title) or 'Feed'}", "", *rows])


def _target(link: str) -> str:
    """``link`` as it may stand between angle brackets."""
    return line(link).replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C").replace(" ", "%20")


def _title(entry: Entry) -> str:
    return line(entry.title) or "Untitled"
