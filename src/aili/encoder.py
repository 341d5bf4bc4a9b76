"""Sentence vectors and linguistic tokens from one small network, for the embedded engine, verification and search alike.

The network is all-MiniLM-L6-v2 as an int8 ONNX graph. Its activations are quantised with one scale per run, so in a
padded batch the vector of a sentence would shift with its neighbours (cosine down to .98). Therefore every sentence is a
run of its own, on one thread, and threads share out the sentences: no padding, little memory, and the same bytes
whatever else is in the list and however many threads work. training/README.md has the measurements.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from aili.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WIDTH = 384
MAX_PIECES = 128
SHAPES = 16
LAYERS = ("layer2", "layer4", "layer6")
_WEIGHTS = Path(__file__).parent / "weights"
_CLS, _SEP = 101, 102
_A = TypeVar("_A")
_B = TypeVar("_B")


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A word or mark of a sentence, by the rules of the English Web Treebank (Universal Dependencies 2).

    ``start`` and ``end`` are character offsets into the sentence. ``tag`` is the universal part of speech, ``xpos`` the
    Penn tag. ``head`` is the index of the governing token, -1 at the root; ``label`` is the relation to it, with its
    subtype (``nsubj:pass``). ``entity`` is empty or a BIO name tag: B- or I- with PER, ORG or LOC.
    """

    text: str
    start: int
    end: int
    tag: str
    xpos: str
    head: int
    label: str
    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """What one pass over a sentence gives: its unit vector (384 float32) and its tokens."""

    vector: Floats
    tokens: tuple[Token, ...]


# The tokenisation of EWT: clitics and marks stand alone; hyphenated words are split unless they open with a prefix;
# addresses, abbreviations, numbers and emoticons stay whole; every CJK ideograph is a token. First match wins.
_WORD = re.compile(
    r"""
    (?:https?://|www\.)[^\s<>"“”]*[^\s<>"“”.,;:!?'’)\]]                    # addresses
  | [\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}
  | [\w-]{1,80}\.(?i:pdf|docx?|xlsx?|html?|txt|jpe?g|png|zip)\b
  | (?:[a-z][\w-]{0,62}\.){1,8}(?:com|org|net|edu|gov|co|uk|io)\b(?:/[^\s<>"“”]*[\w/])?
  | (?<!\w)[#@](?=[A-Za-z_])\w+
  | [:;][-'^]?[)(DPp/|\]\[](?!\w)                                      # emoticons
  | <?/?3+(?!\w)(?<=<3)
  | [^\W\d_]+(?=(?i:n['’]t)\b)                                         # do|n't, can|not, gon|na
  | (?i:n['’]t)\b
  | ['’](?i:s|m|d|re|ve|ll)\b
  | \b(?i:can(?=not\b)|(?:gon|wan)(?=na\b)|got(?=ta\b))
  | (?i:(?<=\bcan)not\b|(?<=\b(?:gon|wan))na\b|(?<=\bgot)ta\b)
  | (?:[A-Z]\.){2,}(?![^\W\d_]) | (?:[a-z]\.){2,}(?![^\W\d_])                 # U.S., i.e.
  | (?:Mrs?|Ms|Drs?|Prof|St|Ft|Jr|Sr|Gen|Lt|Col|Sgt|Capt|Rev|Gov|Sens?|Reps?|Hon|Inc|Co|Corp|Ltd|Bros|Nos?(?=\.\s*\d)
      |etc(?!\.\s*$)|vs|cf|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Thurs?|Fri|approx|est|Ave|Blvd|Ph\.D|Attn)\.(?!\w)
  | \b[A-Z]\.(?=\s?[A-Z][\w.])                                           # initials
  | \d{3}-(?:\d{3}-)?\d{4}\b | \d+(?:[.,:]\d+)*(?:st|nd|rd|th)\b | \d+(?:[.,:/]\d+)+ | \d+['’]?s\b
  | \d+(?=(?:[ap]m|km|kg|mg|cm|mm|lbs?|ft|hrs?|mins?|k)\b)
  | [.]\d+
  | (?i:non|pre|post|co|e|anti|pro|ex|mid|multi|semi|re|un|sub|inter|intra|ultra|neo|quasi|pseudo|micro|bi)-[^\W\d_]+
  | [⺀-⿿぀-ヿ㐀-䶿一-鿿가-힯豈-﫿]
  | [^\W\d_]+(?:['’](?!(?i:s|m|d|re|ve|ll|t)\b)[^\W\d_]{2,}|&[A-Z]+)?[^\W_]*                # Ba'ath, AT&T
  | [^\W_]+
  | \.{2,} | -{2,} | [!?]{2,} | ([^\w\s])\1+ | ['’]{2} | _+ | [^\w\s]
    """,
    re.VERBOSE,
)


