"""What would be asked for a digest or an answer, reckoned before anything is: prompts, requests, tokens and price.

The prompts of a text, or of its parts, are those that would be sent but for the marks around the text. What the parts will
give is not known; it is taken to be as long as it may be.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_ai.usage import RequestUsage

from aili.answer import Inquiry
from aili.engines import Plan
from aili.engines.llm import budget
from aili.engines.llm.asking import Prompt, prompt_tokens
from aili.engines.llm.budget import Line
from aili.engines.llm.composing import MOST_BULLETS, POINT_TOKENS, Composing, Task
from aili.engines.llm.prices import Tariff
from aili.errors import EngineError

_EVIDENCE = 2  # times its own length has a point with the sentences that prove it


def planned(task: Task, *, engine: str, tariff: Tariff, inquiry: Inquiry | None = None) -> Plan:
    """The requests for ``task`` where nothing has to be mended; raises EngineError where there is nothing to ask about.

    With an ``inquiry`` it is the answer to that which is wanted, else a digest.
    """
    composing = Composing(task)

    def whole(lines: Sequence[Line]) -> Prompt:
        return composing.answer_prompt(lines, inquiry) if inquiry else composing.digest_prompt(lines)

    def of_part(part: Sequence[Line]) -> tuple[Prompt, int]:
        return (whole(part), MOST_BULLETS) if inquiry else composing.points_prompt(part)

    lines = list(budget.lines(task.document, task.orders))
    if not any(line.ids for line in lines):
        raise EngineError("The text has no sentence that anything could rest on.", hint="See it with aili read.")
    parts = composing.parts(lines)
    unseen: Sequence[tuple[int, int]] = ()
    if len(parts) == 1:
        prompts = [whole(lines)]
    else:
        asked = [of_part(part) for part in parts]
        prompts = [prompt for prompt, _ in asked]
        points = sum(most for _, most in asked)
        unseen = _reduced(points * POINT_TOKENS * (1 + _EVIDENCE), whole([]), task)
    requests = [(prompt_tokens(prompt), prompt.max_tokens) for prompt in prompts]
    requests += unseen
    costs = [tariff.dollars(RequestUsage(input_tokens=read, output_tokens=written)) for read, written in requests]
    known = [cost for cost in costs if cost is not None]
    return Plan(
        engine=engine,
        prompts=tuple(f"{prompt.instructions}\n\n{prompt.text}" for prompt in prompts),
        requests=len(requests),
        input_tokens=sum(read for read, _ in requests),
        output_tokens=sum(written for _, written in requests),
        dollars=sum(known) if len(known) == len(costs) else None,
        price=tariff.source,
    )


def _reduced(tokens: int, last: Prompt, task: Task) -> Sequence[tuple[int, int]]:
    """Tokens in and out of the requests that follow those to the parts, whose points have so many ``tokens``; ``last``
    is the last of them, but for the points.
    """
    asked: list[tuple[int, int]] = []
    room = max(256, task.window - last.max_tokens - prompt_tokens(last))
    while tokens > room:
        count = -(-tokens // room)
        asked += [(room + prompt_tokens(last), last.max_tokens)] * count
        tokens = tokens // 2 if count > 1 else 0
    return [*asked, (tokens + prompt_tokens(last), last.max_tokens)]
