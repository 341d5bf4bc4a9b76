"""The errors a person may meet, each with what happened, to which input, and what to do now.

    AiliError                    1   anything below
    ├── UsageError               2   the request itself is wrong: unknown format, unknown engine, bad setting
    ├── UnreadableError          3   the input was had, but holds no text that can be digested
    │   ├── MissingError             no such file, a directory, no permission
    │   ├── MediaTypeError           a kind of file that nothing here reads (binary, image, …)
    │   ├── MalformedError           the right kind, but damaged: wrong encoding, broken JSON, not a shared digest
    │   ├── ParserError              the parser crashed, or ran out of its time or memory
    │   ├── PasswordError            it is encrypted, and no password or a wrong one was given
    │   ├── ScanError                pictures of pages: there are no letters in it to read
    │   └── ThinTextError            too little text; ``found`` says what was seen instead
    │       ├── EmptyError               nothing at all
    │       ├── ConsentWallError         a cookie or consent notice
    │       ├── LoginWallError           a sign-in or subscribe page
    │       ├── ScriptOnlyError          text that only a script would bring
    │       └── IndexPageError           links to articles, not an article
    ├── RefusedError             4   aili will not do this
    │   ├── ForbiddenAddressError    a private, reserved or otherwise forbidden address, port or scheme
    │   ├── TooLargeError            more bytes than the limit
    │   └── AccessError              a wrong name or password, or something that this account may not do
    ├── NetworkError             5   the network or the server failed
    │   ├── StatusError              the server answered 4xx or 5xx; ``status`` has the number
    │   ├── DeadlineError            it took longer than the limit
    │   ├── RedirectError            a redirect loop, too many, or one that leads nowhere
    │   └── TLSError                 the certificate cannot be trusted
    ├── EngineError              6   the engine could not write a digest
    │   └── ProviderError            the language model's provider failed or refused; ``status`` has its HTTP status
    ├── OutputError              7   the result could not be written: full disk, no permission
    └── LibraryError             8   the library could not be read or written
        ├── NotFoundError            it holds no digest, share, job or account of that name
        ├── ConflictError            it holds such a thing already, or the thing has changed meanwhile
        ├── LimitError               more than is allowed at once; ``seconds`` says when to try again
        ├── LibraryFullError         the disk that it lies on is full
        ├── LibraryBusyError         another program is writing to it
        ├── LibraryDamagedError      its file is damaged, or no library
        └── LibraryVersionError      a newer aili made it

The number is the exit code of the command line (130 is Ctrl-C). Foreign errors are translated where they enter. Every
error survives pickling, so that a worker process can send it home.
"""

from __future__ import annotations


class AiliError(Exception):
    """Base of every error that aili raises on purpose.

    ``message`` is one sentence that names the input; ``hint`` says what to do now and may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.__dict__))


def _rebuild(kind: type[AiliError], state: dict[str, object]) -> AiliError:
    error = kind.__new__(kind, state["message"])
    error.__dict__.update(state)
    return error


def quoted(text: str) -> str:
    """``text`` between quotation marks, for a message: as it was typed, a Windows path with single backslashes."""
    return (
        "'" + "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text) + "'"
    )


class UsageError(AiliError):
    """The request itself is wrong."""

    exit_code = 2


class UnreadableError(AiliError):
    """The input was had, but holds no text that can be digested."""

    exit_code = 3


class MissingError(UnreadableError):
    """There is no such file, or it may not be read."""


class MediaTypeError(UnreadableError):
    """No extractor reads this kind of input."""


class MalformedError(UnreadableError):
    """The input is of the right kind but damaged."""


class ParserError(UnreadableError):
    """A parser crashed, or ran out of its time or memory."""


class PasswordError(UnreadableError):
    """The input is encrypted, and no password or a wrong one was given."""


class ScanError(UnreadableError):
    """The input holds pictures of pages and no letters; ``pages`` counts them."""

    def __init__(self, message: str, *, hint: str = "", pages: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.pages = pages


class ThinTextError(UnreadableError):
    """There is too little text to digest; ``found`` quotes what was seen, ``words`` counts it."""

    def __init__(self, message: str, *, hint: str = "", found: str = "", words: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.found = found
        self.words = words


class EmptyError(ThinTextError):
    """There is nothing at all to read."""


class ConsentWallError(ThinTextError):
    """The page shows a cookie or consent notice instead of its text."""


class LoginWallError(ThinTextError):
    """The page asks to sign in or to subscribe before it shows its text."""


class ScriptOnlyError(ThinTextError):
    """The page's text is brought by a script, which aili does not run."""


class IndexPageError(ThinTextError):
    """The page lists links to articles and is none itself."""


class RefusedError(AiliError):
    """Aili will not do this."""

    exit_code = 4


class ForbiddenAddressError(RefusedError):
    """The address, port or scheme may not be contacted; ``address`` is the one that was refused."""

    def __init__(self, message: str, *, hint: str = "", address: str = "") -> None:
        super().__init__(message, hint=hint)
        self.address = address


class TooLargeError(RefusedError):
    """The input is larger than the limit of ``limit`` bytes."""

    def __init__(self, message: str, *, hint: str = "", limit: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.limit = limit


class AccessError(RefusedError):
    """The name or password is wrong, or the account may not do this."""


class NetworkError(AiliError):
    """The network or the server failed."""

    exit_code = 5


class StatusError(NetworkError):
    """The server answered with an error; ``status`` is the HTTP status code (RFC 9110)."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class DeadlineError(NetworkError):
    """It took longer than the limit of ``seconds``."""

    def __init__(self, message: str, *, hint: str = "", seconds: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class RedirectError(NetworkError):
    """The redirects loop, are too many, or lead nowhere."""


class TLSError(NetworkError):
    """The server's certificate cannot be trusted."""


class EngineError(AiliError):
    """The engine could not write a digest."""

    exit_code = 6


class ProviderError(EngineError):
    """The provider of a language model failed or refused; ``status`` is its HTTP status code, 0 where there was none."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class OutputError(AiliError):
    """The result could not be written."""

    exit_code = 7


class LibraryError(AiliError):
    """The library could not be read or written."""

    exit_code = 8


class NotFoundError(LibraryError):
    """The library holds no such thing, or it is not this account's to see: the two are told apart to nobody."""


class ConflictError(LibraryError):
    """There is such a thing already, or it has changed meanwhile."""


class LimitError(LibraryError):
    """More than is allowed at once; ``seconds`` says after how long to try again."""

    def __init__(self, message: str, *, hint: str = "", seconds: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class LibraryFullError(LibraryError):
    """The disk that the library lies on is full."""


class LibraryBusyError(LibraryError):
    """Another program holds the library for longer than we wait."""


class LibraryDamagedError(LibraryError):
    """The library's file is damaged, or is no library."""


class LibraryVersionError(LibraryError):
    """The library was made by a newer aili."""