def words(text: str) -> list[tuple[int, int]]:
    """The character spans of a sentence's tokens."""
    return [match.span() for match in _WORD.finditer(text)]


def shapes(text: str, spans: Sequence[tuple[int, int]]) -> Floats:
    """What the uncased network cannot see of each token, as 16 zeros and ones (words, 16): case, digits, marks, place."""
    import numpy as np

    found = np.zeros((len(spans), SHAPES), np.float32)
    letters = capitals = 0
    before = -1
    for row, (start, end) in zip(found, spans, strict=True):
        word = text[start:end]
        alphabetic = any(map(str.isalpha, word))
        if alphabetic:
            title = word[:1].isupper()
            row[_casing(word)] = 1
            row[9] = letters == 0
            letters += 1
            capitals += title
        digits = sum(map(str.isdigit, word))
        row[5], row[6] = digits > 0, digits == len(word)
        row[7] = not alphabetic and not digits
        row[8] = before < 0
        row[10] = start > before >= 0
        row[11] = any(mark in word for mark in "'’")
        row[12] = len(word) > 2 and any(mark in word[1:-1] for mark in "-./@")
        before = end
    if len(spans):
        found[-1, 13] = 1
        found[:, 14] = letters > 3 and capitals >= 0.7 * letters
        found[:, 15] = letters > 0 and capitals == 0
    return found


def _casing(word: str) -> int:
    if word.islower():
        return 0
    if word.isupper():
        return 3 if len(word) == 1 else 2
    return 1 if word.istitle() else 4


