"""Engines write drafts: a table by name, and what every engine promises.

An engine is chosen by ``name`` or ``name:model`` (``embedded``, ``scripted:drafts.json``, ``openai:gpt-5-mini``). It
proposes; it does not check: verification goes over every draft alike and trusts none. An engine that can mend what it wrote
is lent a ``Review`` to ask beforehand, as a plain function: it knows what the checks say, not what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from aili.answer import Inquiry, Reply
from aili.cancellation import Cancellation
from aili.digest import Bullet, Draft, Usage
from aili.document import Document
from aili.registry import Registry
from aili.settings import Keys

Review = Callable[[Bullet], Bullet]  # gives a bullet its verdict and the reasons
Reviewer = Callable[[Document, str], Review]  # of one document, for a digest in this language


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineOptions:
    """What a face may ask of any engine: processor threads (0: it chooses), how many words it reads at most, and how long
    the digest is to be (``brief``, ``standard``, ``detailed``).

    The rest is for language models: what the reader cares about (``focus``), a file of further instructions (``prompt``),
    tokens that the model reads and writes at once (0: what is known of it), seconds and requests at a time for one digest,
    keys by provider and a file of further ones, a file of certificate authorities trusted beside the system's, what
    will be said of a bullet, US dollars that one digest may cost (0: no limit), the file that every request is written down
    in (empty: none), the folder of pulled models (empty: the user's), who is told after each request what all have cost so
    far, and what ends a wait for the model from another thread (with StoppedError).
    """

    threads: int = 0
    max_words: int = 300_000
    length: str = "standard"
    focus: str = ""
    prompt: str = ""
    context_window: int = 0
    seconds: float = 600.0
    parallel: int = 4
    keys: Keys = field(default_factory=Keys)
    key_file: str = ""
    ca_file: str = ""
    reviewer: Reviewer | None = None
    max_cost: float = 0.0
    usage_file: str = ""
    models: str = ""
    on_usage: Callable[[Usage], None] | None = None
    cancellation: Cancellation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """How long a model on this machine will need, by what was measured: ``seconds`` in all, tokens a second of writing."""

    seconds: float
    tokens_per_second: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a language model would be asked, were it asked now.

    ``prompts`` are those that can be known beforehand; ``requests`` counts all that are needed where nothing has to be
    mended, with at most about so many tokens and, where a price is known, ``dollars`` (``price`` as in ``digest.Usage``).
    ``kept`` where the draft is here from an earlier digest, so that nothing would be asked.
    """

    engine: str
    prompts: tuple[str, ...]
    requests: int
    input_tokens: int
    output_tokens: int
    dollars: float | None = None
    price: str = ""
    kept: bool = False


class Engine(Protocol):
    """What writes drafts.

    ``version`` changes whenever the same document could give another draft; ``costly`` says that a draft is worth keeping,
    because writing it again costs money or many seconds.
    """

    name: str
    version: str
    costly: bool

    def prepare(self) -> None:
        """Load what is slow to load; safe to call early, from another thread, and more than once."""

    def draft(self, document: Document, *, language: str = "") -> Iterator[Draft | Forecast]:
        """Yield drafts of ``document``, each more complete than the one before; the last one is complete, and one before it
        may say that it is not (``Draft.complete``), to be shown at once. A Forecast may come before the first.

        ``language`` is the wanted language of the digest (BCP 47), empty for the document's own. Closing the iterator
        cancels the work. Raises EngineError.
        """
        ...


@runtime_checkable
class Planner(Engine, Protocol):
    """An engine that can say beforehand what it would ask of whom."""

    def plan(self, document: Document, *, language: str = "", inquiry: Inquiry | None = None) -> Plan:
        """What would be asked for a digest of ``document``, or for the answer to ``inquiry``; asks nobody."""
        ...


@runtime_checkable
class Answering(Protocol):
    """What an Engine may do besides: answer questions about a document."""

    def answer(self, document: Document, inquiry: Inquiry, *, language: str = "") -> Iterator[Reply | Forecast]:
        """Yield replies to ``inquiry`` as ``draft`` yields drafts; one without bullets says that the document does not say.

        Raises EngineError, or UsageError for a question that it cannot read.
        """
        ...


class EngineFactory(Protocol):
    """A row of the table: makes an engine for a model name (what follows the colon, may be empty)."""

    def __call__(self, model: str, options: EngineOptions) -> Engine:
        """Make the engine; cheap, loads nothing."""
        ...


# Engines that ask a language model: they may fail for reasons that lie elsewhere, and cost money or patience.
LANGUAGE_MODELS = ("openai", "anthropic", "google", "openrouter", "mistral", "groq", "ollama", "compatible", "local")

ENGINES: Registry[EngineFactory] = Registry(
    "engines",
    "engine",
    {
        "embedded": "aili.engines.embedded:EmbeddedEngine",
        "scripted": "aili.engines.scripted:ScriptedEngine",
        **{name: f"aili.engines.llm:{name}" for name in LANGUAGE_MODELS},
        "local": "aili.engines.llm.machine:LocalModelEngine",
    },
)


def known(name: str) -> None:
    """Raise UsageError unless there is an engine called ``name`` or ``name:model``; imports nothing."""
    family = name.partition(":")[0]
    if family not in ENGINES:
        ENGINES.load(family)


def asks_model(name: str) -> bool:
    """Whether the engine called ``name`` or ``name:model`` asks a language model."""
    return name.partition(":")[0] in LANGUAGE_MODELS


def engine(name: str, options: EngineOptions) -> Engine:
    """The engine called ``name`` or ``name:model``; raises UsageError where there is none of that name."""
    family, _, model = name.partition(":")
    return ENGINES.load(family)(model, options)
