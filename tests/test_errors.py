"""Every error says what happened and what to do, keeps its data on the way home from a worker, and has its exit code."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from aili import errors
from aili.errors import AiliError

TREE: list[type[AiliError]] = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AiliError)
]
DATA: dict[str, dict[str, object]] = {
    "ThinTextError": {"found": "Sign in to continue", "words": 4},
    "ForbiddenAddressError": {"address": "169.254.169.254"},
    "TooLargeError": {"limit": 50_000_000},
    "StatusError": {"status": 404},
    "DeadlineError": {"seconds": 30.0},
    "LimitError": {"seconds": 60},
    "ScanError": {"pages": 3},
    "ProviderError": {"status": 429},
}


def example(kind: type[AiliError]) -> AiliError:
    """An error of this kind with every attribute that its class takes."""
    data = {name: value for base in kind.__mro__ for name, value in DATA.get(base.__name__, {}).items()}
    return kind("The page https://example.org/a cannot be read.", hint="Try another.", **data)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", TREE)
def test_an_error_says_what_happened_and_what_to_do(kind: type[AiliError]) -> None:
    error = example(kind)
    assert error.message == "The page https://example.org/a cannot be read."
    assert error.hint == "Try another."
    assert str(error) == "The page https://example.org/a cannot be read. Try another."


@pytest.mark.parametrize("kind", TREE)
def test_an_error_without_a_hint_is_its_message_alone(kind: type[AiliError]) -> None:
    assert str(kind("The disk is full.")) == "The disk is full."


@pytest.mark.parametrize("kind", TREE)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling_with_its_attributes(kind: type[AiliError], protocol: int) -> None:
    error = example(kind)
    back = pickle.loads(pickle.dumps(error, protocol))
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert str(back) == str(error)
    assert back.args == error.args


@pytest.mark.parametrize("kind", TREE)
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_an_error_survives_copying_with_its_attributes(kind: type[AiliError], duplicate: object) -> None:
    error = example(kind)
    assert callable(duplicate)
    back = duplicate(error)
    assert type(back) is kind
    assert vars(back) == vars(error)


def test_the_data_of_every_error_is_covered_here() -> None:
    """An error that takes more than a message and a hint needs its data in the table above, or the tests see too little."""
    taking = {kind.__name__ for kind in TREE if "__init__" in vars(kind) and kind is not AiliError}
    assert taking == set(DATA)


def test_exit_codes_are_those_of_the_tree_drawn_in_the_module() -> None:
    drawn: dict[str, int] = {}
    path: list[tuple[int, int]] = []
    for indent, name, code in re.findall(r"^([ │├└─]*)(\w+Error)\s+(\d?)", str(errors.__doc__), re.MULTILINE):
        depth = len(indent)
        path = [step for step in path if step[0] < depth]
        number = int(code) if code else path[-1][1]
        path.append((depth, number))
        drawn[name] = number
    assert drawn == {kind.__name__: kind.exit_code for kind in TREE}


def test_exit_codes_are_one_per_branch_and_none_means_success() -> None:
    branches = [kind for kind in TREE if kind.__bases__ == (AiliError,)]
    codes = [kind.exit_code for kind in branches]
    assert len(set(codes)) == len(codes)
    assert all(1 < code < 126 for code in codes)  # 126 and above mean something to shells
