"""Engines that ask a language model: ``openai:gpt-5-mini``, ``ollama:qwen3:4b``, ``compatible:MODEL@http://host/v1``.

The model proposes and nothing it writes is believed: it may cite only sentences that it was shown, its words pass a guard
and the checks of verification before anybody sees them, and what fails is sent back, replaced or dropped. The libraries that
speak to providers (the extra ``llm``) are imported when such an engine is loaded, never before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aili import codec
from aili import language as languages
from aili.answer import Inquiry, Reply
from aili.digest import Draft
from aili.document import Document
from aili.engines import EngineOptions, Forecast, Plan
from aili.engines.llm.credentials import key
from aili.engines.llm.providers import PROVIDERS, Place, place
from aili.errors import EngineError, UsageError

if TYPE_CHECKING:
    from aili.engines.llm.drafting import Errand

VERSION = "2"  # of prompts, guard and rounds together
_LONGEST_PRESET = 8_000  # characters


class LanguageModelEngine:
    """The model at ``place``; ``costly``, since its drafts cost money or many seconds.

    ``identity`` is what else tells this model from others of its name.
    """

    costly = True

    def __init__(self, place: Place, options: EngineOptions, *, identity: tuple[int, ...] = ()) -> None:
        self._place = place
        self._options = options
        self._preset = _preset(options.prompt)
        # The address stays out of the name, which is shown and shared; it counts for the version all the same.
        self.name = f"{place.provider.name}:{place.model}"
        asked = (place.address, options.focus, self._preset, options.context_window, identity)
        self.version = f"{VERSION}-{codec.fingerprint('asked', codec.encode(asked)).partition(':')[2][:12]}"

    def prepare(self) -> None:
        """Import what speaks to providers (about a second the first time), and find the key."""
        _demand_library()
        self._key()

    def draft(self, document: Document, *, language: str = "") -> Iterator[Draft | Forecast]:
        """Yield what stands of the model's answer while it grows, then the complete draft.

        Closing the iterator ends the request. Raises ProviderError where the provider fails, EngineError where the model's
        answers come to nothing.
        """
        if not document.sentences:
            raise EngineError("The document has no text to digest.", hint="See what was read with aili read.")
        _demand_library()
        from aili.engines.llm.drafting import drafts

        with self._reached(document, language) as errand:
            yield from self._forecast(document, errand)
            yield from drafts(document, errand)

    def answer(self, document: Document, inquiry: Inquiry, *, language: str = "") -> Iterator[Reply | Forecast]:
        """Yield what stands of the model's answer to ``inquiry`` while it grows, then the complete reply; as ``draft``."""
        if not document.sentences:
            raise EngineError("The document has no text to ask about.", hint="See what was read with aili read.")
        _demand_library()
        from aili.engines.llm.drafting import replies

        with self._reached(document, language) as errand:
            yield from self._forecast(document, errand, inquiry)
            yield from replies(document, inquiry, errand)

    def plan(self, document: Document, *, language: str = "", inquiry: Inquiry | None = None) -> Plan:
        """What would be asked for a digest, or for an answer; needs no key and asks nobody. Raises EngineError."""
        if not document.sentences:
            raise EngineError("The document has no text to ask about.", hint="See what was read with aili read.")
        _demand_library()
        from aili.engines.llm.drafting import plan

        return plan(document, self._errand(document, language, key=""), inquiry)

    @contextmanager
    def _reached(self, document: Document, language: str) -> Iterator[Errand]:
        """The errand of a request to a model that answers; one that runs on this machine is started here."""
        yield self._errand(document, language)

    def _forecast(self, document: Document, errand: Errand, inquiry: Inquiry | None = None) -> Iterator[Forecast]:
        """How long a digest, or the answer to ``inquiry``, will take, where that can be known."""
        del document, errand, inquiry
        yield from ()

    def _errand(self, document: Document, language: str, *, key: str | None = None) -> Errand:
        from aili.engines.llm.drafting import Errand

        own = document.metadata.language or languages.detect(document.text)
        return Errand(
            place=self._place,
            key=self._key() if key is None else key,
            options=self._options,
            preset=self._preset,
            language=language or own,
            own=own,
            engine=self.name,
            version=self.version,
        )

    def _key(self) -> str:
        return key(self._place.provider, keys=self._options.keys, key_file=self._options.key_file)


def _demand_library() -> None:
    try:
        import aili.engines.llm.drafting  # noqa: F401 (a second of imports, paid here and not at the first request)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "aili":
            raise
        raise UsageError(
            "Language models need packages that are not installed.", hint="Run: pip install 'aili[llm]'"
        ) from None


def _preset(file: str) -> str:
    """The further instructions in ``file``; raises UsageError where they cannot be read."""
    if not file:
        return ""
    path = Path(file).expanduser()
    try:
        text = " ".join(path.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text in UTF-8"
        raise UsageError(f"The instructions in {path} cannot be read: {told}.", hint="Name another file.") from None
    if len(text) > _LONGEST_PRESET:
        raise UsageError(
            f"The instructions in {path} have more than {_LONGEST_PRESET:,} characters.", hint="Say it in fewer words."
        )
    return text


def _row(provider: str, model: str, options: EngineOptions) -> LanguageModelEngine:
    return LanguageModelEngine(place(PROVIDERS[provider], model), options)


# The rows of the table of engines, by their names there.
openai = partial(_row, "openai")
anthropic = partial(_row, "anthropic")
google = partial(_row, "google")
openrouter = partial(_row, "openrouter")
mistral = partial(_row, "mistral")
groq = partial(_row, "groq")
ollama = partial(_row, "ollama")
compatible = partial(_row, "compatible")
