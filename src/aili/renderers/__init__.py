"""A Digest as something to read, and back: one row per format in ``RENDERERS``, ``render`` and ``parse`` over them.

Every format shows the same parts in the same order. Titles, sentences and names come from pages and models, so what is
shared here is mostly about distrust: ``line`` takes out what could command a terminal or reorder a sentence, ``web_address``
lets through only links that a reader may follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal
from urllib.parse import quote, urlsplit

from aili.digest import Bullet, Checks, Citation, Coverage, Digest, Imprint, Omission, Usage, Verdict
from aili.document import Document
from aili.errors import MalformedError, UsageError, quoted
from aili.language import Phrases, phrases
from aili.registry import Registry
from aili.segmentation import segment


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What a reader may choose; a format ignores what it has no use for.

    ``evidence`` shows the cited sentences, ``omissions`` what was left out (terminal; Markdown and HTML always show both).
    ``width`` is the terminal's, in columns. ``color`` and ``links`` (OSC 8) allow escape sequences; with both off the
    terminal format writes none at all.
    """

    evidence: bool = False
    omissions: bool = False
    width: int = 80
    color: bool = False
    links: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Renderer:
    """A format: ``write`` makes its text; ``read`` takes such a text and raises MalformedError, or UsageError where nothing
    can be read back.
    """

    write: Callable[[Digest, Document | None, Options], str]
    read: Callable[[str], Digest]


RENDERERS: Registry[Renderer] = Registry(
    "renderers",
    "format",
    {
        "text": "aili.renderers.text:RENDERER",
        "terminal": "aili.renderers.terminal:RENDERER",
        "markdown": "aili.renderers.markdown:RENDERER",
        "json": "aili.renderers.json:RENDERER",
        "html": "aili.renderers.html:RENDERER",
    },
)

_SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
}


def render(
    digest: Digest,
    *,
    format: str = "text",  # noqa: A002 (the word that every reader looks for)
    document: Document | None = None,
    options: Options | None = None,
) -> str:
    """The digest in ``format``; HTML shows the original beside it where ``document`` is given.

    Raises UsageError where no format has that name, or where ``document`` is not the one the digest was made from.
    """
    renderer = RENDERERS.load(format)
    return renderer.write(digest, document, options or Options())


def parse(text: str | bytes, *, format: str = "") -> Digest:  # noqa: A002 (as in render)
    """Read back a digest that ``render`` wrote, guessing the format where none is given.

    Raises MalformedError, with the number of the line and what was expected there, or UsageError for an unknown format.
    """
    if isinstance(text, bytes):
        text = _decoded(text)
    return RENDERERS.load(format or _guess(text)).read(text)


def format_of(path: str | PurePath) -> str:
    """The format that a file's name asks for; raises UsageError where its suffix is none of the known."""
    suffix = PurePath(path).suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    raise UsageError(
        f"The name {quoted(str(path))} does not say in which format to write.",
        hint=f"Known suffixes: {', '.join(_SUFFIXES)}.",
    )


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        raise MalformedError(
            f"Line {number}: expected UTF-8 text, found the byte 0x{data[error.start]:02x}.",
            hint="Save the file as UTF-8 and try again.",
        ) from error


