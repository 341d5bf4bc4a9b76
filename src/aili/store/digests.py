"""The SQL of kept digests and their documents: put in, taken out, tagged, counted; search.py finds them."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from aili import codec
from aili.digest import Digest
from aili.document import Document
from aili.errors import LibraryDamagedError, MalformedError, NotFoundError, UsageError, quoted
from aili.store.indexing import cited, columns, told
from aili.store.records import Facets, Kept, new_id
from aili.store.tables import digests, documents, tags

Value = TypeVar("Value")

TAG_LENGTH = 60  # characters
MOST_TAGS = 50  # of one digest
_COLUMNS = [column for column in digests.c if column.name not in ("body", "account")]
_BATCH = 500  # values in one IN (…)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is to be kept: a digest, its document where it is at hand, tags, and when it was made.

    ``again`` moves one that is there already up to that moment: it was read again, and found as it was.
    """

    digest: Digest
    document: Document | None = None
    tags: tuple[str, ...] = ()
    created: str
    again: bool = False


def put(connection: Connection, account: str, entry: Entry) -> tuple[int, bool]:
    """Keep an entry; returns its number and whether it is new. One that is there already gains a document or tags at most,
    and a later moment where it was read again.

    Raises UsageError where the document is not the digest's, or a tag is none.
    """
    digest, known = entry.digest, _known(connection, account, entry.digest.hash)
    claimed = digest.provenance.document
    document = _put_document(connection, entry) or _own_document(connection, account, claimed)
    if known is None:
        number = _insert(connection, account, entry, document)
    else:
        number = known["number"]
        changed = {"document": document} if document and not known["document"] else {}
        changed |= {"created": entry.created} if entry.again and entry.created > known["created"] else {}
        if changed:
            connection.execute(update(digests).where(digests.c.number == number).values(**changed))
    if known is None or (document and not known["document"]):
        _index(connection, number, digest, entry.document or (document_of(connection, document) if document else None))
    if entry.tags:
        tag(connection, account, [number], add=entry.tags)
    return number, known is None


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Take digests out; a trigger takes what nothing refers to any more, of documents and of the index."""
    for batch in _batches(numbers):
        connection.execute(delete(digests).where(digests.c.number.in_(batch)))


def number_of(connection: Connection, account: str, digest: str) -> int:
    """The number of an account's digest; raises NotFoundError."""
    number = connection.execute(
        select(digests.c.number).where(digests.c.account == account, digests.c.id == digest)
    ).scalar()
    if number is None:
        raise NotFoundError(f"There is no digest {quoted(digest)} in this library.")
    return int(number)


def numbers_of(connection: Connection, account: str, ids: Iterable[str]) -> list[int]:
    """The numbers of those of ``ids`` that are an account's digests; others are left out."""
    found: list[int] = []
    for batch in _batches(list(dict.fromkeys(ids))):
        rows = connection.execute(select(digests.c.number).where(digests.c.account == account, digests.c.id.in_(batch)))
        found += [row[0] for row in rows]
    return found


def ids_like(connection: Connection, account: str, prefix: str, limit: int) -> list[str]:
    """The ids of an account's digests that begin with ``prefix``."""
    rows = connection.execute(
        select(digests.c.id)
        .where(digests.c.account == account, digests.c.id >= prefix, digests.c.id < prefix + "\x7f")
        .order_by(digests.c.id)
        .limit(limit)
    )
    return [row[0] for row in rows]


def kept(connection: Connection, numbers: Sequence[int]) -> list[Kept]:
    """The digests with these numbers, in this order; those that are gone are left out."""
    rows: dict[int, RowMapping] = {}
    tagged: dict[int, list[str]] = {}
    for batch in _batches(numbers):
        for row in connection.execute(select(*_COLUMNS).where(digests.c.number.in_(batch))).mappings():
            rows[row["number"]] = row
        for number, one in connection.execute(
            select(tags.c.digest, tags.c.tag).where(tags.c.digest.in_(batch)).order_by(tags.c.tag)
        ):
            tagged.setdefault(number, []).append(one)
    return [
        _kept(row, name(connection, number, row["title"]), tagged.get(number, ()))
        for number, row in ((number, rows[number]) for number in numbers if number in rows)
    ]


def name(connection: Connection, number: int, title: str) -> str:
    """``title`` as the row has it; where it is empty, as in a library of before titles were made, what the digest gives."""
    return title if title.strip() else digest_of(connection, number).name


