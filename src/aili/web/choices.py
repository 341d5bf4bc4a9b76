"""What a reader may choose for a digest, in the words of the pages: engines, lengths and languages."""

from __future__ import annotations

from aili.library.wishes import engines_of
from aili.settings import Settings
from aili.store.records import Preferences
from aili.web import languages

Choice = tuple[str, str]  # value and label

_ENGINES = {"embedded": "Embedded – free and private"}
LENGTHS: tuple[Choice, ...] = (
    ("brief", "Brief – the main points"),
    ("standard", "Standard – what a reader would ask"),
    ("detailed", "Detailed – everything that matters"),
)


def offered(settings: Settings, preferences: Preferences) -> dict[str, object]:
    """What the fields of a form show: the choices, and under ``chosen`` the ones that hold unless others are taken.

    The empty language is the document's own.
    """
    engines = engines_of(settings)
    return {
        "engines": tuple((name, _ENGINES.get(name, name)) for name in engines),
        "lengths": LENGTHS,
        "languages": (("", "The document’s own"), *languages.choices()),
        "chosen": {
            "engine": preferences.engine if preferences.engine in engines else settings.engine,
            "length": preferences.length or settings.length,
            "language": preferences.language or settings.language,
        },
    }
