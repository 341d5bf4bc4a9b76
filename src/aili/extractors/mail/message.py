"""An e-mail becomes the text that its sender wrote: the better of its parts, without history; in the sandbox.

The standard library takes messages apart. Headers are decoded here, one by one: its newer policy raises on damaged ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from aili import codec
from aili.decoding import decode
from aili.document import Metadata
from aili.errors import MalformedError, PasswordError
from aili.extractors import Content, Task, set_aside
from aili.extractors.mail import markup, plain
from aili.language import count_words
from aili.properties import turned

PARTS = 2_000  # of a message; more than that is nobody's letter
FEWER = 0.6  # of the words of the HTML part: a plain part with fewer is a stub
LINKED = 25  # words to an address; a plain part with fewer is a list of addresses

_FIRM = re.compile(r",\s*(?:inc|ltd|llc|corp|co|plc|gmbh|ag|s\.?a)\.?$", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REPLY = re.compile(
    r"(?:(?:re|fwd?|aw|wg|antw|tr|rv|sv|vs|r|i|res|enc|回复|转发|答复)\s?(?:\[\d+\])?[:：]\s*)+", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+")
_SEALED = re.compile(r"-----BEGIN PGP MESSAGE-----")
_SIGNED = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]+: [^\n]*\n)*\n"
    r"|-----BEGIN PGP SIGNATURE-----.*?-----END PGP SIGNATURE-----",
    re.DOTALL,
)


@dataclass(kw_only=True, slots=True)
class _Body:
    """The texts of a message's parts, and what is attached to it."""

    plain: list[str]
    html: list[str]
    aside: Counter[str]


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Content``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Content:
    """What the sender wrote; raises PasswordError where it is encrypted, MalformedError where it is no message."""
    name = task.resource.reference
    message = message_from_bytes(re.sub(rb"\AFrom .*\n", b"", task.resource.data.lstrip()))
    if not message.keys():
        raise MalformedError(f"{name} is no e-mail: it does not begin with headers.", hint="Try another copy of it.")
    body = _Body(plain=[], html=[], aside=Counter())
    _gather(message, body, name)
    text = "\n\n".join(body.plain)
    page = "\n".join(body.html)
    if _SEALED.search(text):
        raise _encrypted(name)
    written = plain.written(_SIGNED.sub("", text))
    framed = markup.written(page) if page else None
    if framed is not None and _is_stub(written.text, framed.words):
        body.aside.update(framed.aside)
        words, media_type, whole = framed.words, "text/html", framed.text
        aside_words = framed.aside_words
    else:
        body.aside.update(written.aside)
        words, media_type, whole = count_words(written.text), "text/plain", written.text
        aside_words = written.aside_words
    return Content(
        text=whole.encode("utf-8", "replace").decode("utf-8"),
        media_type=media_type,
        metadata=_metadata(message),
        share=round(words / max(1, words + aside_words), 3),
        warnings=set_aside(body.aside),
    )


def _is_stub(text: str, words: int) -> bool:
    """Whether a plain part says less than the HTML part of so many words, or mostly addresses."""
    own = count_words(_ADDRESS.sub("", text))
    return own < FEWER * words or len(_ADDRESS.findall(text)) * LINKED > own > 40


def _gather(message: Message, body: _Body, name: str) -> None:
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in (
            "multipart/encrypted",
            "application/pgp-encrypted",
            "application/pkcs7-mime",
            "application/x-pkcs7-mime",
        ):
            raise _encrypted(name)
        if part.is_multipart():
            continue
        if kind not in ("text/plain", "text/html") or _is_attached(part):
            if kind not in (
                "application/pgp-signature",
                "application/pkcs7-signature",
                "application/x-pkcs7-signature",
            ):
                body.aside["attachment"] += 1
            continue
        text = _text(part, name)
        if kind == "text/html":
            body.html.append(text)
        else:
            body.plain.append(plain.flowed(text) if "flowed" in str(part.get("Content-Type", "")).lower() else text)


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a message, those of forwarded ones too, but not those of attached files."""
    waiting = [message]
    for _ in range(PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]


def _is_attached(part: Message) -> bool:
    return "attachment" in str(part.get("Content-Disposition", "")).lower()


def _text(part: Message, name: str) -> str:
    data = part.get_payload(decode=True)
    charset = part.get_param("charset", "")
    if not isinstance(data, bytes):
        return ""
    decoded = decode(data, charset=charset if isinstance(charset, str) else "", name=f"A part of {name}")
    return decoded.text.replace("\r\n", "\n").replace("\r", "\n")


def _metadata(message: Message) -> Metadata:
    subject = _said(message.get("Subject", ""))
    senders = getaddresses([str(message.get("From", ""))[:2000]])
    said = [_said(name) for name, _ in senders if name]
    names = [name if _FIRM.search(name) else turned(name) for name in said]
    return Metadata(
        title=_REPLY.sub("", subject, count=1) if _REPLY.match(subject) else subject,
        authors=tuple(dict.fromkeys(name for name in names if name and "@" not in name)),
        published=_day(str(message.get("Date", ""))[:200]),
    )


def _said(value: object) -> str:
    """A header's text, its encoded words (RFC 2047) decoded, without control characters and halves of characters."""
    return " ".join(_CONTROLS.sub("", _decoded(value)).split())


def _decoded(value: object) -> str:
    text = str(value)[:4000].replace("\r", "").replace("\n", "")
    try:
        parts: Sequence[tuple[bytes | str, str | None]] = decode_header(text)
    except (HeaderParseError, ValueError):
        return " ".join(text.split())
    said = ""
    for part, charset in parts:
        if isinstance(part, str):
            said += part
            continue
        try:
            said += part.decode(charset or "utf-8", "replace")
        except (LookupError, ValueError):  # a charset of no known name
            said += part.decode("utf-8", "replace")
    return " ".join(said.encode("utf-8", "replace").decode("utf-8").split())


def _day(date: str) -> str:
    """The day on which it was sent, where the sender was."""
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _encrypted(name: str) -> PasswordError:
    return PasswordError(f"{name} is encrypted.", hint="Open it in your mail program, and save its text.")
