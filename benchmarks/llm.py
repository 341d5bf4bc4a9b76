"""What aili adds to a language model: ``python -m benchmarks.llm``.

Time: a digest of an article by a server that answers from a script, warm and without the cache. Once it answers at once, so
that what passes is aili's own (prompt, client, guard, checks); processor time counts that server, which runs in a thread.
Then it writes 80 tokens a second, as a fast model does, and says how long that took it: the rest is what aili adds, most of
its work being done while the model writes. Requests: one
to a real model server (llama.cpp with a model of random weights) through aili, beside the same one sent bare; how soon
closing takes effect; how many requests texts of up to 100,000 words need.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from tokenizers import Tokenizer

import aili
from aili import pipeline
from aili.engines.llm import running
from aili.engines.llm.asking import Asking, Prompt
from aili.engines.llm.clients import connected
from aili.engines.llm.providers import PROVIDERS, Place
from aili.engines.llm.pumping import pumped
from aili.engines.llm.running import Child, Load
from aili.engines.llm.schemas import DIGEST_FORM, digest_schema
from benchmarks import texts
from tests.models import chat, models, start
from tests.servers import Exchange, serve
from tests.tiny_model import write_model

RUNS, PACED_RUNS = 9, 3
TOKENS_A_SECOND, TOKEN = 80, 4  # of the model that writes at its own pace; characters of a token
WORDS = (25_000, 50_000, 100_000)
WINDOW = 32_000
SCHEMA = digest_schema(abstract=3, sections=3, questions=2, bullets=2)
PROMPT = Prompt(instructions="Write.", text="1 The bridge is closed.", schema=SCHEMA, form=DIGEST_FORM, max_tokens=600)
ENDLESS = Prompt(
    instructions="Write.",
    text="Much.",
    schema={"type": "object", "properties": {"abstract": {"type": "array", "items": {"type": "integer"}, "minItems": 400}}},
    form="{}",
    max_tokens=3000,
)  # fmt: skip


def main() -> int:
    """Measure and print the tables."""
    article = aili.read(texts.EXAMPLES / "harbour-bridge.html", settings=aili.Settings(cache=False))
    with tempfile.TemporaryDirectory() as folder:
        print(
            f"{article.reading.words} words, {RUNS} runs, medians\n\n| measured | figure | aim |\n| --- | --- | --- |"
        )
        wall, cpu = overhead(article, Path(folder))
        print(f"| aili's own time for a digest | {wall * 1000:.0f} ms, {cpu * 1000:.0f} ms of processor | 150 ms |")
        own, more = beside(article, Path(folder))
        print(f"| beside a model that writes for {own:.1f} s | {more * 1000:.0f} ms, {more / own:.1%} | 150 ms, 5 % |")
        print(f"| prompt tokens ÷ the text's | {prompt_ratio(article):.2f} | 1.25 |")
        model = Path(folder) / "tiny.gguf"
        write_model(model)
        with running.lent(Load(path=model, changed=0, window=4096, threads=1), seconds=60) as child:
            through, bare = requests(child)
            more = (through - bare) * 1000
            print(f"| a request through aili, beside the bare one | {through * 1000:.0f} ms, {more:+.0f} ms | |")
            print(f"| until closing takes effect, longest | {cancelling(child) * 1000:.0f} ms | 200 ms |")
        running.stop()
    print(f"\n| words | requests with a window of {WINDOW:,} tokens | prompts ÷ words |\n| --- | --- | --- |")
    for words in WORDS:
        count, asked = requests_of(words)
        print(f"| {words:,} | {count} | {asked:.2f} |")
    return 0


def overhead(article: aili.Document, folder: Path) -> tuple[float, float]:
    """Seconds of a digest that the model did not need, and of a processor."""
    written = json.dumps(_digest_of(article))
    times = []
    with models(written) as model:
        settings = aili.Settings(engine=model.engine(), cache=False, fallback=False, library=str(folder / "library.db"))
        for run in range(RUNS + 1):
            began, worked = time.perf_counter(), time.process_time()
            aili.summarize(article, settings=settings)
            if run:  # the first one imports
                times.append((time.perf_counter() - began, time.process_time() - worked))
        asked = len(model.asked)
    if asked != RUNS + 1:
        raise RuntimeError(f"{asked} requests for {RUNS + 1} digests: the answer does not stand up to checking")
    wall, cpu = zip(*times, strict=True)
    return statistics.median(wall), statistics.median(cpu)


class Paced:
    """A model that writes ``text`` at its own pace; ``took`` are the seconds from each request to its last word."""

    def __init__(self, text: str) -> None:
        self._pieces = [text[at : at + TOKEN] for at in range(0, len(text), TOKEN)]
        self.took: list[float] = []

    def __call__(self, exchange: Exchange) -> None:
        began = time.perf_counter()
        start(exchange)
        for number, event in enumerate(chat(self._pieces, "stop")):
            time.sleep(max(0.0, began + number / TOKENS_A_SECOND - time.perf_counter()))
            exchange.write(event)
        self.took.append(time.perf_counter() - began)


def beside(article: aili.Document, folder: Path) -> tuple[float, float]:
    """Seconds that a model wrote at a digest, and those that it took beside."""
    model = Paced(json.dumps(_digest_of(article)))
    with serve({"/v1/chat/completions": model}) as server:
        engine = f"compatible:paced@{server.url('/v1')}"
        settings = aili.Settings(engine=engine, cache=False, fallback=False, library=str(folder / "library.db"))
        times = [_timed(lambda: aili.summarize(article, settings=settings)) for _ in range(PACED_RUNS)]
    if len(model.took) != PACED_RUNS:
        raise RuntimeError(f"{len(model.took)} requests for {PACED_RUNS} digests")
    added = [whole - own for whole, own in zip(times, model.took, strict=True)]
    return statistics.median(model.took), statistics.median(added)


def _digest_of(document: aili.Document) -> dict[str, object]:
    """A digest as a good model writes it, eighteen bullets of the text's own sentences."""
    numbers = [
        number
        for number, sentence in enumerate(document.sentences, 1)
        if document.blocks[sentence.block].kind == "paragraph" and 60 < sentence.end - sentence.start < 350
    ]

    def bullet(number: int) -> dict[str, object]:
        return {"ids": [number], "text": " ".join(document.sentence(number - 1).split())}

    made = iter(numbers[:18])
    sections = [
        {
            "heading": "The harbour bridge",
            "questions": [
                {"question": "What does the text say?", "bullets": [bullet(next(made)), bullet(next(made))]}
                for _ in range(3)
            ],
        }
        for _ in range(2)
    ]
    return {"abstract": [bullet(number) for number in numbers[:2]], "sections": sections}


