"""What a reader of the server may wish for: which engines, which references, and the settings that a wish comes to.

A server does on a stranger's word what the command line does on its owner's, so it takes less: only web addresses, never a
path, and only the engines it was set up with, since ``scripted:FILE`` would read a file of the server's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from aili import settings as setting
from aili import sources
from aili.digest import TITLE, first_words
from aili.errors import ForbiddenAddressError, UsageError, quoted
from aili.renderers import line
from aili.settings import Settings
from aili.store.records import Preferences, Wish

SCHEMES = ("https", "http")
LONGEST = 8_000  # characters of a reference; servers take no longer address
_PARTED = re.compile(r"(?:https?://)?[^/?#\s]*\s", re.IGNORECASE)  # a space in the host
_NOTHING = Preferences()


def engines_of(settings: Settings) -> tuple[str, ...]:
    """The engines that a reader may choose, the server's own first."""
    return tuple(dict.fromkeys((settings.engine, "embedded")))


def settings_for(settings: Settings, wish: Wish, preferences: Preferences = _NOTHING) -> Settings:
    """The server's settings with what the reader prefers, and over that what the wish says.

    No name goes into the digest: a share adds it. Raises UsageError naming what cannot be wished for.
    """
    engine = wish.engine or preferences.engine or settings.engine
    if engine not in engines_of(settings):
        raise UsageError(
            f"This server has no engine called {quoted(engine[:100])}.",
            hint=f"Known: {', '.join(engines_of(settings))}.",
        )
    language = wish.language or preferences.language
    length = wish.length or preferences.length
    given = {"language": language or None, "length": length or None}
    checked = setting.load({}, flags=given, where="")
    return replace(
        settings,
        engine=engine,
        language=checked.language if language else settings.language,
        length=checked.length if length else settings.length,
        shared_by="",
    )


def name_of(text: str) -> str:
    """What a text that has no name goes by until it has a title: its first words."""
    return first_words(line(text[: 20 * TITLE]))


def demand_web_address(reference: str) -> None:
    """Raise UsageError unless ``reference`` names a page of the web; whether it may be contacted is told when it is."""
    shown = reference if len(reference) <= 200 else f"{reference[:199]}…"
    if len(reference) > LONGEST or not reference.isprintable():
        raise UsageError(f"{quoted(shown)} is no web address.", hint="Give one that begins with https://.")
    if _PARTED.match(reference):
        raise UsageError(f"{quoted(shown)} is no web address: there is a space in it.", hint="Take the space out.")
    try:
        sources.check(reference, limits=sources.Limits(schemes=SCHEMES))
    except ForbiddenAddressError as error:
        raise UsageError(
            f"{quoted(shown)} is no web address, and this server reads no files of its own.",
            hint="Give an address that begins with https://, or hand over the file or the text itself.",
        ) from error
