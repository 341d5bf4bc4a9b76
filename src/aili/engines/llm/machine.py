"""An engine whose model runs on this machine: ``local:qwen3-4b`` (see ``aili models``) or ``local:/path/model.gguf``.

It is loaded when a draft is asked for, and not before: a draft that was kept needs no model.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from aili import models
from aili.answer import Inquiry
from aili.document import Document
from aili.engines import EngineOptions, Forecast
from aili.engines.llm import LanguageModelEngine
from aili.engines.llm.budget import LEAST_WINDOW, LOCAL_WINDOW
from aili.engines.llm.modelfile import ModelFile, model_file
from aili.engines.llm.providers import PROVIDERS, Place
from aili.engines.llm.running import Load, Speed, lent
from aili.errors import EngineError, UsageError
from aili.models import machine
from aili.models.table import WINDOW

if TYPE_CHECKING:
    from aili.engines.llm.drafting import Errand

_WRITTEN = 0.5  # of the tokens that an answer may have, so many are written as a rule


class LocalModelEngine(LanguageModelEngine):
    """A model in a GGUF file; ``costly``, since its drafts take minutes."""

    def __init__(self, model: str, options: EngineOptions) -> None:
        name, path = _named(model, options.models)
        self._file = model_file(path)
        self._window = _window(self._file, options.context_window)
        place = Place(provider=PROVIDERS["local"], model=name, address="http://127.0.0.1", elsewhere=False)
        options = replace(
            options, context_window=self._window, parallel=1
        )  # one core more or less reads one text at a time
        super().__init__(place, options, identity=(self._file.size, self._file.changed))
        self._speed: Speed | None = None

    def prepare(self) -> None:
        """Import what is needed; the model is loaded later."""
        super().prepare()
        if find_spec("xllamacpp") is None:
            raise UsageError(
                "Models on this machine need packages that are not installed.", hint="Run: pip install 'aili[local]'"
            )

    @contextmanager
    def _reached(self, document: Document, language: str) -> Iterator[Errand]:
        has, needs = machine.memory(), self._file.memory(self._window)
        if has and needs > has:
            raise EngineError(
                f"The model {self._file.path.name} needs about {machine.amount(needs)} of memory,"
                f" and this machine has {machine.amount(has)}.",
                hint="Use a smaller one, or set context_window to less.",
            )
        load = Load(
            path=self._file.path, changed=self._file.changed, window=self._window, threads=self._options.threads
        )
        with lent(load, seconds=self._options.seconds) as child:
            errand = self._errand(document, language, key=child.key)
            self._speed = child.speed()
            yield replace(errand, place=replace(errand.place, address=f"{child.address}/v1"))

    def _forecast(self, document: Document, errand: Errand, inquiry: Inquiry | None = None) -> Iterator[Forecast]:
        from aili.engines.llm.drafting import plan

        if self._speed is not None:
            planned = plan(document, errand, inquiry)
            seconds = (
                planned.input_tokens / self._speed.reading + _WRITTEN * planned.output_tokens / self._speed.writing
            )
            yield Forecast(seconds=seconds, tokens_per_second=self._speed.writing)


def _named(model: str, folder: str) -> tuple[str, Path]:
    """What the model is called, and its file; raises UsageError or MissingError."""
    if not model:
        known = ", ".join(f"local:{name}" for name in models.MODELS)
        raise UsageError("The engine local needs a model.", hint=f"Write -m local:/path/model.gguf, or one of {known}.")
    if model.lower().endswith(".gguf") or "/" in model or "\\" in model:
        path = Path(model).expanduser()
        return path.stem, path.absolute()
    return models.named(model).name, models.path(model, folder=folder)


def _window(file: ModelFile, wanted: int) -> int:
    """Tokens at once: as many as are wanted and the model has, by itself no more than there is memory for."""
    most = file.context or LOCAL_WINDOW
    if wanted:
        return max(LEAST_WINDOW, min(wanted, most))
    window, has = min(most, WINDOW), machine.memory()
    while has and file.memory(window) > has and window // 2 >= 2 * LEAST_WINDOW:
        window //= 2
    return window
