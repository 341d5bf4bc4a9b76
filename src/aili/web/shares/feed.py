"""A person's public shares as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from uuid import NAMESPACE_OID, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from starlette.requests import Request

from aili.errors import NotFoundError
from aili.renderers import line, name_line, web_address
from aili.store.records import Account, Share
from aili.web.context import address_of, context
from aili.web.shares.showing import Shown, description_of, shown

ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold even escaped (§2.2).
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("", ATOM)


def feed(request: Request, account: Account, shares: tuple[Share, ...]) -> Shown:
    """The feed of ``shares``, the newest first. Of the account it says nothing: authors are the names on the shares.

    Ids are made from the secrets and do not change with the server's address, as RFC 4287 §4.2.6 asks.
    """
    brand = context(request).settings.brand
    root = Element(f"{{{ATOM}}}feed")
    _text(root, "title", f"Digests by {line(brand)}")
    _text(root, "id", uuid5(NAMESPACE_OID, f"feed {account.feed}").urn)
    _text(root, "updated", max((share.created for share in shares), default=account.created))
    _link(root, address_of(request, request.url.path), rel="self", type="application/atom+xml")
    author = SubElement(root, f"{{{ATOM}}}author")
    _text(author, "name", line(brand))
    for share in shares:
        _entry(request, root, share)
    return shown(tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(request: Request, root: Element, share: Share) -> None:
    try:
        opened = context(request).library.shares.open(share.token)
    except NotFoundError:
        return  # revoked since the list was read
    digest = opened.digest
    entry = SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "title", name_line(digest))
    _text(entry, "id", uuid5(NAMESPACE_OID, f"share {share.token}").urn)
    _text(entry, "updated", share.created)
    _text(entry, "published", share.created)
    _link(entry, address_of(request, f"/s/{share.token}"), rel="alternate", type="text/html")
    if original := web_address(digest.location):
        _link(entry, original, rel="via")
    if share.shared_by:
        author = SubElement(entry, f"{{{ATOM}}}author")
        _text(author, "name", share.shared_by)
    if summary := description_of(digest):
        _text(entry, "summary", summary)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = _NO_XML.sub("", text)


def _link(parent: Element, address: str, **attributes: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"href": _NO_XML.sub("", address), **attributes})
