"""One answer of a server with the bytes of a model from some place on, and what can go wrong with it.

Over https only, except from a server on this machine; redirects are followed by hand, since publishers send one on to
their content network, and none may lead to an unencrypted address. No time limit holds for the whole, which may take
hours: a server is too slow when it is silent for long, or drips.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address

import httpx2

from aili import __version__
from aili.errors import (
    AiliError,
    DeadlineError,
    ForbiddenAddressError,
    NetworkError,
    RedirectError,
    StatusError,
    TLSError,
    UsageError,
    quoted,
)
from aili.models.machine import amount
from aili.models.table import Model

ORIGIN = "https://huggingface.co"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # states of a server that pass
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)", re.ASCII)
_LATER = "Try again later."
_MIRROR = "Look at the setting models_url, or update aili."
_STATUSES = {
    401: ("asks to sign in", _MIRROR),
    403: ("refuses to give it", _MIRROR),
    404: ("does not have it", _MIRROR),
    410: ("has it no more", _MIRROR),
    429: ("has had too many requests", _LATER),
    451: ("may not give it for legal reasons", _MIRROR),
    503: ("is overloaded or being repaired", _LATER),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long a pull waits, in seconds, and how often it tries.

    ``silence`` is the longest a server may say nothing, and the time in which it must give ``trickle`` bytes. After a
    failure that may pass it tries again, ``attempts`` times in all without getting on, after ``pause`` and then twice as
    long each time; where the server asks for a longer wait than ``longest``, it gives up.
    """

    connect: float = 15.0
    silence: float = 30.0
    trickle: int = 30_000
    attempts: int = 5
    pause: float = 1.0
    longest: float = 120.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The server that models come from: its address, and the certificate authorities trusted beside the system's."""

    url: str = ORIGIN
    ca_file: str = ""
    user_agent: str = ""
    patience: Patience = field(default_factory=Patience)


class Passing(Exception):  # noqa: N818 (a state, and not what the reader is told)
    """A failure that may pass: ``error`` is told where it does not, ``wait`` is what the server asked for, in seconds.

    ``reached`` is false where there was no server to speak to.
    """

    def __init__(self, error: NetworkError, *, wait: float = 0.0, reached: bool = True) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait
        self.reached = reached


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the server gives: bytes from ``start`` on, of the version ``etag`` of its file (empty where it names none)."""

    start: int
    etag: str
    pieces: Iterator[bytes]


class Server:
    """Asks one origin for the file of one model; closed at the end of a ``with`` block."""

    def __init__(self, model: Model, origin: Origin) -> None:
        self._model = model
        self._patience = origin.patience
        self._agent = origin.user_agent or f"aili/{__version__} (keeps models for one person)"
        self._url = _address(model, origin.url)
        timeout = httpx2.Timeout(origin.patience.silence, connect=origin.patience.connect)
        self._client = httpx2.Client(verify=_trust(origin.ca_file), trust_env=False, timeout=timeout)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @contextmanager
    def answer(self, start: int, etag: str) -> Iterator[Answer]:
        """The file from ``start`` on, if its version is still ``etag``; else, or where the server cannot, all of it.

        Raises Passing, or an error of aili's where another try would be of no use.
        """
        headers = {"User-Agent": self._agent, "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if etag and not etag.startswith("W/"):  # RFC 9110 §13.1.5: If-Range wants a strong one
                headers["If-Range"] = etag
        url = self._url
        for _ in range(_HOPS + 1):
            with self._sent(url, headers) as response:
                if response.status_code not in _REDIRECTS:
                    yield self._checked(response, url, start)
                    return
                url = self._target(response, url)
        raise RedirectError(f"{shown(self._url)} redirects more than {_HOPS} times.", hint=_MIRROR)

    @contextmanager
    def _sent(self, url: httpx2.URL, headers: dict[str, str]) -> Iterator[httpx2.Response]:
        with self._translated(url):
            response = self._client.send(self._client.build_request("GET", url, headers=headers), stream=True)
        try:
            yield response
        finally:
            response.close()

    def _target(self, response: httpx2.Response, url: httpx2.URL) -> httpx2.URL:
        location = response.headers.get("location", "")
        try:
            target = url.join(location)
        except httpx2.InvalidURL as error:
            raise RedirectError(f"{shown(url)} redirects to no address.", hint=_MIRROR) from error
        if not location or not target.host:
            raise RedirectError(f"{shown(url)} redirects without saying where to.", hint=_MIRROR)
        if target.scheme != "https" and not (target.scheme == "http" and _is_here(target) and _is_here(self._url)):
            raise ForbiddenAddressError(
                f"{shown(url)} redirects to {shown(target)}, and models are fetched over https only.",
                hint=_MIRROR,
                address=shown(target),
            )
        return target

    def _checked(self, response: httpx2.Response, url: httpx2.URL, start: int) -> Answer:
        status, total = response.status_code, 0
        if status == 416:  # there is no such place in the file
            raise self._other(url)
        if status == 206:
            ranged = _RANGE.fullmatch(response.headers.get("content-range", ""))
            if not ranged or int(ranged[1]) != start:
                raise NetworkError(f"{shown(url)} answered with a part that was not asked for.", hint=_MIRROR)
            total = int(ranged[2]) if ranged[2] != "*" else 0
        elif status == 200:
            start, length = 0, response.headers.get("content-length", "")
            total = int(length) if length.isascii() and length.isdigit() else 0
        else:
            raise _refusal(response, url, self._patience.longest)
        if total and total != self._model.size:
            raise self._other(url, total)
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise NetworkError(f"{shown(url)} came compressed, which aili did not ask for.", hint=_MIRROR)
        etag = response.headers.get("etag", "").strip()
        return Answer(
            start=start,
            etag=etag if etag.isascii() and etag.isprintable() and len(etag) <= 1000 else "",
            pieces=self._pieces(response, url, start),
        )

    def _pieces(self, response: httpx2.Response, url: httpx2.URL, done: int) -> Iterator[bytes]:
        """The bytes as they come; raises Passing where they end too early or come too slowly."""
        mark, since = done, time.monotonic()
        pieces = response.iter_raw()
        while True:
            with self._translated(url):
                piece = next(pieces, None)
            if piece is None:
                break
            done += len(piece)
            if done > self._model.size:
                raise self._other(url)
            yield piece
            if (now := time.monotonic()) - since >= self._patience.silence:
                if done - mark < self._patience.trickle:
                    raise Passing(self._slow(url))
                mark, since = done, now
        if done < self._model.size:
            raise Passing(NetworkError(f"{shown(url)} broke off before the end of the model.", hint=_LATER))

    def _other(self, url: httpx2.URL, total: int = 0) -> NetworkError:
        """What to raise where the file that is served cannot be the model, by its length."""
        of = f" of {amount(total)}" if total else ""
        return NetworkError(
            f"{shown(url)} gives another file{of}, not the model {self._model.name} of {amount(self._model.size)}.",
            hint=f"A network that wants you to sign in first does that too. {_MIRROR}",
        )

    def _slow(self, url: httpx2.URL) -> DeadlineError:
        seconds = self._patience.silence
        return DeadlineError(
            f"{shown(url)} gave next to nothing for {seconds:g} seconds.", hint=_LATER, seconds=seconds
        )

    @contextmanager
    def _translated(self, url: httpx2.URL) -> Iterator[None]:
        """Turn the errors of httpx2 into aili's own, or into Passing."""
        try:
            yield
        except httpx2.ConnectTimeout as error:
            late = DeadlineError(
                f"{shown(url)} did not answer within {self._patience.connect:g} seconds.",
                hint="Check the connection to the network.",
                seconds=self._patience.connect,
            )
            raise Passing(late, reached=False) from error
        except httpx2.TimeoutException as error:
            raise Passing(self._slow(url)) from error
        except httpx2.ConnectError as error:
            raise _unreached(url, error) from error
        except httpx2.TransportError as error:
            raise Passing(NetworkError(f"The connection to {shown(url)} broke.", hint=_LATER)) from error


