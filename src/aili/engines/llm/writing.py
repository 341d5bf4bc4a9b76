"""Writes one digest with a model: in one request where the text fits, from the points of its parts where it does not.

An answer that is no digest is asked for again, and bullets that fail the guard or the checks are sent back with the reason
and their sentences: two rounds in all. A long text is read in parts, some at a time; what the parts gave goes on with its
evidence sentences until all of it fits into one request, which may cite only ids that it was shown. Every sentence is shown
once to one part, so that the number of requests grows with the length of the text and nothing is cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from aili import language as languages
from aili.digest import Bullet
from aili.engines.llm import budget, prompting
from aili.engines.llm.answers import Reply, read
from aili.engines.llm.asking import Answer, Asking, CrowdedError, Prompt
from aili.engines.llm.budget import Line
from aili.engines.llm.composing import Composing, Task
from aili.engines.llm.judging import Judge, bullets, mapped
from aili.engines.llm.spending import CostError
from aili.errors import EngineError, ProviderError

ROUNDS = 2  # answers that are sent back
_AROUND = 1  # sentences shown on each side of a failed bullet's evidence
_MOST_FAILED = 12  # bullets that one round sends back: more are a model that will not mend them
_CUT = "The model's answer broke off; this digest is what was whole of it."
_ENOUGH_TO_TELL = 60  # words below which no language is told apart


class Writing(Composing):
    """One digest on its way; ``tell`` gets each reply that is better than the last."""

    def __init__(self, task: Task, asking: Asking, judge: Judge, tell: Callable[[Reply], None]) -> None:
        super().__init__(task)
        self._asking = asking
        self._judge = judge
        self._tell = tell
        self._rounds = ROUNDS
        self._shown = 0  # bullets of the best partial reply
        self._closed = 0
        self.dropped = 0
        self.in_parts = False
        self.notes: list[str] = []

    async def write(self) -> Reply:
        """The reply whose every sentence the guard lets through; raises EngineError where there is none."""
        lines = list(budget.lines(self._task.document, self._task.orders))
        if not any(line.ids for line in lines):
            raise EngineError("The text has no sentence that a digest could rest on.", hint="See it with aili read.")
        while True:
            try:
                reply = await self._digest(await self._condensed(lines))
                break
            except CrowdedError as error:
                if self._window // 2 < budget.LEAST_WINDOW:
                    raise error.error from None
                self._window //= 2  # what the provider says of its model, or what is known of it, was too much
        return self._finished(await self._mended(reply))

    # From a text to what fits into one request.

    async def _condensed(self, lines: list[Line]) -> list[Line]:
        while True:
            parts = self.parts(lines)
            if len(parts) == 1:
                return lines
            self.in_parts = True
            points = await self._points(parts)
            made = [self._point(bullet) for bullet in points]
            if not made:
                raise EngineError(
                    "The model found nothing to say about the parts of this text.", hint="Use another one."
                )
            if sum(line.tokens for line in made) >= sum(line.tokens for line in lines):
                raise EngineError(
                    "The model made no shorter points of this text.", hint="Use one with a larger window."
                )
            lines = made

    async def _points(self, parts: Sequence[list[Line]]) -> list[Bullet]:
        """The points of every part, in the order of the text; a part that fails fails the digest: nothing is left out."""
        tasks = [asyncio.create_task(self._points_of(part)) for part in parts]
        try:
            found = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()  # those still under way where one failed: their answers are nobody's
        return [bullet for points in found for bullet in points]

    async def _points_of(self, part: Sequence[Line]) -> list[Bullet]:
        prompt, most = self.points_prompt(part)
        shown = _ids(part)
        for _ in range(ROUNDS):
            answer = await self._asking.ask(prompt)
            self._demand_all_was_read(prompt, answer)
            reply = self._judge.clean(read(answer.text), shown)
            kept = [bullet for bullet in reply.bullets if not self._judge.fault(bullet)]
            if kept:
                self.dropped += sum(bool(self._judge.forbidden(bullet)) for bullet in reply.bullets)
                return kept[:most]
        return []

    def _point(self, bullet: Bullet) -> Line:
        """A point with its evidence, as a line of the next request."""
        document = self._task.document
        proofs = " ".join(f"{i + 1}: {' '.join(document.sentence(i).split())}" for i in bullet.evidence)
        text = f"{prompting.POINT}{bullet.text} | {proofs}"
        return Line(text=text, ids=bullet.evidence, tokens=budget.tokens(text) + 8)

    # The digest itself.

    async def _digest(self, lines: Sequence[Line]) -> Reply:
        shown, complaint, reply = _ids(lines), "", Reply()
        while True:
            prompt = self.digest_prompt(lines, complaint)
            try:
                answer = await self._asking.ask(prompt, on_text=lambda text: self._look(text, shown))
            except CostError:
                if reply.sections:
                    self.notes.append(_CUT)
                    return reply
                raise
            self._demand_all_was_read(prompt, answer)
            reply = self._judge.clean(read(answer.text), shown)
            complaint, error = self._objection(reply, answer)
            if not complaint:
                return reply
            if not self._rounds:
                if reply.sections and reply.state == "broken off":
                    self.notes.append(_CUT)
                    return reply
                raise EngineError(error, hint="Try again, or use another model.")
            self._rounds -= 1

    def _look(self, text: str, shown: frozenset[int]) -> None:
        """Tell what stands of an answer that is still growing, where that is more than before."""
        closed = text.count("}")  # nothing new stands before something ends
        if closed == self._closed:
            return
        self._closed = closed
        reply = self._judge.standing(self._judge.clean(read(text), shown), self._judge.fault)
        count = sum(1 for _ in bullets(reply))
        if count > self._shown:
            self._shown = count
            self._tell(reply)

    def _demand_all_was_read(self, prompt: Prompt, answer: Answer) -> None:
        """Some local servers cut a prompt that is too long and say nothing; but they count what they read."""
        least = languages.count_words(prompt.text) * 0.7  # no tokenizer writes a text in fewer tokens
        if self._asking.place.provider.local and 0 < answer.input_tokens < least:
            raise CrowdedError(
                ProviderError(
                    f"{self._asking.place.provider.label} read only {answer.input_tokens:,} tokens of the text.",
                    hint="Start it with a larger context, and set context_window to that.",
                )
            )

    def _objection(self, reply: Reply, answer: Answer) -> tuple[str, str]:
        """What is wrong with a whole answer: for the model, and as the error where no round is left."""
        label = self._asking.place.model
        if reply.state == "refused" or (answer.refused and not reply.sections):
            return "Your last answer was a refusal; the text is only to be described.", f"{label} refused to answer."
        if reply.state == "empty":
            return "Your last answer was empty.", f"{label} gave an empty answer."
        if answer.looped:
            return "Your last answer said the same again and again.", f"{label} said the same again and again."
        if reply.state == "broken off" or (answer.cut and not reply.sections):
            return "Your last answer was too long and broke off; write less.", f"The answer of {label} broke off."
        if reply.state == "no JSON" or not reply.sections:
            return "Your last answer was no digest in the form asked for.", f"{label} wrote no digest."
        written = " ".join(bullet.text for bullet in bullets(reply))
        wanted = self._task.wish.language.partition("-")[0].lower()
        if wanted and languages.count_words(written) >= _ENOUGH_TO_TELL:
            found = languages.detect(written, hint=wanted)
            # Some foreign bullets among others are dropped like all that is not about the text.
            stands = not self._translated and self._judge.standing(reply, self._judge.fault).sections
            if found and found != wanted and not stands:
                return "Your last answer was in another language.", f"{label} wrote in {found} instead of {wanted}."
        return "", ""

    async def _mended(self, reply: Reply) -> Reply:
        while self._rounds:
            failed = [bullet for bullet in dict.fromkeys(bullets(reply)) if self._judge.fault(bullet)][:_MOST_FAILED]
            if not failed:
                break
            self._rounds -= 1
            try:
                made = await self._corrections(failed)
            except CostError:
                self.notes.append("Bullets that failed were not sent back: that could have cost more than max_cost.")
                break
            except (ProviderError, CrowdedError):
                break  # the digest is there; what failed is replaced or dropped without the model
            if made:
                # mypy infers no type for a lambda whose default binds the loop's value
                reply = mapped(reply, lambda bullet, made=made: made.get(bullet, bullet))  # type: ignore[misc]
            self._tell(self._judge.standing(reply, self._judge.fault))
        return reply

    async def _corrections(self, failed: Sequence[Bullet]) -> dict[Bullet, Bullet]:
        """Bullets that stand, in place of some that failed."""
        given = self._around(failed)
        prompt = prompting.corrections_prompt(
            [(bullet.text, self._judge.fault(bullet)) for bullet in failed],
            given,
            self._task.wish,
            max_tokens=min(self._max_tokens, self._extent.tokens),
        )
        answer = read((await self._asking.ask(prompt)).text)
        cleaned = self._judge.clean(answer, _ids(given))
        if len(cleaned.bullets) != len(answer.numbers):
            return {}
        pairs = zip(answer.numbers, cleaned.bullets, strict=True)
        return {
            failed[number - 1]: bullet
            for number, bullet in pairs
            if 1 <= number <= len(failed) and not self._judge.fault(bullet)
        }

    def _around(self, failed: Sequence[Bullet]) -> list[Line]:
        """The sentences that failed bullets cite, with their neighbours."""
        near = {
            other
            for bullet in failed
            for number in bullet.evidence
            for other in range(number - _AROUND, number + _AROUND + 1)
        }
        every = budget.lines(self._task.document, self._task.orders)
        return [line for line in every if near & set(line.ids)]

    def _finished(self, reply: Reply) -> Reply:
        """What may leave the engine: nothing that the guard refuses; in a translation nothing that the checks refuse either,
        since no source sentence can take its place.
        """
        refuses = self._judge.fault if self._translated else self._judge.forbidden
        self.dropped += sum(bool(refuses(bullet)) for bullet in bullets(reply))
        kept = self._judge.standing(reply, refuses)
        if not kept.sections:
            raise EngineError(
                f"Nothing that {self._asking.place.model} wrote stood up to checking.", hint="Use another model."
            )
        return kept

    @property
    def _translated(self) -> bool:
        wanted, own = self._task.wish.language, self._task.own
        return bool(own) and wanted.partition("-")[0].lower() != own.partition("-")[0].lower()


def _ids(lines: Sequence[Line]) -> frozenset[int]:
    return frozenset(number for line in lines for number in line.ids)
