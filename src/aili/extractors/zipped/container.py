"""The ZIP container of books and office files: its members read within bounds, its XML without entities and networks.

Nothing is unpacked to the disk: a member's name is a key and nothing else, so a name such as ``../x`` leads nowhere. A
member is inflated only when it is asked for, which pictures and fonts never are, and inflating stops at the bound, whatever
the container says of sizes.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from html.entities import html5
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from lxml import etree, html
from lxml.etree import _Element

from aili.decoding import decode
from aili.document import Resource
from aili.errors import MalformedError, PasswordError, TooLargeError

MEMBERS = 50_000  # in a container; a book of a thousand pictures has two thousand
MEMBER_BYTES = 64_000_000  # of one member, inflated
TOTAL_BYTES = 256_000_000  # of all members that are read

# ISO 29500 Strict has the elements of the usual ("transitional") form under other names.
_STRICT = re.compile(rb"http://purl\.org/oclc/ooxml/(wordprocessingml|presentationml|drawingml)/main")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_OWN = (b"amp;", b"lt;", b"gt;", b"quot;", b"apos;")
# XML lets any element be empty like this, HTML only some; an unclosed <title> would swallow the page.
_EMPTY = re.compile(
    r"<(a|span|div|p|i|b|em|strong|td|th|tr|title|script|style|section|aside)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)/>"
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# What zipfile and its decompressors raise for damaged bytes: NotImplementedError for a method, RuntimeError for a lock.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError)


class Container:
    """A ZIP container; raises MalformedError where the bytes are none."""

    def __init__(self, resource: Resource) -> None:
        self.name = resource.reference
        self._left = TOTAL_BYTES
        try:
            self._archive = zipfile.ZipFile(BytesIO(resource.data))
            members = self._archive.infolist()
        except _DAMAGED as error:
            raise self.damaged("it cannot be opened") from error
        if len(members) > MEMBERS:
            raise TooLargeError(f"{self.name} holds {len(members)} files, which is more than any document has.")
        named = (
            member for member in members if member.filename
        )  # zipfile cuts a name at a NUL, and stumbles over none
        self._members = {_normal(member.filename): member for member in named if not member.is_dir()}
        self._folded = {name.casefold(): member for name, member in self._members.items()}

    def __contains__(self, member: str) -> bool:
        return self._find(member) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def read(self, member: str) -> bytes:
        """The bytes of a member, by its path in the container.

        Raises MalformedError where there is none or it is damaged, PasswordError where it is encrypted, and TooLargeError
        where it, or all that was read, is larger than the bound.
        """
        found = self._find(member)
        if found is None:
            raise self.damaged(f"it lacks {member[:200]!r}")
        if found.flag_bits & 1:
            raise PasswordError(f"{self.name} is encrypted.", hint="Save it without a password, and give that.")
        bound = min(MEMBER_BYTES, self._left)
        try:
            with self._archive.open(found) as file:
                data = file.read(bound + 1)
        except _DAMAGED as error:
            raise self.damaged(f"{member[:200]!r} in it cannot be unpacked") from error
        if len(data) > bound:
            raise TooLargeError(
                f"{self.name} unpacks to more than {bound // 1_000_000} MB of text.",
                hint="No document has so much; is it the right file?",
                limit=bound,
            )
        self._left -= len(data)
        return data

    def xml(self, member: str) -> _Element:
        """The root element of a member that is XML; raises as ``read`` does, and MalformedError where it is no XML."""
        return self.parsed(self.read(member), member)

    def xhtml(self, member: str) -> _Element:
        """The root element of a page: XML, or HTML where it is none, as many books have it; raises as ``read`` does."""
        data = self.read(member)
        try:
            return self.parsed(_NAMED.sub(_numbered, data), member)
        except MalformedError:
            if b"<!ENTITY" in data:
                raise
        text = _EMPTY.sub(r"<\1\2></\1>", decode(data, html=True, name=f"{member[:200]!r} in {self.name}").text)
        soup = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
        try:
            return html.document_fromstring(_NOT_XML.sub("", text).encode("utf-8"), parser=soup)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"{member[:200]!r} in it is empty") from error

    def parsed(self, data: bytes, member: str) -> _Element:
        """The root element of ``data``, which is the XML of ``member``; raises MalformedError where it is no such."""
        try:
            root = etree.fromstring(_STRICT.sub(_transitional, data), parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"{member[:200]!r} in it is no XML") from error
        declared: Any = root.getroottree().docinfo.internalDTD
        if declared is not None and any(True for _ in declared.iterentities()):  # bombs are made of them
            raise self.damaged(f"{member[:200]!r} in it declares entities, which aili does not expand")
        etree.strip_elements(root, etree.Entity, with_tail=False)  # undeclared ones: now every node is an element
        return root

    def damaged(self, what: str) -> MalformedError:
        """The error that says ``what`` is wrong with the file."""
        return MalformedError(f"{self.name} is damaged: {what}.", hint="Try another copy of it.")

    def _find(self, member: str) -> zipfile.ZipInfo | None:
        name = _normal(member)
        return self._members.get(name) or self._folded.get(name.casefold())


def _transitional(match: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/%b/2006/main" % match[1]


def _numbered(match: re.Match[bytes]) -> bytes:
    """``&nbsp;`` as ``&#160;``: the names are HTML's, and XML knows them only from a definition that is not read."""
    if match[1] in _XML_OWN or not (meant := html5.get(match[1].decode("ascii"))):
        return match[0]
    return b"".join(b"&#%d;" % ord(char) for char in meant)


def parser() -> etree.XMLParser:
    """A parser that expands no entity, fetches nothing, and holds what libxml2 holds: depth 256, texts of 10 MB."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )


def resolved(base: str, href: str) -> str:
    """The member's path that ``href`` means in the member ``base``, without its fragment."""
    path = unquote(href.partition("#")[0].partition("?")[0])
    return _normal(path if path.startswith("/") else posixpath.join(posixpath.dirname(base), path))


def _normal(name: str) -> str:
    """``name`` as a path from the container's root, which no ``..`` leaves."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")