def shown(url: httpx2.URL) -> str:
    """An address as an error names it: without user names, and without the signatures of content networks."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))[:200]


def _address(model: Model, origin: str) -> httpx2.URL:
    try:
        base = httpx2.URL(origin.rstrip("/"))
    except httpx2.InvalidURL as error:
        raise UsageError(f"The setting models_url = {quoted(origin)} is no address: {error}.") from error
    if not base.host or not (base.scheme == "https" or (base.scheme == "http" and _is_here(base))):
        raise UsageError(
            f"The setting models_url = {quoted(origin)} must begin with https://.",
            hint="Only a server on this machine may be asked without encryption.",
        )
    path = f"{base.path.rstrip('/')}/{model.repository}/resolve/{model.commit}/{model.file}"
    return base.copy_with(path=path)


def _is_here(url: httpx2.URL) -> bool:
    """Whether an address is of this machine, by how it is written."""
    if url.host == "localhost":
        return True
    try:
        return ip_address(url.host).is_loopback
    except ValueError:
        return False


def _trust(ca_file: str) -> ssl.SSLContext:
    context = httpx2.create_ssl_context(trust_env=False)
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # ssl.SSLError is one too
            raise UsageError(
                f"The certificate authorities in {quoted(ca_file)} cannot be read: {error.strerror or error}."
            ) from error
    return context


def _refusal(response: httpx2.Response, url: httpx2.URL, longest: float) -> AiliError | Passing:
    """What a status other than success stands for (RFC 9110 §15)."""
    status = response.status_code
    other = ("has an error of its own", _LATER) if status >= 500 else ("does not give it", _MIRROR)
    what, hint = _STATUSES.get(status, other)
    wait = _wait(response.headers.get("retry-after", ""))
    if wait > longest:
        hint = f"It asks to wait {wait:,.0f} seconds."
    error = StatusError(f"The server of {shown(url)} {what} (status {status}).", hint=hint, status=status)
    return Passing(error, wait=wait) if status in _PASSING and wait <= longest else error


def _wait(header: str) -> float:
    """Seconds that the header Retry-After (RFC 9110 §10.2.3) asks for; 0 where it makes no sense."""
    if header.isascii() and header.isdigit() and len(header) <= 6:
        return float(header)
    try:
        then = parsedate_to_datetime(header)
        return max((then - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, OverflowError, TypeError):  # TypeError: a date without a zone
        return 0.0


def _unreached(url: httpx2.URL, error: httpx2.ConnectError) -> AiliError | Passing:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and len(causes) < 10:
        causes.append(cause)
    refusal = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if refusal is not None:
        return TLSError(
            f"The certificate of {shown(url)} cannot be trusted: {refusal.verify_message}.",
            hint="Check this machine's clock; a company's own authority is named in the setting ca_file.",
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return TLSError(f"No secure connection to {shown(url)} can be made.", hint=_MIRROR)
    unreached = NetworkError(f"{shown(url)} cannot be reached.", hint="Check the connection to the network.")
    return Passing(unreached, reached=False)
