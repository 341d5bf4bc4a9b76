"""What an author calls a summary is what the digest opens with."""

from __future__ import annotations

from pathlib import Path

import pytest

import aili
from aili.engines.embedded.heading_text import sums_up

MAIN = "What are the main points?"
BODY = (
    "The pier was built in 1898 from larch that came by ship. Its forty pillars stand in four rows of ten.\n\n"
    "The harbour office counts the boats that land there each summer. In 2024 it counted 4,120 of them.\n\n"
    "A café opened at its end in 1931 and burned down twice. Ada Berg rebuilt it in stone.\n\n"
)
POINTS = (
    "The storm of 3 February broke eleven of the forty pillars of the pier.",
    "The repair will cost 2.1 million and take until the spring of next year.",
    "Larger boats must use the old coal quay during the repair.",
)


def digest(tmp_path: Path, heading: str, summary: str) -> aili.Digest:
    path = tmp_path / "pier.md"
    path.write_text(
        f"# The pier of Lind\n\n{BODY}## {heading}\n\n{summary}\n\n## The people of the pier\n\n{BODY}",
        encoding="utf-8",
    )
    return aili.summarize(path, settings=aili.Settings(cache=False))


def main_points(made: aili.Digest) -> list[str]:
    return [b.text for section in made.sections for q in section.questions if q.text == MAIN for b in q.bullets]


@pytest.mark.parametrize("heading", ["Summary", "Key takeaways", "TL;DR", "3. At a glance:"])
def test_the_points_of_a_summary_are_the_main_points(tmp_path: Path, heading: str) -> None:
    made = digest(tmp_path, heading, " ".join(POINTS))
    assert main_points(made) == list(POINTS)
    assert next(bullet.text for bullet in made.abstract if not bullet.text.startswith("The article")) in POINTS


def test_of_a_list_only_the_items_are_its_points(tmp_path: Path) -> None:
    made = digest(tmp_path, "Key takeaways", "\n".join(f"- {point}" for point in POINTS) + f"\n\n{BODY}")
    assert main_points(made) == list(POINTS)


def test_another_heading_is_no_summary(tmp_path: Path) -> None:
    assert main_points(digest(tmp_path, "The storm", " ".join(POINTS))) == []


@pytest.mark.parametrize(
    ("heading", "sums"),
    [
        ("Executive summary", True),
        ("✨ Key Takeaways", True),
        ("Abstract", True),
        ("TL;DR for keepers of bees", True),
        ("Key takeaways from the report", True),
        ("Summary of changes", False),
        ("Abstract art", False),
        ("Main points of sale", False),
        ("", False),
    ],
)
def test_headings_that_sum_up_say_so(heading: str, sums: bool) -> None:
    assert sums_up(heading) == sums
