"""What the page's own headings are called, and what they ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import aili
from aili import encoder
from aili.engines.embedded.asking import named, stands_alone
from aili.engines.embedded.bullets import Candidate, candidates
from aili.engines.embedded.choosing import leans
from aili.engines.embedded.heading_forms import listed
from aili.engines.embedded.headings import Name, own_name, plain_name
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions import Asked
from aili.engines.embedded.reading import Survey, survey
from aili.language import phrases

TEXT = "Anna Berger kept bees on the island of Lind for forty years. Her hives stood behind the old harbour wall."
Surveyed = Callable[..., Survey]


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(encoder.load(threads=1))


@pytest.fixture
def surveyed(tmp_path: Path, network: Network) -> Surveyed:
    def made(*headings: str, title: str = "Bees", text: str = TEXT) -> Survey:
        path = tmp_path / "page.md"
        body = "\n\n".join(f"## {heading}\n\n{text}" for heading in headings)
        path.write_text(f"# {title}\n\n{body}", encoding="utf-8")
        document = aili.read(path, settings=aili.Settings(cache=False, min_words=5))
        return survey(document, language="en", network=network, max_words=9_000)

    return made


def own(made: Survey, network: Network, heading: str) -> Name:
    number = next(at for at, line in enumerate(made.lines) if line.kind == "heading" and heading in line.text)
    return own_name(made, number, network)


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("How Long is a Hive", "How long is a hive?"),
        ("Who shouldn't keep bees?", "Who shouldn't keep bees?"),
        ("Why leaf colour matters", "Why does leaf colour matter?"),
        ("Why prices may differ", "Why may prices differ?"),
        ("Tips on How To Start Your First Hive", "How can you start your first hive?"),
        ("7 Tips for Writing Your Diary", "How can you write your diary?"),
        ("Tips for buying and moving a hive", "How can you buy and move a hive?"),
        ("Is a wooden hive worth it?", "Is a wooden hive worth it?"),
        ("The rules: is a hive insured?", "Is a hive insured?"),
        ("Steps to moving a hive", "How can you move a hive?"),
        ("Honey tips", ""),
        ("When to start", "When should you start?"),
        ("What we measured", "What was measured?"),
        ("What we found in the hives", "What was found in the hives?"),
        ("What we do", ""),
        ("What we are", ""),
        ("Why choose a wooden hive", "Why should you choose a wooden hive?"),
        ("What exactly defines a good hive?", "What exactly defines a good hive?"),
        ("What's the best time to start?", "What's the best time to start?"),
        ("How to start?", "How can you start?"),
        ("What is a hive", "What is a hive?"),
        ("Bees and wasps", ""),
        ("Bees and wasps?", ""),
        ("What about wasps?", ""),
    ],
)
def test_a_heading_asks_what_it_means_to_ask(surveyed: Surveyed, network: Network, heading: str, asked: str) -> None:
    assert own(surveyed(heading, "Honey"), network, heading).asked == asked


@pytest.mark.parametrize(
    ("heading", "title", "phrase"),
    [
        ("Career", "Anna Berger", "the career of Anna Berger"),
        ("Early life", "Anna Berger", "the early life of Anna Berger"),
        ("Symptoms", "Swarm fever", "the symptoms of swarm fever"),
        ("Career", "How Anna Berger became a beekeeper", "career"),
        ("Career", "Anna Berger: a life with bees", "career"),
        ("Honey", "Anna Berger", "honey"),
    ],
)
def test_what_articles_on_one_thing_tell_is_told_of_that_thing(
    surveyed: Surveyed, network: Network, heading: str, title: str, phrase: str
) -> None:
    assert own(surveyed(heading, "Hives", title=title), network, heading).phrase == phrase


def test_benefits_and_drawbacks_are_those_of_the_thing_that_the_heading_above_names(
    surveyed: Surveyed, network: Network
) -> None:
    under = f"Wooden hives\n\n{TEXT}\n\n### Disadvantages"
    name = own(surveyed(under, "Honey"), network, "Disadvantages")
    assert name.heading == "Disadvantages of Wooden hives"
    assert name.phrase == "the disadvantages of wooden hives"
    assert listed(name.phrase) == "What are the disadvantages of wooden hives?"
    under = f"How should you start?\n\n{TEXT}\n\n### Disadvantages"
    assert own(surveyed(under, "Honey"), network, "Disadvantages").phrase == "disadvantages"


def test_what_only_the_author_can_call_its_own_is_not_asked_about(surveyed: Surveyed, network: Network) -> None:
    made = surveyed("My Adjustable Hive Set Up", "Honey")
    found = candidates(made, made.topics[0], network.analyse)
    asked = [each.text for each in named(made, own(made, network, "My Adjustable"), found, network)]
    assert not [text for text in asked if "“" in text]


@pytest.mark.parametrize(
    ("heading", "phrase"),
    [
        ("Be kind to your bees", "being kind to your bees"),
        ("Clean the hives and keep all frames dry", "cleaning the hives and keeping all frames dry"),
        ("Keep bees", "keeping bees"),
        ("Who will pay", "who will pay"),
        (
            "De-crinkle your clothing without the help of housekeeping",
            "de-crinkling your clothing without the help of housekeeping",
        ),
        ("Watch, sugar, and wait", ""),
    ],
)
def test_what_a_heading_tells_to_do_is_a_gerund_inside_a_sentence(
    surveyed: Surveyed, network: Network, heading: str, phrase: str
) -> None:
    assert own(surveyed(heading, "Honey"), network, heading).phrase == phrase


@pytest.mark.parametrize(
    ("phrase", "asked"),
    [
        ("recommendations", "What are the recommendations?"),
        ("key findings", "What are the key findings?"),
        ("the symptoms of swarm fever", "What are the symptoms of swarm fever?"),
        ("costs and benefits", ""),
        ("honey", ""),
    ],
)
def test_a_heading_that_announces_a_list_asks_what_is_on_it(phrase: str, asked: str) -> None:
    assert listed(phrase) == asked


def test_a_heading_has_a_capital_unless_its_first_word_is_a_name_without(surveyed: Surveyed, network: Network) -> None:
    made = surveyed("track the weight of hives", "beehivr on a phone")
    assert own(made, network, "track").heading == "Track the weight of hives"
    assert own(made, network, "beehivr").heading == "beehivr on a phone"


def test_a_label_that_many_headings_have_is_no_part_of_them(surveyed: Surveyed) -> None:
    labelled = ("Check: Frames", "Check: Wax", "Check: Queen")
    assert [line.text for line in surveyed(*labelled).lines if line.kind == "heading"] == ["Frames", "Wax", "Queen"]
    few = ("Check: Frames", "Check: Wax", "Queen")
    assert [line.text for line in surveyed(*few).lines if line.kind == "heading"] == list(few)


@pytest.mark.parametrize(
    ("headings", "over"),
    [
        (("# Boats", "## Ferry", "### Fares"), "Boats"),  # the highest rank
        (("## Plain hive", "## Log hive", "## Berger's harbour hive", "## Pros"), "Berger's harbour hive"),
        (("## Wasps", "## Ants"), "Ants"),  # nothing of either: the nearest
    ],
)
def test_of_headings_in_a_row_the_highest_or_the_one_that_is_told_of_stands_over_the_text(
    tmp_path: Path, network: Network, headings: tuple[str, ...], over: str
) -> None:
    path = tmp_path / "page.md"
    path.write_text("\n\n".join(("# Lind", "## Honey", *[TEXT] * 3, *headings, *[TEXT] * 3)), encoding="utf-8")
    document = aili.read(path, settings=aili.Settings(cache=False, min_words=5))
    made = survey(document, language="en", network=network, max_words=9_000)
    parts = [part for topic in made.topics for part in topic.parts if part.over >= 0]
    assert made.lines[parts[-1].over].text == over


def test_a_heading_that_opens_with_a_small_word_has_none_large_inside_a_question(surveyed: Surveyed) -> None:
    made = surveyed("What the Bees did", title="Lind")
    assert plain_name(made, made.topics[0], 0, phrases("en")).phrase == "what the Bees did"
    made = surveyed("Bees and wasps", title="Lind")
    assert plain_name(made, made.topics[0], 0, phrases("en")).phrase == "Bees and wasps"


def test_a_question_that_leans_on_the_page_asks_nothing(surveyed: Surveyed, network: Network) -> None:
    made = surveyed("Is it worth it?", "Honey")
    name = own(made, network, "Is it worth it?")
    (topic,) = made.topics
    found: list[Candidate] = candidates(made, topic, network.analyse)
    assert name.asked == ""
    assert list(named(made, name, found, network)) == []


@pytest.mark.parametrize(
    ("title", "topic", "asked"),
    [
        ("The town of Lind", "the college", False),
        ("The college of Lind", "the college", True),
        ("The town of Lind", "the naval college", True),
        ("The town of Lind", "Ada Berg", True),
    ],
)
def test_what_the_title_does_not_name_is_not_asked_about_by_the_and_a_noun(
    surveyed: Surveyed, title: str, topic: str, asked: bool
) -> None:
    made = Asked(text=f"When did {topic} close?", form="when", weight=0.6, topic=topic)
    assert (not leans(made) or stands_alone(topic, surveyed("History", title=title), "History")) == asked
