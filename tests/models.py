"""Language models for tests: a real server on loopback that speaks the providers' wire formats and answers from a script.

The formats are written by hand from the public references: OpenAI's chat completions and Responses API, Anthropic's Messages
API, Google's streamGenerateContent, each as server-sent events. A script is a list of answers, one a request; an answer is a
text, a function from the request's prompt to a text, or a route of its own that misbehaves on purpose.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers import Exchange, Page, Route, Server, serve

PIECE = 24  # characters a chunk
MODEL = "test-model"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as the model saw it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """Every text of the request, instructions first."""
        return "\n".join(_texts(self.body))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        first = [value[name] for name in ("system", "systemInstruction") if name in value]
        rest = [value[name] for name in ("messages", "input", "contents", "content", "parts") if name in value]
        for part in (*first, *rest):
            yield from _texts(part)
        if isinstance(value.get("text"), str):
            yield value["text"]
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


Answer = str | Callable[[Asked], str] | Route


@dataclass
class Scripted:
    """Answers one after the other, the last one again and again; keeps what it was asked."""

    answers: Sequence[Answer]
    stop: str = "stop"
    delay: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange) -> None:
        request = exchange.asked
        asked = Asked(path=request.path, headers=dict(request.headers), body=json.loads(request.body or b"{}"))
        with self._lock:
            answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
            self.asked.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if isinstance(answer, Page):
                exchange._send(answer)
            elif isinstance(answer, str):
                self._write(exchange, answer)
            else:
                made = answer(asked) if _wants_prompt(answer) else answer(exchange)  # type: ignore[arg-type]
                if isinstance(made, str):
                    self._write(exchange, made)
        finally:
            with self._lock:
                self.at_once -= 1

    def _write(self, exchange: Exchange, text: str) -> None:
        start(exchange)
        for event in events(exchange.asked.path, text, self.stop):
            exchange.write(event)
            if self.delay:
                time.sleep(self.delay)


def _wants_prompt(answer: Callable[..., Any]) -> bool:
    return "exchange" not in answer.__code__.co_varnames[: answer.__code__.co_argcount]


def start(exchange: Exchange) -> None:
    """Begin a stream of server-sent events, whose end is the connection's."""
    exchange.send_response(200)
    exchange.send_header("Content-Type", "text/event-stream")
    exchange.send_header("Connection", "close")
    exchange.end_headers()


def events(path: str, text: str, stop: str = "stop") -> Iterator[bytes]:
    """``text`` in the wire format of ``path``, in pieces."""
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    if "chat/completions" in path:
        return chat(pieces, stop)
    if "responses" in path:
        return responses(pieces, stop)
    if "messages" in path:
        return messages(pieces, stop)
    return google(pieces, stop)


def _event(data: object, name: str = "") -> bytes:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def chat(pieces: Sequence[str], stop: str) -> Iterator[bytes]:
    def chunk(delta: dict[str, str], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return _event({
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": MODEL,
            "choices": [choice],
        })  # fmt: skip

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces:
        yield chunk({"content": piece})
    yield chunk({}, stop)
    usage = {"prompt_tokens": 5000, "completion_tokens": 700, "total_tokens": 5700}
    yield _event({
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [],
        "usage": usage,
    })  # fmt: skip
    yield _event("[DONE]")


def responses(pieces: Sequence[str], stop: str) -> Iterator[bytes]:
    number = 0

    def event(name: str, **data: object) -> bytes:
        nonlocal number
        number += 1
        return _event({"type": name, "sequence_number": number, **data}, name)

    def response(status: str, **more: object) -> dict[str, object]:
        return {
            "id": "resp_1", "object": "response", "created_at": 1, "status": status, "model": MODEL, "output": [],
            "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "error": None, "incomplete_details": None,
            "instructions": None, "metadata": {}, "temperature": 1.0, "top_p": 1.0, **more,
        }  # fmt: skip

    text = "".join(pieces)
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    done = {"type": "output_text", "text": text, "annotations": []}
    item = {"id": "msg_1", "type": "message", "role": "assistant"}
    yield event("response.created", response=response("in_progress"))
    yield event("response.output_item.added", output_index=0, item={**item, "status": "in_progress", "content": []})
    yield event("response.content_part.added", **place, part={**done, "text": ""})
    for piece in pieces:
        yield event("response.output_text.delta", **place, delta=piece, logprobs=[])
    yield event("response.output_text.done", **place, text=text, logprobs=[])
    yield event("response.content_part.done", **place, part=done)
    whole = {**item, "status": "completed", "content": [done]}
    yield event("response.output_item.done", output_index=0, item=whole)
    usage = {
        "input_tokens": 5000, "output_tokens": 700, "total_tokens": 5700,
        "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
    }  # fmt: skip
    if stop == "length":
        details = {"reason": "max_output_tokens"}
        ended = response("incomplete", output=[whole], usage=usage, incomplete_details=details)
        yield event("response.incomplete", response=ended)
    else:
        yield event("response.completed", response=response("completed", output=[whole], usage=usage))


def messages(pieces: Sequence[str], stop: str) -> Iterator[bytes]:
    def event(name: str, **data: object) -> bytes:
        return _event({"type": name, **data}, name)

    usage = {"input_tokens": 5000, "output_tokens": 1}
    yield event(
        "message_start",
        message={
            "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": MODEL, "stop_reason": None,
            "stop_sequence": None, "usage": usage,
        },
    )  # fmt: skip
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield event("ping")
    for piece in pieces:
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield event("content_block_stop", index=0)
    reason = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}[stop]
    yield event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage={"output_tokens": 700})
    yield event("message_stop")


def google(pieces: Sequence[str], stop: str) -> Iterator[bytes]:
    usage = {"promptTokenCount": 5000, "candidatesTokenCount": 700, "totalTokenCount": 5700}
    reason = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}[stop]
    for number, piece in enumerate(pieces, 1):
        candidate: dict[str, object] = {"content": {"parts": [{"text": piece}], "role": "model"}, "index": 0}
        if number == len(pieces):
            candidate["finishReason"] = reason
        yield _event(
            {"candidates": [candidate], "usageMetadata": usage, "modelVersion": MODEL, "responseId": "response-1"}
        )


@dataclass(frozen=True)
class Models:
    """A server with a script behind every provider's path; ``engine`` names it as a person would."""

    server: Server
    script: Scripted

    @property
    def asked(self) -> list[Asked]:
        return self.script.asked

    def engine(self, provider: str = "compatible", model: str = MODEL) -> str:
        path = "/v1" if provider not in ("anthropic", "google") else ""
        return f"{provider}:{model}@{self.server.url(path)}"


PATHS = (
    "/v1/chat/completions",
    "/v1/responses",
    "/v1/messages",
    f"/v1beta/models/{MODEL}:streamGenerateContent",
)


@contextmanager
def models(*answers: Answer, stop: str = "stop", delay: float = 0.0) -> Iterator[Models]:
    """A model that gives these answers, one a request, the last one from then on."""
    script = Scripted(answers, stop=stop, delay=delay)
    with serve(dict.fromkeys(PATHS, script)) as server:
        yield Models(server, script)
