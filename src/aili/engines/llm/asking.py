"""Asks a model: one request, streamed, and the same again within bounds where that may help.

All tries of all requests of a digest share one deadline. Between two tries passes the time that the provider asks for, else
half a second, doubled each time and jittered, so that many clients do not come back at once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from aili.digest import Usage
from aili.engines.llm import budget
from aili.engines.llm.failures import Failure, failure
from aili.engines.llm.looping import loops
from aili.engines.llm.providers import Place
from aili.engines.llm.schemas import bounded
from aili.engines.llm.spending import CostError, Spending
from aili.errors import ProviderError

TRIES = 4
FIRST_WAIT = 0.5  # seconds
IDLE_SECONDS = (
    60.0  # without a byte, from a provider whose machines are fast; a local model may think until the deadline
)
_STRIDE = 100  # characters after which an answer is looked at for loops again


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """What a model is asked: instructions, the text, the form of the answer, the most tokens it may write.

    ``schema`` is the form as JSON Schema, ``form`` an example of it, for models that are given no schema.
    """

    instructions: str
    text: str
    schema: dict[str, Any]
    form: str
    max_tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back: ``cut`` where the model ran out of tokens, ``refused`` where a filter of the provider's stopped it.

    ``looped`` where it was broken off because it said the same again and again.
    """

    text: str
    cut: bool = False
    looped: bool = False
    refused: bool = False
    input_tokens: int = 0
    output_tokens: int = 0


def prompt_tokens(prompt: Prompt) -> int:
    """At most so many tokens has a prompt, its schema included."""
    return sum(map(budget.tokens, (prompt.instructions, prompt.text, str(prompt.schema))))


class CrowdedError(Exception):
    """The text does not fit into the model's window; ``error`` is what to say where no smaller one helps."""

    def __init__(self, error: ProviderError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass
class Asking:
    """One model for the length of one digest; ``spending`` counts and bounds what it costs."""

    model: Model
    place: Place
    seconds: float
    parallel: int
    spending: Spending = field(default_factory=Spending)
    _plain: bool = False  # the server knows no schemas: the form of the answer goes into the instructions
    _until: float = field(init=False)
    _turns: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._until = asyncio.get_running_loop().time() + self.seconds
        self._turns = asyncio.Semaphore(max(1, self.parallel))
        self._plain = not self.model.profile.get("supports_json_schema_output", False)

    @property
    def usage(self) -> Usage:
        """What all requests so far have cost."""
        return self.spending.usage

    async def ask(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Answer:
        """The model's answer; ``on_text`` gets all of it that is there, whenever there is more.

        Raises ProviderError, also where the digest's time is over, CostError where it could cost too much, and CrowdedError
        where the text is too long.
        """
        async with self._turns:
            try:
                async with asyncio.timeout_at(self._until):
                    return await self._ask(prompt, on_text)
            except TimeoutError:
                raise self._late() from None

    async def _ask(self, prompt: Prompt, on_text: Callable[[str], None] | None) -> Answer:
        for number in range(1, TRIES + 1):
            try:
                return await self._once(prompt, on_text)
            except CostError:
                raise
            except Exception as error:  # noqa: BLE001 (failure raises what it does not know)
                failed = failure(error, self.place)
            if failed.crowded:
                raise CrowdedError(failed.error) from None
            if failed.rejected and not self._plain:
                self._plain = True
                continue
            if not failed.again or number == TRIES:
                raise failed.error from None
            await self._wait(failed, number)
        raise failed.error from None

    async def _wait(self, failed: Failure, number: int) -> None:
        left = self._until - asyncio.get_running_loop().time()
        seconds = failed.wait or FIRST_WAIT * 2 ** (number - 1) * random.uniform(0.5, 1.5)
        if seconds > left:
            asked = f"{self.place.provider.label} asks to wait {seconds:,.0f} seconds, longer than one digest may take."
            raise ProviderError(
                asked if failed.wait else failed.error.message,
                hint="Try again then, or use another model.",
                status=failed.error.status,
            ) from None
        await asyncio.sleep(seconds)

    async def _once(self, prompt: Prompt, on_text: Callable[[str], None] | None) -> Answer:
        text, begun, used, looked_at = "", False, None, 0
        held = self.spending.hold(prompt_tokens(prompt), prompt.max_tokens)
        try:
            async with model_request_stream(
                self.model,
                self._messages(prompt),
                model_settings=self._settings(prompt),
                model_request_parameters=self._parameters(prompt),
                instrument=False,
            ) as stream:
                begun = True
                async for event in stream:
                    match event:
                        case PartStartEvent(part=TextPart(content=piece)):
                            text += piece
                        case PartDeltaEvent(delta=TextPartDelta(content_delta=piece)):
                            text += piece
                        case _:
                            continue
                    if on_text is not None:
                        on_text(text)
                    if len(text) - looked_at >= _STRIDE:
                        looked_at = len(text)
                        if loops(text):
                            return Answer(text=text, looped=True)  # which ends the request
                response = stream.get()
                used = response.usage
        finally:
            # A request that is broken off is paid for as well, and nobody counts it for us.
            broken = begun and used is None
            guess = RequestUsage(input_tokens=prompt_tokens(prompt), output_tokens=budget.tokens(text))
            self.spending.settle(held, guess if broken else used, estimated=broken)
        return self._answer(text, response)

    def _answer(self, text: str, response: ModelResponse) -> Answer:
        usage = response.usage
        return Answer(
            text=text,
            cut=response.finish_reason == "length",
            refused=response.finish_reason == "content_filter",
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
        )

    def _settings(self, prompt: Prompt) -> ModelSettings:
        left = max(0.1, self._until - asyncio.get_running_loop().time())
        local = self.place.provider.local
        settings = ModelSettings(
            max_tokens=prompt.max_tokens, max_retries=0, timeout=left if local else min(left, IDLE_SECONDS)
        )
        if local:
            settings["temperature"] = 0.0  # small models keep closer to the text without chance
        return settings

    def _parameters(self, prompt: Prompt) -> ModelRequestParameters:
        local = self.place.provider.local
        schema = bounded(prompt.schema) if local else prompt.schema
        form = OutputObjectDefinition(json_schema=schema, name="answer", strict=False if local else None)
        if self._plain:
            return ModelRequestParameters(output_mode="prompted", output_object=form, prompted_output_template=False)
        return ModelRequestParameters(output_mode="native", output_object=form)

    def _late(self) -> ProviderError:
        return ProviderError(
            f"{self.place.provider.label} did not finish the digest within {self.seconds:,.0f} seconds.",
            hint="Use a faster model, or raise draft_seconds.",
        )

    def _messages(self, prompt: Prompt) -> list[ModelMessage]:
        told = prompt.instructions
        if (
            self._plain or self.place.provider.local
        ):  # grammars of local servers bind the answer but tell the model nothing
            told += f" Answer with JSON of this form on one line and nothing else: {prompt.form}"
        return [ModelRequest(parts=[SystemPromptPart(told), UserPromptPart(prompt.text)])]