def digest_of(connection: Connection, number: int) -> Digest:
    """The digest with this number; raises NotFoundError."""
    body = connection.execute(select(digests.c.body).where(digests.c.number == number)).scalar()
    if body is None:
        raise NotFoundError("This digest is no longer in the library.")
    return _unpacked(body, Digest)


def document_of(connection: Connection, hash_: str) -> Document:
    """The document with this content hash; raises NotFoundError."""
    body = connection.execute(select(documents.c.body).where(documents.c.hash == hash_)).scalar()
    if body is None:
        raise NotFoundError("This document is no longer in the library.")
    return _unpacked(body, Document)


@dataclass(frozen=True, slots=True)
class _Text:
    """Of a document its text alone: a search shows many, and needs no sentences. Measured: 0.2 ms instead of 0.7."""

    text: str


_SOURCE = (
    select(documents.c.body)
    .join(digests, digests.c.document == documents.c.hash)
    .where(digests.c.number == bindparam("number"))
)


def written(connection: Connection, number: int, *, source: bool) -> str:
    """What the index holds of a digest, as it was written: what it says, or with ``source`` its document's text."""
    if source:
        body = connection.execute(_SOURCE, {"number": number}).scalar()
        if body is not None:
            return _unpacked(body, _Text).text
    digest = digest_of(connection, number)
    return cited(digest) if source else told(digest)


def document_hash(connection: Connection, number: int) -> str:
    """The content hash of a digest's document; empty where it has none."""
    return str(connection.execute(select(digests.c.document).where(digests.c.number == number)).scalar() or "")


def newest_of_source(connection: Connection, account: str, source: str, engine: str, language: str) -> int | None:
    """The number of the newest digest of the resource with hash ``source``; an empty ``language`` asks nothing."""
    query = (
        select(digests.c.number)
        .join(documents, documents.c.hash == digests.c.document)
        .where(documents.c.source == source, digests.c.account == account, digests.c.engine == engine)
    )
    if language:
        query = query.where(digests.c.language == language)
    found = connection.execute(query.order_by(digests.c.created.desc(), digests.c.number.desc()).limit(1)).scalar()
    return None if found is None else int(found)


def facets(connection: Connection, account: str) -> Facets:
    """By what an account's digests can be narrowed, and by how many."""

    def counted(name: str) -> tuple[tuple[str, int], ...]:
        column, count = digests.c[name], func.count()
        rows = connection.execute(
            select(column, count)
            .where(digests.c.account == account, column != "")
            .group_by(column)
            .order_by(count.desc(), column)
        )
        return tuple((row[0], row[1]) for row in rows)

    count = func.count()
    tagged = connection.execute(
        select(tags.c.tag, count)
        .join(digests, digests.c.number == tags.c.digest)
        .where(digests.c.account == account)
        .group_by(tags.c.tag)
        .order_by(count.desc(), tags.c.tag)
    )
    total = connection.execute(select(func.count()).where(digests.c.account == account)).scalar() or 0
    return Facets(
        tags=tuple((row[0], row[1]) for row in tagged),
        sites=counted("site"),
        engines=counted("engine"),
        languages=counted("language"),
        total=total,
    )


