"""What an open share shows, made once: the page, with what link previewers read in it, and a shelf of what was made."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from threading import Lock

from markupsafe import Markup
from starlette.requests import Request

from aili.digest import Digest
from aili.document import Document
from aili.phrases import direction
from aili.renderers import header_line, join_sentences, line, name_line
from aili.renderers.html.panes import panes
from aili.settings import Settings
from aili.store.records import Share
from aili.web.context import address_of
from aili.web.marking import places
from aili.web.templating import environment

LONGEST_DESCRIPTION = 300  # characters; what messengers show of it ends before
# Facebook wants a territory with the language (ogp.me, og:locale); other languages are left out.
LOCALES = {
    "ar": "ar_AR", "de": "de_DE", "en": "en_US", "es": "es_ES", "fr": "fr_FR", "hi": "hi_IN", "it": "it_IT", "ja": "ja_JP",
    "ko": "ko_KR", "nl": "nl_NL", "pl": "pl_PL", "pt": "pt_PT", "ru": "ru_RU", "zh": "zh_CN",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished answer: its bytes, the same packed with gzip (empty where that does not help), and its entity tag.

    ``name`` is the Content-Disposition of what is to be saved.
    """

    body: bytes
    packed: bytes
    etag: str
    name: str = ""


def shown(body: bytes, *, squeeze: bool = True, name: str = "") -> Shown:
    """``body`` as a finished answer. The tag is weak: packed and not, it is the same."""
    packed = gzip.compress(body, 9, mtime=0) if squeeze else b""
    return Shown(body, packed, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"', name)


class Shelf:
    """The answers asked for last, up to a number of bytes; for several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Shown] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Shown | None:
        """What is kept under ``key``."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, made: Shown) -> None:
        """Keep an answer, for which those asked for longest ago make room; one larger than the shelf is not kept."""
        with self._lock:
            self._forget(key)
            self._kept[key] = made
            self._bytes += len(made.body) + len(made.packed)
            while self._bytes > self._most:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        if old := self._kept.pop(key, None):
            self._bytes -= len(old.body) + len(old.packed)


def public(digest: Digest, settings: Settings) -> Digest:
    """The digest under the header and footer of this server, whatever an imported one brought along."""
    return replace(digest, imprint=replace(digest.imprint, brand=settings.brand, owner=settings.owner))


def show_page(request: Request, share: Share, digest: Digest, document: Document | None) -> Shown:
    """The share page of an open share."""
    address = address_of(request, f"/s/{share.token}")
    # Our own renderer's markup: it escapes every text that it is given, and tests hold it to that.
    body = Markup(panes(digest, document, places=places(digest, document)))  # noqa: S704
    page = (
        environment()
        .get_template("share.html")
        .render(
            address=address,
            body=body,
            brand=line(digest.imprint.brand),
            description=description_of(digest),
            digest=digest,
            direction=direction(digest.language),
            header=header_line(digest.imprint),
            locale=LOCALES.get(digest.language.partition("-")[0], ""),
            share=share,
            title=name_line(digest) or header_line(digest.imprint),
        )
    )
    return shown(page.encode())


def description_of(digest: Digest) -> str:
    """The beginning of the abstract, cut between words."""
    text = join_sentences((bullet.text for bullet in digest.abstract), digest.language)
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    cut = text[:LONGEST_DESCRIPTION]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut[-40:] else cut}…"
