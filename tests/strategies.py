"""Hypothesis strategies for the values: any Document and any Digest that the types allow."""

from __future__ import annotations

from hypothesis import strategies as st

from aili.codec import UNSET
from aili.digest import (
    Bullet,
    Checks,
    Citation,
    Coverage,
    Digest,
    Imprint,
    Omission,
    Origin,
    Provenance,
    Question,
    Reason,
    Rule,
    Section,
    Usage,
    Verdict,
)
from aili.document import Block, BlockKind, Document, Locator, Metadata, Reading, Sentence

# JSON carries Unicode text, which lone surrogates are not.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
count = st.integers(0, 2**53)
share = st.floats(0, 1)
texts = st.lists(text, max_size=3).map(tuple)
# What is no address may stand there too, in what was made elsewhere.
addresses = st.just(UNSET) | st.just("https://example.org/story/2?a=b") | text

blocks = st.builds(
    Block,
    kind=st.sampled_from(BlockKind.__args__),  # type: ignore[attr-defined]
    start=count,
    end=count,
    level=st.integers(0, 6),
)
sentences = st.builds(Sentence, start=count, end=count, block=count)
metadata = st.builds(
    Metadata, title=text, authors=texts, published=text, site=text, language=text, location=text, description=text
)
readings = st.builds(Reading, words=count, share=share, warnings=texts)
documents = st.builds(
    Document,
    text=text,
    blocks=st.lists(blocks, max_size=3).map(tuple),
    sentences=st.lists(sentences, max_size=3).map(tuple),
    metadata=metadata,
    reading=readings,
    source=text,
    locators=st.lists(st.builds(Locator, start=count, label=text, address=addresses), max_size=2).map(tuple),
)

rules: st.SearchStrategy[Rule] = st.sampled_from(Rule.__args__)  # type: ignore[attr-defined]
verdicts: st.SearchStrategy[Verdict | None] = st.sampled_from([None, *Verdict.__args__])  # type: ignore[attr-defined]
origins: st.SearchStrategy[Origin] = st.sampled_from(Origin.__args__)  # type: ignore[attr-defined]
bullets = st.builds(
    Bullet,
    text=text,
    evidence=st.lists(count, max_size=3).map(tuple),
    origin=origins,
    verdict=verdicts,
    reasons=st.lists(st.builds(Reason, rule=rules, message=text), max_size=2).map(tuple),
)
bullet_rows = st.lists(bullets, max_size=2).map(tuple)
questions = st.builds(Question, text=text, bullets=bullet_rows)
sections = st.builds(Section, heading=text, questions=st.lists(questions, max_size=2).map(tuple))
usages = st.builds(
    Usage, input_tokens=count, output_tokens=count, dollars=st.none() | st.floats(0, 1000, allow_nan=False)
)
provenances = st.builds(
    Provenance,
    engine=text,
    version=text,
    document=text,
    source=text,
    words=count,
    share=share,
    page_share=share,
    usage=usages,
    notes=texts,
)
omissions = st.builds(
    Omission, id=count, text=text, heading=text, words=count, salience=share, locator=text, address=addresses
)
coverages = st.builds(
    Coverage,
    share=st.none() | share,
    passages=count,
    omitted=count,
    omissions=st.lists(omissions, max_size=2).map(tuple),
)
citations = st.builds(Citation, id=count, text=text, start=count, end=count, locator=text, address=addresses)
digests = st.builds(
    Digest,
    title=text,
    abstract=bullet_rows,
    sections=st.lists(sections, max_size=2).map(tuple),
    language=text,
    site=text,
    authors=texts,
    published=text,
    location=text,
    citations=st.lists(citations, max_size=3).map(tuple),
    checks=st.builds(Checks, supported=count, refuted=count, not_enough_info=count, replaced=count, dropped=count),
    coverage=coverages,
    provenance=provenances,
    imprint=st.builds(
        Imprint, brand=text, logo=text, abstract_mark=text, questions_mark=text, shared_by=text, year=text, owner=text
    ),
)
