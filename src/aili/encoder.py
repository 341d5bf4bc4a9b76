"""Sentence vectors and linguistic tokens from one small network, for the embedded engine, verification and search alike.

The network is all-MiniLM-L6-v2 as an int8 ONNX graph. Its activations are quantised with one scale per run, so in a
padded batch the vector of a sentence would shift with its neighbours (cosine down to .98). Therefore every sentence is a
run of its own, on one thread, and threads share out the sentences: no padding, little memory, and the same bytes
whatever else is in the list and however many threads work. training/README.md has the measurements.
"""

from __future__ import annotations

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
MAX_THREADS = 8
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
  | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
  | [\w-]+\.(?i:pdf|docx?|xlsx?|html?|txt|jpe?g|png|zip)\b
  | (?:[a-z][\w-]*\.)+(?:com|org|net|edu|gov|co|uk|io)\b(?:/[^\s<>"“”]*[\w/])?
  | (?<!\w)[#@](?=[A-Za-z_])\w+
  | [:;=8][-'^]?[)(DPp/|\]\[](?!\w)                                      # emoticons
  | <?/?3+(?!\w)(?<=<3)
  | [^\W\d_]+(?=n['’]t\b)                                              # do|n't, can|not, gon|na
  | n['’]t\b
  | ['’](?:s|m|d|re|ve|ll)\b
  | \b(?:can(?=not\b)|(?:gon|wan)(?=na\b)|got(?=ta\b))
  | (?<=\bcan)not\b | (?<=\b(?:gon|wan))na\b | (?<=\bgot)ta\b
  | (?:[A-Z]\.){2,}(?![^\W\d_]) | (?:[a-z]\.){2,}(?![^\W\d_])                 # U.S., i.e.
  | (?:Mrs?|Ms|Drs?|Prof|St|Ft|Jr|Sr|Gen|Lt|Col|Sgt|Capt|Rev|Gov|Sens?|Reps?|Hon|Inc|Co|Corp|Ltd|Bros|Nos?(?=\.\s*\d)
      |etc(?!\.\s*$)|vs|cf|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Thurs?|Fri|approx|est|Ave|Blvd|Ph\.D|Attn)\.(?!\w)
  | \b[A-Z]\.(?=\s?[A-Z][\w.])                                           # initials
  | \d{3}-(?:\d{3}-)?\d{4}\b | \d+(?:[.,:]\d+)*(?:st|nd|rd|th)\b | \d+(?:[.,:/]\d+)+ | \d+['’]?s\b
  | \d+(?=(?:[ap]m|km|kg|mg|cm|mm|lbs?|ft|hrs?|mins?|k)\b)
  | [.]\d+
  | (?i:non|pre|post|co|e|anti|pro|ex|mid|multi|semi|re|un|sub|inter|intra|ultra|neo|quasi|pseudo|micro|bi)-[^\W\d_]+
  | [⺀-⿿぀-ヿ㐀-䶿一-鿿가-힯豈-﫿]
  | [^\W\d_]+(?:['’](?!(?:s|m|d|re|ve|ll|t)\b)[^\W\d_]{2,}|&(?=[A-Z])[A-Z]+)?[^\W_]*          # Ba'ath, AT&T
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
            kind = 0 if word.islower() else 3 if title and len(word) == 1 else 2 if word.isupper() else 1 if word.istitle() else 4
            row[kind] = 1
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
        """The vector and the tokens of each text; a text should be one sentence."""
        return tuple(self._map(self._analysis, texts))

    def _vector(self, text: str) -> Floats:
        pieces = self._tokenizer.encode(text, add_special_tokens=False).ids
        vector: Floats = self._run(pieces[: MAX_PIECES - 2], ["vector"])[0][0]
        return vector

    def _analysis(self, text: str) -> Analysis:
        return Analysis(vector=self._vector(text), tokens=())

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


def load(*, threads: int | None = None) -> Encoder:
    """The encoder; its graph is read once for the process.

    ``threads`` sentences are read at once: by default as many as there are processors, 8 at most. It changes the time
    taken and nothing else. Raises `EngineError` if the weights are missing or damaged.
    """
    with _lock:
        tokenizer, session = _parts()
    if threads is None:
        threads = min(_processors(), MAX_THREADS)
    return Encoder(tokenizer=tokenizer, session=session, threads=max(1, threads))


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


def _session(name: str) -> Any:
    import onnxruntime

    path = _WEIGHTS / name
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _broken(path) from error


def _broken(path: Path) -> EngineError:
    state = "damaged" if path.exists() else "missing"
    return EngineError(
        f"The embedded engine's weights are {state}: {path}.",
        hint="Install aili again (pip install --force-reinstall aili).",
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
