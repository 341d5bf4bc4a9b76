"""What went wrong on the web, in a sentence that names the address and one that says what to do now."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

import httpcore2
import httpx2

from aili.errors import AiliError, DeadlineError, NetworkError, StatusError, TLSError

_SAVE = "Open it in your browser, save the page, and give aili the file."
_LATER = "Try again later."
_STATUSES = {
    401: ("asks to sign in", _SAVE),
    402: ("asks to pay", _SAVE),
    403: ("refuses to show the page to aili", _SAVE),
    404: ("has no such page", "Check the address; a web archive may have kept a copy."),
    407: ("asks to sign in to a proxy", _SAVE),
    408: ("lost patience", _LATER),
    410: ("has removed the page", "A web archive may have kept a copy."),
    425: ("is not ready yet", _LATER),
    429: ("has had too many requests", _LATER),
    451: ("may not show the page for legal reasons", "Look for the text elsewhere."),
    503: ("is overloaded or being repaired", _LATER),
}


def shown(url: httpx2.URL) -> str:
    """The address as an error names it, shortened where it is very long."""
    text = str(url)
    return text if len(text) <= 200 else f"{text[:199]}…"


def status_error(response: httpx2.Response, url: httpx2.URL) -> StatusError:
    """The error that the status code of ``response`` stands for (RFC 9110 §15)."""
    status = response.status_code
    other = ("has an error of its own", _LATER) if status >= 500 else ("does not give the page", "Check the address.")
    what, hint = _STATUSES.get(status, other)
    if status in (429, 503) and (wait := _wait(response.headers.get("retry-after", ""))):
        hint = f"The server asks to wait {wait}."
    return StatusError(f"The server of {shown(url)} {what} (status {status}).", hint=hint, status=status)


def _wait(header: str) -> str:
    """The header Retry-After (RFC 9110 §10.2.3) in words; empty where it makes no sense."""
    if header.isascii() and header.isdigit() and len(header) <= 6:
        return f"{int(header)} seconds"
    try:
        return f"until {parsedate_to_datetime(header):%Y-%m-%d %H:%M %Z}".strip()
    except (ValueError, OverflowError):  # OverflowError: a time zone of a thousand years
        return ""


@contextmanager
def translated(url: httpx2.URL, seconds: float) -> Iterator[None]:
    """Turn the errors of httpcore2 and of the operating system into aili's own, naming ``url``."""
    try:
        yield
    except DeadlineError as error:
        raise _late(url, error.seconds) from error
    except httpcore2.TimeoutException as error:
        raise _late(url, seconds) from error
    except httpcore2.RemoteProtocolError as error:
        raise _protocol(url, error) from error
    except (httpcore2.NetworkError, httpcore2.LocalProtocolError) as error:
        raise _connection(url, error) from error


def _late(url: httpx2.URL, seconds: float) -> DeadlineError:
    return DeadlineError(
        f"{shown(url)} took longer than the limit of {seconds:g} seconds.",
        hint="Try again later, or raise the setting fetch_seconds.",
        seconds=seconds,
    )


def _protocol(url: httpx2.URL, error: httpcore2.RemoteProtocolError) -> NetworkError:
    # h11 says so in words only; both wordings are pinned by tests.
    reason = str(error)[:200]
    if "complete message body" in reason or "incomplete chunked read" in reason:
        return NetworkError(f"{shown(url)} broke off before the page was complete.", hint=_LATER)
    if "disconnected without" in reason:
        return NetworkError(f"The server of {shown(url)} hung up without an answer.", hint=_LATER)
    return NetworkError(
        f"What answers at {shown(url)} does not speak HTTP as it should: {reason}.",
        hint="Check the address and its port.",
    )


def _connection(url: httpx2.URL, error: Exception) -> AiliError:
    cause = error.args[0] if error.args else None  # httpcore2 keeps the socket's own error there, and drops __cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return TLSError(
            f"The certificate of {shown(url)} cannot be trusted: {cause.verify_message}.",
            hint="Check the address and this machine's clock; a company's own authority is named in the setting ca_file.",
        )
    if isinstance(cause, ssl.SSLError) and isinstance(error, httpcore2.ConnectError):
        return TLSError(
            f"No secure connection to {shown(url)} can be made: {cause.reason or cause}.",
            hint="If the page is served without encryption, give its address with http://.",
        )
    if isinstance(cause, ConnectionRefusedError):
        return NetworkError(
            f"Nothing answers at {shown(url)}: the connection was refused.", hint="Check host and port."
        )
    if isinstance(error, httpcore2.ConnectError):
        return NetworkError(f"{shown(url)} cannot be reached: {error}.", hint="Check the connection to the network.")
    return NetworkError(f"The connection to {shown(url)} broke: {error}.", hint=_LATER)
