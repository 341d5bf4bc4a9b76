"""The encoder: sentence vectors and parsed tokens."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aili import encoder as module
from aili.arborescence import tree
from aili.encoder import Analysis, Token, load
from aili.errors import EngineError

NEWS = [
    "The council approved the new budget on Tuesday after a long debate.",
    "“We don’t have a choice,” said Mr. Ahmed, who leads the city’s transport office.",
    "Rain.",
    "Why did the factory in northern Italy close its doors?",
    "Shares in the firm, which makes batteries for electric cars, fell by 5.5%, their steepest drop since March 2020.",
]
ODD = {
    "empty": "",
    "blank": "  \t ",
    "marks only": "?!... — “”",
    "emoji": "😀 👍🏽",
    "Chinese": "人工智能正在改变世界。",
    "capitals": "BREAKING: PRIME MINISTER RESIGNS AFTER VOTE",
    "controls": "\x00\x07 one \u200b two",
    "one long word": "x" * 3000,
    "address": "See https://example.org/" + "a-b_c/" * 100 + " now.",
    "500 words": " ".join(["the report on the quarter was read by the board"] * 50) + ".",
}


def words(analysis: Analysis) -> list[str]:
    return [token.text for token in analysis.tokens]


def parse(text: str) -> dict[str, Token]:
    return {token.text: token for token in load().analyse([text])[0].tokens}


def test_vectors_have_unit_length() -> None:
    vectors = load().embed(NEWS)
    assert vectors.shape == (len(NEWS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors() -> None:
    assert load().embed([]).shape == (0, 384)
    assert load().analyse([]) == ()


def test_a_vector_does_not_depend_on_its_neighbours() -> None:
    together = load().embed(NEWS)
    alone = np.concatenate([load().embed([text]) for text in NEWS])
    assert together.tobytes() == alone.tobytes()
    assert load().embed(NEWS[::-1])[::-1].tobytes() == together.tobytes()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(threads: int) -> None:
    reader = load(threads=threads)
    assert reader.embed(NEWS).tobytes() == load(threads=1).embed(NEWS).tobytes()
    first, second = reader.analyse(NEWS), load(threads=1).analyse(NEWS)
    assert [a.tokens for a in first] == [a.tokens for a in second]


def test_analysis_and_embedding_give_the_same_vector() -> None:
    texts = [*NEWS, ODD["500 words"], ""]
    vectors = np.stack([analysis.vector for analysis in load().analyse(texts)])
    assert vectors.tobytes() == load().embed(texts).tobytes()


def test_paraphrases_are_closer_than_unrelated_sentences() -> None:
    first, second, other = load().embed(
        [
            "The firm cut 300 jobs.",
            "Three hundred people were laid off by the company.",
            "Penguins feed their chicks at sea.",
        ]
    )
    assert first @ second > 0.5
    assert first @ other < 0.2


@pytest.mark.parametrize("text", [*ODD.values(), *NEWS], ids=[*ODD, *map(str, range(len(NEWS)))])
def test_tokens_are_pieces_of_the_text_and_form_one_tree(text: str) -> None:
    (analysis,) = load().analyse([text])
    end = 0
    for token in analysis.tokens:
        assert token.start >= end
        assert token.text == text[token.start : token.end]
        assert not text[end : token.start].strip(" \t\x00\x07\u200b")
        end = token.end
    heads = [token.head for token in analysis.tokens]
    assert heads.count(-1) == bool(heads)
    for number, head in enumerate(heads):
        seen = {number}
        while head >= 0:
            assert head not in seen
            seen.add(head)
            head = heads[head]
    assert all((token.label == "root") == (token.head == -1) for token in analysis.tokens)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They can't pay $5.5m.", "They ca n't pay $ 5.5 m ."),
        ("“It’s John’s,” he said.", "“ It ’s John ’s , ” he said ."),
        ("A well-known co-founder of AT&T", "A well - known co-founder of AT&T"),
        ("Dr. Lee of the U.S. left at 10:30.", "Dr. Lee of the U.S. left at 10:30 ."),
        ("Write to a.b@example.org, or cannot you?", "Write to a.b@example.org , or can not you ?"),
        ("东京 and/or 3%", "东 京 and / or 3 %"),
    ],
)
def test_words_are_split_as_in_the_treebank(text: str, expected: str) -> None:
    assert words(load().analyse([text])[0]) == expected.split()


def test_names_never_continue_what_did_not_begin() -> None:
    for analysis in load().analyse(NEWS):
        before = ""
        for token in analysis.tokens:
            assert token.entity[:2] != "I-" or before[2:] == token.entity[2:]
            before = token.entity


def test_a_passive_sentence_is_parsed() -> None:
    tokens = parse("The bridge was built by Roman soldiers in 1990.")
    assert (tokens["built"].tag, tokens["built"].xpos, tokens["built"].label) == ("VERB", "VBN", "root")
    assert tokens["bridge"].label == "nsubj:pass"
    assert tokens["was"].label == "aux:pass"
    assert tokens["soldiers"].label in {"obl", "obl:agent"}


def test_subject_verb_and_object_are_found() -> None:
    tokens = parse("On Monday the court rejected the appeal that the company had filed.")
    assert (tokens["rejected"].xpos, tokens["rejected"].label) == ("VBD", "root")
    assert tokens["court"].label == "nsubj"
    assert tokens["appeal"].label == "obj"
    assert tokens["filed"].label == "acl:relcl"


def test_people_and_places_are_named() -> None:
    tokens = parse("Angela Merkel met Barack Obama in Berlin.")
    assert [tokens[word].entity for word in ("Angela", "Merkel", "met", "Berlin")] == ["B-PER", "I-PER", "", "B-LOC"]


def test_one_root_remains_when_every_word_wants_to_be_it() -> None:
    scores = np.zeros((4, 5), np.float32)
    scores[:, 0] = 9
    assert tree(scores).count(-1) == 1


def test_a_cycle_is_broken_at_the_least_cost() -> None:
    scores = np.array([[1, 0, 9, 0], [0, 9, 0, 0], [5, 0, 0, 0]], np.float32)
    scores[0, 3] = 4
    assert tree(scores) == [2, 0, -1]


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "heads.onnx"])
@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_bad_weights_say_what_to_do(name: str, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(Path(module.__file__).parent / "weights", weights)
    (weights / name).unlink() if state == "missing" else (weights / name).write_bytes(b"not a graph")
    monkeypatch.setattr(module, "_WEIGHTS", weights)
    module._parts.cache_clear()
    module._heads.cache_clear()
    try:
        with pytest.raises(EngineError, match=f"{state}.*{name}.*Install aili again"):
            load().analyse(["One."])
    finally:
        module._parts.cache_clear()
        module._heads.cache_clear()


def test_importing_the_module_reads_no_weights_and_no_heavy_library() -> None:
    code = "import sys, aili.encoder; print(*sorted({'numpy', 'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
