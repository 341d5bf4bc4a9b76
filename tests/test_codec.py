"""A value's canonical JSON comes back as the same value, fits its schema, and has one hash; anything else is named."""

from __future__ import annotations

import json
from collections.abc import Callable

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili import codec
from aili.digest import Bullet, Citation, Digest, Question, Section
from aili.document import Block, Document, Locator, Metadata, Resource, Sentence
from aili.errors import MalformedError
from tests.strategies import digests, documents

DIGEST = Digest(
    title="The ferry is late",
    abstract=(Bullet(text="The ferry was 20 minutes late.", evidence=(0,), origin="extracted", verdict="supported"),),
    sections=(
        Section(
            heading="Delay",
            questions=(
                Question(
                    text="How late was it?",
                    bullets=(Bullet(text="It was 20 minutes late.", evidence=(0,), verdict="supported"),),
                ),
            ),
        ),
    ),
    citations=(Citation(id=0, text="The ferry was 20 minutes late.", start=0, end=30),),
)
DOCUMENT = Document(
    text="The ferry was 20 minutes late.",
    blocks=(Block(kind="paragraph", start=0, end=30),),
    sentences=(Sentence(start=0, end=30, block=0),),
    metadata=Metadata(title="The ferry is late", language="en"),
)
# Written down, not computed: a change here changes every stored hash, and the prefix must then change with it.
DIGEST_HASH = "digest-3:1fb59dc1fbf1d27658cbd2cccfa16d8022c61181eb72a8dbe1884c8ecd8670b3"
DOCUMENT_HASH = "document-1:fe1086088775656fd5d59be11d1f820c0fdf460c44edb97a73b542eac16e4baa"


@given(digests)
def test_any_digest_comes_back_from_its_json(digest: Digest) -> None:
    assert codec.decode(codec.encode(digest), Digest) == digest
    assert codec.decode(codec.encode(digest, indent=2), Digest) == digest


@given(documents)
def test_any_document_comes_back_from_its_json(document: Document) -> None:
    assert codec.decode(codec.encode(document), Document) == document
    assert codec.decode(codec.encode(document).decode(), Document) == document


@given(digests)
def test_canonical_json_is_sorted_whole_and_stable(digest: Digest) -> None:
    data = codec.encode(digest)
    members: list[list[str]] = []
    whole = json.loads(data, object_pairs_hook=lambda pairs: members.append([name for name, _ in pairs]) or dict(pairs))
    assert all(names == sorted(names) for names in members)
    assert set(whole) == set(Digest.__dataclass_fields__)
    assert codec.encode(codec.decode(data, Digest)) == data


def test_canonical_json_has_no_white_space_and_no_escapes() -> None:
    plain = json.dumps(json.loads(codec.encode(DIGEST)), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert codec.encode(DIGEST).decode() == plain
    assert "✨".encode() in codec.encode(DIGEST)


@given(digests)
def test_any_digest_fits_the_schema(digest: Digest) -> None:
    DIGEST_CHECK(json.loads(codec.encode(digest)))


@given(documents)
def test_any_document_fits_the_schema(document: Document) -> None:
    DOCUMENT_CHECK(json.loads(codec.encode(document)))


def checker(kind: type) -> Callable[[object], None]:
    schema = codec.schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator: Callable[[object], None] = jsonschema.Draft202012Validator(schema).validate
    return validator


DIGEST_CHECK = checker(Digest)
DOCUMENT_CHECK = checker(Document)


@pytest.mark.parametrize(
    "wrong", [{}, {"title": 1, "abstract": [], "sections": []}, [], {"title": "x", "sections": []}]
)
def test_the_schema_refuses_what_is_no_digest(wrong: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        DIGEST_CHECK(wrong)


def test_hashes_are_those_written_down() -> None:
    assert DIGEST.hash == DIGEST_HASH
    assert DOCUMENT.hash == DOCUMENT_HASH


def test_an_address_costs_those_nothing_that_have_none() -> None:
    assert b"address" not in codec.encode(DIGEST)
    assert codec.encode(Locator(start=0, label="p. 1")) == b'{"label":"p. 1","start":0}'
    there = Locator(start=9, label="p. 2", address="https://example.org/2")
    assert codec.encode(there) == b'{"address":"https://example.org/2","label":"p. 2","start":9}'
    assert codec.decode(codec.encode(there), Locator) == there
    assert codec.decode(b'{"label":"p. 1","start":0}', Locator).address is codec.UNSET


def test_a_hash_says_which_form_it_was_made_from() -> None:
    assert codec.fingerprint("digest-1", b"") == (
        "digest-1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    resource = Resource(data=b"", media_type="text/plain", reference="-", location="-")
    assert resource.hash.startswith("resource-1:")


@given(digests, digests)
def test_two_digests_have_the_same_hash_exactly_when_they_are_equal(one: Digest, other: Digest) -> None:
    assert (one.hash == other.hash) == (one == other)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ("", "Digest"),
        ("{", "Digest"),
        ("null", "Digest"),
        ("[1, 2]", "Digest"),
        ('{"title": "x", "sections": []}', "abstract"),
        ('{"title": 7, "abstract": [], "sections": []}', "$.title"),
        ('{"title": "x", "abstract": [], "sections": [{"heading": "h", "questions": 3}]}', "$.sections[0].questions"),
        ('{"title": "x", "abstract": [{"text": "t", "verdict": "true"}], "sections": []}', "$.abstract[0].verdict"),
        (b"\xff\xfe", "Digest"),
        (b'{"title": "\xff"}', "Digest"),
        ("[" * 100_000, "Digest"),
    ],
)
def test_what_is_no_digest_is_malformed_and_the_field_is_named(data: str | bytes, named: str) -> None:
    with pytest.raises(MalformedError) as caught:
        codec.decode(data, Digest)
    assert named in caught.value.message


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes_are_a_digest_or_malformed(data: bytes | str) -> None:
    try:
        codec.decode(data, Digest)
    except MalformedError as error:
        assert "Digest" in error.message


def test_json_laid_out_for_people_means_the_same() -> None:
    laid_out = codec.encode(DIGEST, indent=2)
    assert b"\n  " in laid_out
    assert json.loads(laid_out) == json.loads(codec.encode(DIGEST))
