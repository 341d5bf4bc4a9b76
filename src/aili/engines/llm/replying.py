"""Answers a question with a model: one request where the text fits, else every part is asked and their answers are joined.

The contract is that of a digest: the model may cite only sentences that it was shown, its bullets pass the guard and the
checks, and what fails is sent back. That the text does not say it is an answer like any other; it is taken at its word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from aili import language as languages
from aili.answer import Inquiry
from aili.engines.llm import budget
from aili.engines.llm.answers import Reply, read
from aili.engines.llm.asking import Answer, CrowdedError
from aili.engines.llm.budget import Line
from aili.engines.llm.composing import MOST_BULLETS
from aili.engines.llm.writing import Writing
from aili.errors import EngineError

_ENOUGH_TO_TELL = 12  # words below which no language is told apart


class Replying(Writing):
    """One answer on its way; its Replies have bullets alone, none where the text does not say."""

    inquiry = Inquiry(question="")

    async def reply(self, inquiry: Inquiry) -> Reply:
        """The bullets that answer ``inquiry`` and pass the guard; raises EngineError where none of them does."""
        self.inquiry = inquiry
        lines = list(budget.lines(self._task.document, self._task.orders))
        if not any(line.ids for line in lines):
            raise EngineError("The text has no sentence that an answer could rest on.", hint="See it with aili read.")
        while True:
            try:
                found = await self._narrowed(lines)
                break
            except CrowdedError as error:
                if self._window // 2 < budget.LEAST_WINDOW:
                    raise error.error from None
                self._window //= 2
        if not found.bullets:
            return found
        return self._kept(await self._mended(found))

    async def _narrowed(self, lines: list[Line]) -> Reply:
        """The answer from ``lines``: from the answers of their parts, put together until they fit into one request."""
        while len(parts := budget.parts(lines, self._room)) > 1:
            self.in_parts = True
            tasks = [asyncio.create_task(self._asked(part)) for part in parts]
            try:
                replies = await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
            told = [bullet for reply in replies for bullet in reply.bullets if not self._judge.fault(bullet)]
            if len(told) <= 1:
                return Reply(bullets=tuple(told), said=bool(told))
            points = [self._point(bullet) for bullet in told]
            if sum(line.tokens for line in points) >= sum(line.tokens for line in lines):
                raise EngineError("The model made no shorter answers of this text.", hint="Use a larger window.")
            lines = points
        return await self._asked(parts[0] if parts else lines, last=True)

    async def _asked(self, lines: Sequence[Line], *, last: bool = False) -> Reply:
        """The answer to one request, asked again while it is none."""
        shown, complaint = frozenset(number for line in lines for number in line.ids), ""
        rounds = self._rounds if last else 1  # of a part, which must not use up what the answer itself may need
        while True:
            prompt = self.answer_prompt(lines, self.inquiry, complaint)
            answer = await self._asking.ask(prompt, on_text=(lambda text: self._look(text, shown)) if last else None)
            self._demand_all_was_read(prompt, answer)
            reply = self._judge.clean(read(answer.text), shown)
            reply = replace(reply, bullets=() if reply.said is False else reply.bullets[:MOST_BULLETS])
            complaint, error = self._objection(reply, answer)
            if not complaint:
                return reply
            if not rounds:
                raise EngineError(error, hint="Try again, or use another model.")
            rounds -= 1
            self._rounds -= last

    def _objection(self, reply: Reply, answer: Answer) -> tuple[str, str]:
        label = self._asking.place.model
        if reply.said is False and not reply.bullets and reply.state == "whole":
            return "", ""
        if not reply.bullets:
            if reply.state == "refused" or answer.refused:
                return "Your last answer was a refusal; only say what the text says.", f"{label} refused to answer."
            if reply.state == "empty":
                return "Your last answer was empty.", f"{label} gave an empty answer."
            if answer.looped:
                return "Your last answer said the same again and again.", f"{label} said the same again and again."
            if reply.state == "broken off" or answer.cut:
                return "Your last answer broke off; write less.", f"The answer of {label} broke off."
            return "Your last answer was not in the form asked for.", f"{label} wrote no answer."
        written = " ".join(bullet.text for bullet in reply.bullets)
        wanted = self._task.wish.language.partition("-")[0].lower()
        if wanted and languages.count_words(written) >= _ENOUGH_TO_TELL:
            found = languages.detect(written, hint=wanted)
            if found and found != wanted and not self._standing_bullets(reply):
                return "Your last answer was in another language.", f"{label} wrote in {found} instead of {wanted}."
        return "", ""

    def _standing_bullets(self, reply: Reply) -> bool:
        return not self._translated and any(not self._judge.fault(bullet) for bullet in reply.bullets)

    def _kept(self, reply: Reply) -> Reply:
        """What may leave the engine, as in a digest; raises EngineError where that is nothing."""
        refuses = self._judge.fault if self._translated else self._judge.forbidden
        kept = tuple(bullet for bullet in reply.bullets if not refuses(bullet))
        self.dropped += len(reply.bullets) - len(kept)
        if not kept:
            raise EngineError(
                f"Nothing that {self._asking.place.model} answered stood up to checking.", hint="Use another model."
            )
        return replace(reply, bullets=kept)