def pooling(offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> Floats:
    """The matrix (words, pieces + 2) that averages each token's word pieces; the 2 are [CLS] and [SEP]."""
    import numpy as np

    matrix = np.zeros((len(spans), len(offsets) + 2), np.float32)
    first = 0
    for row, (start, end) in zip(matrix, spans, strict=True):
        while first < len(offsets) and offsets[first][1] <= start:
            first += 1
        last = first
        while last < len(offsets) and offsets[last][0] < end:
            last += 1
        if last > first:
            row[first + 1 : last + 1] = 1 / (last - first)
    return matrix


def tree(scores: Floats) -> list[int]:
    """The best tree with one root: scores (words, words + 1) of each head, the root first → heads, -1 at the root.

    Each word's best head, if that is such a tree; else Chu-Liu and Edmonds' algorithm, with the root's arcs so dear that
    one remains.
    """
    import numpy as np

    count = len(scores)
    square = np.full((count + 1, count + 1), -1e9)
    square[1:] = scores
    square[range(count + 1), range(count + 1)] = -1e9
    heads = square.argmax(1)
    heads[0] = 0
    if np.count_nonzero(heads[1:] == 0) != 1 or _cycle(heads) is not None:
        square[1:, 0] -= 1e5
        heads = _arborescence(square)
    return [int(head) - 1 for head in heads[1:]]


def _arborescence(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Scores (nodes, nodes) of dependent and head, node 0 being the root → the head of each node."""
    import numpy as np

    heads: NDArray[np.int64] = scores.argmax(1)
    heads[0] = 0
    cycle = _cycle(heads)
    if cycle is None:
        return heads
    outside = np.setdiff1d(np.arange(len(heads)), cycle)
    last = len(outside)
    enter = scores[np.ix_(cycle, outside)] - scores[cycle, heads[cycle]][:, None]
    leave = scores[np.ix_(outside, cycle)]
    small = np.full((last + 1, last + 1), -1e9)
    small[:last, :last] = scores[np.ix_(outside, outside)]
    small[:last, last] = leave.max(1)
    small[last, :last] = enter.max(0)
    found = _arborescence(small)
    for node in range(1, last):
        inside = found[node] == last
        heads[outside[node]] = cycle[leave[node].argmax()] if inside else outside[found[node]]
    entry = found[last]
    heads[cycle[enter[:, entry].argmax()]] = outside[entry]
    return heads


def _cycle(heads: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """The nodes of a cycle among the heads, if there is one; node 0 is its own head."""
    import numpy as np

    state = [0] * len(heads)
    state[0] = -1
    for start in range(1, len(heads)):
        node = start
        while not state[node]:
            state[node] = start
            node = int(heads[node])
        if state[node] == start:
            cycle, follower = [node], int(heads[node])
            while follower != node:
                cycle.append(follower)
                follower = int(heads[follower])
            nodes: NDArray[np.int64] = np.array(sorted(cycle))
            return nodes
    return None


class Encoder:
    """Reads sentences; make it with `load`. Safe to use from several threads."""

    def __init__(self, *, tokenizer: Any, session: Any, threads: int) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._threads = threads

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is a whole word of the tokenizer's vocabulary (about 22,000 English words)."""
        return self._tokenizer.token_to_id(word) is not None

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (len(texts), 384): the mean over a text's word pieces, as sentence-transformers does.

        Only the first 128 word pieces of a text count (about 90 words).
        """
        import numpy as np

        vectors = np.empty((len(texts), WIDTH), np.float32)
        for row, vector in enumerate(self._map(self._vector, texts)):
            vectors[row] = vector
        return vectors

    def analyse(self, texts: Sequence[str]) -> tuple[Analysis, ...]:
        """The vector and the tokens of each text; a text should be one sentence.

        A text of more than 128 word pieces is read in windows: the vector is the first one's, and the roots of the
        others depend on the first one's root as ``parataxis``. A blank text has no tokens.
        """
        with _lock:
            heads, tables = _heads()
        return tuple(self._map(lambda text: self._analysis(text, heads, tables), texts))

    def _vector(self, text: str) -> Floats:
        pieces = self._tokenizer.encode(text, add_special_tokens=False).ids
        vector: Floats = self._run(pieces[: MAX_PIECES - 2], ["vector"])[0][0]
        return vector

    def _analysis(self, text: str, heads: Any, tables: dict[str, list[str]]) -> Analysis:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        spans, offsets, ids = words(text), encoding.offsets, encoding.ids
        marks = shapes(text, spans)
        tokens: list[Token] = []
        vector: Floats | None = None
        piece = 0
        while vector is None or len(tokens) < len(spans):
            end = piece + MAX_PIECES - 2
            found = self._run(ids[piece:end], ["vector", *LAYERS])
            vector = found[0][0] if vector is None else vector
            done = len(tokens)
            limit = offsets[end][0] if end < len(offsets) else len(text)
            last = next((n for n in range(done, len(spans)) if spans[n][1] > limit), len(spans))
            last = max(last, min(done + 1, len(spans)))
            if last > done:
                feed = dict(zip(LAYERS, found[1:], strict=True))
                feed["pool"] = pooling(offsets[piece:end], spans[done:last])
                feed["shapes"] = marks[None, done:last]
                names = ("upos", "xpos", "names", "arcs", "labels")
                scores = dict(zip(names, heads.run(names, feed), strict=True))
                tokens += _tokens(text, spans[done:last], scores, tables, tokens)
            if last < len(spans):
                piece = next((n for n in range(piece, len(ids)) if offsets[n][1] > spans[last][0]), len(ids))
        return Analysis(vector=vector, tokens=tuple(tokens))

    def _run(self, pieces: list[int], outputs: list[str]) -> list[Any]:
        import numpy as np

        found: list[Any] = self._session.run(outputs, {"ids": np.array([[_CLS, *pieces, _SEP]], np.int64)})
        return found

    def _map(self, function: Callable[[_A], _B], items: Sequence[_A]) -> Iterable[_B]:
        """Applies a function to each item, in order, on this encoder's threads."""
        if self._threads == 1 or len(items) < 2:
            return map(function, items)
        with ThreadPoolExecutor(min(self._threads, len(items))) as pool:
            return pool.map(function, items)


def _tokens(
    text: str, spans: list[tuple[int, int]], scores: dict[str, Any], tables: dict[str, list[str]], before: list[Token]
) -> list[Token]:
    """The tokens of one window, from the scores of its words; `before` holds those of earlier windows."""
    import numpy as np

    heads = tree(scores["arcs"][0])
    labels = scores["labels"]
    labels[:, :, tables["labels"].index("root")] = -np.inf
    tags = {name: scores[name][0].argmax(-1) for name in ("upos", "xpos", "names")}
    top = next((number for number, token in enumerate(before) if token.head < 0), -1)
    tokens: list[Token] = []
    entity = ""
    for number, (start, end) in enumerate(spans):
        head = heads[number]
        label = tables["labels"][int(labels[head + 1, number].argmax())]
        if head < 0:
            label = "parataxis" if before else "root"
        name = tables["names"][int(tags["names"][number])]
        # "Ms." + "Okafor", "Bank of" + "England": a person's name goes on, and so does any name after its small words.
        kind = entity[2:] if entity and tokens[-1].tag in {"ADP", "DET"} else name[2:]
        inside = kind == entity[2:] and (name[:1] == "I" or kind != name[2:] or kind == "PER")
        entity = f"{'I' if inside else 'B'}-{kind}" if name else ""
        tokens.append(
            Token(
                text=text[start:end],
                start=start,
                end=end,
                tag=tables["upos"][int(tags["upos"][number])],
                xpos=tables["xpos"][int(tags["xpos"][number])],
                head=head + len(before) if head >= 0 else top,
                label=label,
                entity=entity,
            )
        )
    return tokens


def load(*, threads: int | None = None) -> Encoder:
    """The encoder; its graph is read once for the process.

    ``threads`` sentences are read at once: by default as many as there are processors, 8 at most. It changes the time
    taken and nothing else. Raises `EngineError` if the weights are missing or damaged.
    """
    with _lock:
        tokenizer, session = _parts()
    return Encoder(tokenizer=tokenizer, session=session, threads=max(1, threads or min(_processors(), 8)))


_lock = threading.Lock()


@cache
def _parts() -> tuple[Any, Any]:
    import tokenizers

    path = _WEIGHTS / "tokenizer.json"
    try:
        tokenizer = tokenizers.Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:
        raise _broken(path) from error
    return tokenizer, _session("encoder.onnx")


@cache
def _heads() -> tuple[Any, dict[str, list[str]]]:
    session = _session("heads.onnx")
    return session, {name: json.loads(tags) for name, tags in session.get_modelmeta().custom_metadata_map.items()}


def _session(name: str) -> Any:
    import onnxruntime

    path = _WEIGHTS / name
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # The graphs are written fused; optimising them again takes 25 ms and gives the same bytes at the same speed.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _broken(path) from error


def _broken(path: Path) -> EngineError:
    state = "damaged" if path.exists() else "missing"
    hint = "Install aili again (pip install --force-reinstall aili)."
    return EngineError(f"The embedded engine's weights are {state}: {path}.", hint=hint)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