def tag(
    connection: Connection, account: str, numbers: Sequence[int], *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> None:
    """Add tags to digests and remove others; a tag keeps the spelling under which the account has it.

    Raises UsageError where a tag is none, or a digest would have more than ``MOST_TAGS``.
    """
    spelt = {name.casefold(): name for name in _tags_of(connection, account)}
    unwanted = {proper_tag(name).casefold() for name in remove}
    wanted = {spelt.setdefault(name.casefold(), name) for name in map(proper_tag, add)}
    for batch in _batches(numbers):
        gone = [name for folded, name in spelt.items() if folded in unwanted]
        if gone:
            connection.execute(delete(tags).where(tags.c.digest.in_(batch), tags.c.tag.in_(gone)))
        if wanted:
            rows = [{"digest": number, "tag": name} for number in batch for name in sorted(wanted)]
            connection.execute(insert_or(tags).on_conflict_do_nothing(), rows)
        fullest = connection.execute(
            select(func.count()).where(tags.c.digest.in_(batch)).group_by(tags.c.digest).order_by(func.count().desc())
        ).scalar()
        if (fullest or 0) > MOST_TAGS:
            raise UsageError(f"A digest may have {MOST_TAGS} tags at most.", hint="Remove some first.")


def proper_tag(name: str) -> str:
    """A tag as it is kept: trimmed, white space made one space; raises UsageError where it is none."""
    if any(unicodedata.category(character) in ("Cc", "Cs") and not character.isspace() for character in name):
        raise UsageError(f"The tag {quoted(name)} holds a control character.")
    proper = " ".join(unicodedata.normalize("NFC", name).split())
    if not proper:
        raise UsageError("A tag needs at least one character.")
    if len(proper) > TAG_LENGTH:
        raise UsageError(
            f"The tag {quoted(proper[:20])}… is longer than {TAG_LENGTH} characters.", hint="Write a shorter one."
        )
    return proper


def spellings(connection: Connection, name: str) -> list[str]:
    """Every spelling under which some account has the tag ``name``."""
    folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    rows = connection.execute(select(tags.c.tag).distinct())
    return [row[0] for row in rows if row[0].casefold() == folded]


def _tags_of(connection: Connection, account: str) -> list[str]:
    query = select(tags.c.tag).join(digests, digests.c.number == tags.c.digest).where(digests.c.account == account)
    return [row[0] for row in connection.execute(query.distinct())]


def _known(connection: Connection, account: str, hash_: str) -> RowMapping | None:
    query = select(digests.c.number, digests.c.document, digests.c.created).where(
        digests.c.account == account, digests.c.hash == hash_
    )
    return connection.execute(query).mappings().first()


def _put_document(connection: Connection, entry: Entry) -> str:
    document, claimed = entry.document, entry.digest.provenance.document
    if document is None:
        return ""
    data = codec.encode(document)
    hash_ = codec.fingerprint("document-1", data)
    if claimed and claimed != hash_:
        raise UsageError("This document is not the one that the digest was made from.")
    row = {"hash": hash_, "source": document.source, "body": zlib.compress(data), "created": entry.created}
    connection.execute(insert_or(documents).values(row).on_conflict_do_nothing())
    return hash_


def _own_document(connection: Connection, account: str, hash_: str) -> str:
    """``hash_`` where another digest of the same account has that document already.

    Of the same account: a digest that somebody shared names its document's hash, and must not open that document to whoever
    imports it.
    """
    if not hash_:
        return ""
    query = select(digests.c.document).where(digests.c.document == hash_, digests.c.account == account).limit(1)
    return str(connection.execute(query).scalar() or "")


def _insert(connection: Connection, account: str, entry: Entry, document: str) -> int:
    digest = entry.digest
    data = codec.encode(digest)
    row = {
        "id": _speakable_id(),
        "account": account,
        "hash": codec.fingerprint("digest-3", data),
        "document": document or None,
        "title": digest.name,
        "site": digest.site,
        "location": digest.location,
        "authors": codec.encode(digest.authors).decode(),
        "published": digest.published,
        "engine": digest.provenance.engine,
        "language": digest.language,
        "words": min(digest.provenance.words, 2**62),  # SQLite's integers end there; a forged digest must not
        "created": entry.created,
        "body": zlib.compress(data),
    }
    return int(connection.execute(insert(digests).values(row).returning(digests.c.number)).scalar_one())


def _speakable_id() -> str:
    """An id that does not begin with a hyphen: on a command line that would be an option."""
    while not (found := new_id())[0].isalnum():
        pass
    return found


_UNINDEX = text("DELETE FROM search WHERE rowid = :number").bindparams(bindparam("number"))
_INDEX = text("INSERT INTO search (rowid, title, digest, text) VALUES (:number, :title, :digest, :text)")


def _index(connection: Connection, number: int, digest: Digest, document: Document | None) -> None:
    title, body, source = columns(digest, document)
    connection.execute(_UNINDEX, {"number": number})
    connection.execute(_INDEX, {"number": number, "title": title, "digest": body, "text": source})


def _kept(row: RowMapping, title: str, names: Iterable[str]) -> Kept:
    plain = {name: row[name] for name in _PLAIN}
    authors = codec.decode(row["authors"], tuple[str, ...])
    return Kept(**plain, title=title, document=row["document"] or "", authors=authors, tags=tuple(names))


_PLAIN = ("id", "hash", "site", "location", "published", "engine", "language", "words", "created")


def _unpacked(body: bytes, kind: type[Value]) -> Value:
    try:
        return codec.decode(zlib.decompress(body), kind)
    except (zlib.error, MalformedError) as error:
        raise LibraryDamagedError(
            f"A {kind.__name__.lower()} in the library is damaged.", hint="Run aili doctor, then put a backup in place."
        ) from error


def _batches(items: Sequence[Value]) -> Iterable[Sequence[Value]]:
    return (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))