def _guess(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return "json"
    if re.match(r"(?i)<(?:!doctype|html|!--)", start):
        return "html"
    return "markdown" if re.search(r"^# ", text, re.MULTILINE) else "text"


# What a sentence has no use for: controls (a terminal obeys them), bidirectional embeddings, overrides and isolates (they
# make "gpj.exe" of "exe.jpg"; Unicode TR 36), interlinear marks, byte order marks. Joiners and directional marks stay:
# Persian, Hindi and emoji are written with them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")


def plain(text: str) -> str:
    """``text`` without controls; tabs stay, and whatever breaks a line is a line feed."""
    return _UNWANTED.sub("", _BREAKS.sub("\n", text))


def line(text: str) -> str:
    """``text`` as one line that is safe to print: controls taken out, every run of white space one space."""
    return " ".join(plain(text).split())


# What could end an attribute, a Markdown link or an escape sequence, or hide where a link leads.
_BREAKS_OUT = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def web_address(location: str) -> str:
    """``location`` where it is an http or https address that a page may link to, otherwise the empty string."""
    try:
        parts = urlsplit(location)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    return "" if _BREAKS_OUT.search(location) else location


LEFT_OUT = "What was left out"
REPLACED = "The engine's own sentence failed its check; this is the source's."
MARKS: dict[Verdict, str] = {"supported": "✓", "refuted": "✗", "not enough info": "?"}


def remarks(bullet: Bullet, words: Phrases) -> Iterator[tuple[str, str]]:
    """Mark and words of what a reader must know of a bullet; nothing where it is supported, or was never checked."""
    if bullet.verdict is not None and bullet.verdict != "supported":
        reasons = " ".join(line(reason.message) for reason in bullet.reasons)
        word = words.verdict(bullet.verdict)
        yield MARKS[bullet.verdict], f"{word}: {reasons}" if reasons else word
    if bullet.origin == "replaced":
        yield "↺", REPLACED


def account(digest: Digest) -> Iterator[tuple[str, str]]:
    """What was read, by what, and what checking did, as a name and a sentence part each; nothing for what is not known."""
    origin, checks = digest.provenance, digest.checks
    if origin.words:
        yield "Read", f"{percent(origin.share)} of the document's {origin.words:,} words"
        yield "Document", f"{percent(origin.page_share)} of the words on the page"
    if origin.engine:
        yield "Engine", line(f"{origin.engine} {origin.version}")
    if all(bullet.verdict is None for bullet in bullets_of(digest)):
        yield "Checks", "none; nothing here was checked against a source"
    elif checks != Checks():
        told = [
            f"{count} {name}"
            for count, name in (
                (checks.supported, "supported"),
                (checks.refuted, "refuted"),
                (checks.not_enough_info, "not enough info"),
                (checks.replaced, "replaced by the source's sentence"),
                (checks.dropped, "dropped"),
            )
            if count or name == "supported"
        ]
        yield "Checks", ", ".join(told)
    if share := told_share(digest.coverage):
        yield "Told", share
    if origin.usage != Usage():
        known = f", ${origin.usage.dollars:.4f}" if origin.usage.dollars else ""  # 0: on a machine of one's own
        price = ", price not known" if origin.usage.dollars is None else known
        yield "Tokens", f"{origin.usage.input_tokens:,} in, {origin.usage.output_tokens:,} out{price}"


def told_share(coverage: Coverage) -> str:
    """How much of a document was told, in words; empty where nobody looked."""
    if coverage.share is None:
        return ""
    left = f"{coverage.omitted} of {coverage.passages} passages" if coverage.omitted else "no passage"
    return f"passages with {percent(coverage.share)} of the document's words; {left} left out"


def omission_lead(omission: Omission) -> str:
    """Where an omitted passage stands, and how much of the document's weight it has."""
    weight = f"{percent(omission.salience)} of the weight"
    return " · ".join(
        part for part in (line(omission.heading), line(omission.locator), f"{omission.words} words", weight) if part
    )


def percent(share: float) -> str:
    """A share of 0 to 1 in percent; all and nothing are said only where it is all and nothing."""
    if 0.995 <= share < 1:
        return "99%"
    return "<1%" if 0 < share < 0.01 else f"{share:.0%}"


# A video plays, and has no text to scroll to.
_VIDEO = re.compile(r"https://(?:www\.youtube\.com/|youtu\.be/)")


def place_address(cited: Citation | Omission) -> str:
    """The address of a cited sentence's place, such as a further page; empty where it has none of its own."""
    return web_address(cited.address or "")


def passage_address(location: str, cited: Citation | Omission) -> str:
    """Where a cited sentence stands, its place's own address before the document's ``location``; empty for no web address.

    A text fragment (WICG Scroll-to-Text) brings a browser to the sentence.
    """
    address = web_address(cited.address or location)
    words = line(cited.text).split()
    if not address or not words or _VIDEO.match(address):
        return address
    ends = [" ".join(words[:5]), " ".join(words[-5:])] if len(words) > 10 else [" ".join(words)]
    fragment = ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
    return f"{address.partition('#')[0]}#:~:text={fragment}"


def bullets_of(digest: Digest) -> Iterator[Bullet]:
    """Every bullet in reading order, the abstract's sentences first."""
    yield from digest.abstract
    for section in digest.sections:
        for question in section.questions:
            yield from question.bullets


def title_line(digest: Digest) -> str:
    """The title with the site's name: ``… | CNN``."""
    return " | ".join(part for part in (line(digest.title), line(digest.site)) if part)


def name_line(digest: Digest) -> str:
    """The title line of a page: as ``title_line``, but never without a title where one can be made."""
    return title_line(replace(digest, title=digest.name))


def split_title(text: str) -> tuple[str, str]:
    """Title and site of a title line; what follows the last bar is the site."""
    title, _, site = text.rpartition(" | ")
    return (title, site) if title else (text, "")


_UNSPACED = ("zh", "ja")  # written without spaces between sentences


def join_sentences(texts: Iterable[str], language: str) -> str:
    """Sentences as one paragraph, in the way of the language."""
    parts = (part for part in map(line, texts) if part)
    return ("" if language in _UNSPACED else " ").join(parts)


def split_sentences(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a paragraph, such that ``join_sentences`` gives the paragraph back."""
    gap = "" if language in _UNSPACED else " "
    sentences: list[str] = []
    end = 0
    for start, stop in segment(text, language=language):
        if sentences and text[end:start] != gap:
            sentences[-1] += text[end:stop]
        else:
            sentences.append(text[start:stop])
        end = stop
    return tuple(sentences)


# Languages with labels of their own.
_LABELLED = ("en", "es", "fr", "de", "it", "pt", "nl", "pl", "ru", "zh", "ja", "ko", "ar", "hi")


def header_line(imprint: Imprint) -> str:
    """Logo and brand: ``✨Summarize by Aili``."""
    return f"{line(imprint.logo)}Summarize by {line(imprint.brand)}"


def footer_lines(imprint: Imprint, words: Phrases) -> tuple[str, ...]:
    """*Shared by* and ©, each only where a name is set; the first line ends in a dot where a second follows."""
    name, owner = line(imprint.shared_by), line(imprint.owner)
    gap = "" if words.shared_by.endswith("：") else " "
    shared = f"{words.shared_by}{gap}{name}" if name else ""
    notice = " ".join(part for part in ("©", line(imprint.year), owner) if part) if owner else ""
    return (f"{shared} ·", notice) if shared and notice else tuple(part for part in (shared, notice) if part)


# What stands for an emoji where only its name came through: alternative texts and short codes.
_EMOJI_NAMES = {
    "magic star": "✨", "sparkles": "✨", "✨️": "✨", "rainbow": "🌈", "raising hand": "🙋", "person raising hand": "🙋",
    "woman raising hand": "🙋", "happy person raising one hand": "🙋",
}  # fmt: skip
_HEADER = re.compile(r"(?:.*:\s)?(.{0,80}?)\s*Summarize by (.+)")
_NOTICE = re.compile(r"(?:©|\([cC]\))\s*(?:(\d{4}(?:\s?[-–]\s?\d{2,4})?)\s+)?(.+)")


def emoji(mark: str) -> str:
    """A mark as it was before a messenger wrote its name in its place."""
    return _EMOJI_NAMES.get(mark.strip(": ").replace("_", " ").lower(), mark)


def read_header(text: str) -> Imprint | None:
    """The imprint that a header line shows, or None where it is no header."""
    match = _HEADER.fullmatch(text)
    return Imprint(logo=emoji(match[1]), brand=match[2]) if match else None


def read_label(text: str, part: Literal["abstract", "questions"]) -> tuple[str, tuple[str, ...]]:
    """The mark in front of a label and the languages that call ``part`` so; no languages where it is no such label."""
    label = text.strip("* ").lower()
    found = [
        tag for tag in _LABELLED if re.fullmatch(rf"(.*\W)?{re.escape(getattr(phrases(tag), part).lower())}", label)
    ]
    if not found:
        return "", ()
    length = len(getattr(phrases(found[0]), part))
    return emoji(text.strip("* ")[:-length].strip()), tuple(found)


def read_footer(text: str, imprint: Imprint, words: Phrases) -> Imprint | None:
    """``imprint`` with the names of a footer (its lines joined by a space), or None where it is no footer."""
    shared = re.fullmatch(rf"{re.escape(words.shared_by)}\s*(.+?)(?:\s*·\s*((?:©|\([cC]\)).*)?)?", text)
    notice = _NOTICE.fullmatch(shared[2] or "" if shared else text)
    if shared is None and notice is None:
        return imprint if not text else None
    return replace(
        imprint,
        shared_by=shared[1] if shared else "",
        year=(notice[1] or "") if notice else "",
        owner=notice[2] if notice else "",
    )