def prompt_ratio(article: aili.Document) -> float:
    """Tokens of the whole prompt for each of the article's, in the embedded engine's word pieces."""
    pieces = Tokenizer.from_file(str(Path(aili.__file__).parent / "weights" / "tokenizer.json"))
    (prompt,) = pipeline.plan(article, settings=aili.Settings(engine="openai:gpt-5-mini")).prompts
    return len(pieces.encode(prompt).ids) / len(pieces.encode(article.text).ids)


def requests(child: Child) -> tuple[float, float]:
    """Seconds of a request through aili's client, and of the same one sent bare; the model writes the same either way."""
    through, bare = [], []
    for _ in range(RUNS):
        through.append(_timed(lambda: asyncio.run(_ask(child, PROMPT, lambda _: None))))
        bare.append(_timed(lambda: _bare(child)))
    return statistics.median(through), statistics.median(bare)


def cancelling(child: Child) -> float:
    """The longest time from closing a stream until aili goes on."""
    times = []
    for _ in range(RUNS):

        async def work(tell: Callable[[str], None]) -> None:
            await _ask(child, ENDLESS, tell)

        with closing(pumped(work)) as words:
            next(words)
            times.append(_timed(words.close))
    return max(times)


def requests_of(words: int) -> tuple[int, float]:
    """Requests for a text of so many words, and the characters of all prompts for each of the text's."""
    text = texts.article(words)
    document = aili.read(
        aili.Resource(data=text.encode(), media_type="text/plain", reference="long.txt", location="long.txt")
    )
    settings = aili.Settings(engine="openai:gpt-5-mini", context_window=WINDOW)
    plan = pipeline.plan(document, settings=settings)
    return plan.requests, sum(map(len, plan.prompts)) / len(document.text)


async def _ask(child: Child, prompt: Prompt, tell: Callable[[str], None]) -> None:
    place = Place(provider=PROVIDERS["local"], model="tiny", address=f"{child.address}/v1", elsewhere=False)
    async with connected(place, child.key, seconds=60, ca_file="") as (model, _):
        await Asking(model=model, place=place, seconds=60, parallel=1).ask(prompt, on_text=tell)


def _bare(child: Child) -> None:
    told = f"{PROMPT.instructions} Answer with JSON of this form on one line and nothing else: {PROMPT.form}"
    body = {
        "model": "tiny",
        "messages": [{"role": "system", "content": told}, {"role": "user", "content": PROMPT.text}],
        "max_tokens": PROMPT.max_tokens,
        "temperature": 0.0,
        "stream": True,
        "stream_options": {"include_usage": True},
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": PROMPT.schema}},
    }
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {child.key}"}
    request = Request(f"{child.address}/v1/chat/completions", data=json.dumps(body).encode(), headers=headers)
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        answer.read()


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
