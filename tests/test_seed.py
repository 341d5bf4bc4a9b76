"""The digest the project started from, damaged as it was received, comes out of aili as it once went in."""

from __future__ import annotations

from pathlib import Path

import pytest

from aili.renderers import parse, render
from aili.repair import repair


@pytest.fixture(scope="module")
def seed(shared: Path) -> str:
    return (shared / "seed" / "aili-share.txt").read_text(encoding="utf-8")


def test_the_repaired_seed_comes_out_line_for_line(seed: str) -> None:
    wanted = repair(seed).replace("magic star", "✨").splitlines()
    assert wanted[0] == "✨Summarize by Aili"
    assert render(parse(seed), format="text").splitlines() == wanted


def test_every_part_of_the_seed_is_found(seed: str) -> None:
    digest = parse(seed)
    assert digest.title.startswith("Putin signs partnership pact")
    assert digest.site == "CNN"
    assert digest.language == "en"
    assert len(digest.abstract) == 3
    assert [section.heading for section in digest.sections] == [
        "Putin's Visit to North Korea",
        "Russia-North Korea Relations",
    ]
    assert [[len(question.bullets) for question in section.questions] for section in digest.sections] == [
        [2, 3, 2],
        [2, 3],
    ]
    imprint = digest.imprint
    assert (imprint.brand, imprint.logo, imprint.abstract_mark, imprint.questions_mark) == ("Aili", "✨", "🌈", "🙋")
    assert (imprint.shared_by, imprint.year, imprint.owner) == ("Daniel Chen", "2024", "NewMotor Inc.")


def test_a_bullet_of_the_seed_claims_no_check_that_never_was(seed: str) -> None:
    digest = parse(seed)
    bullets = [bullet for section in digest.sections for question in section.questions for bullet in question.bullets]
    assert {(bullet.verdict, bullet.evidence) for bullet in bullets} == {(None, ())}
    assert "nothing here was checked" in render(digest, format="html")


@pytest.mark.parametrize("format_", ["markdown", "html", "json"])
def test_the_seed_survives_every_other_format(seed: str, format_: str) -> None:
    digest = parse(seed)
    again = parse(render(digest, format=format_))
    assert again == digest
    assert render(again) == render(digest)
