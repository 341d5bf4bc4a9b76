"""What stands where the text should be: a consent notice, a sign-in page, a script's empty shell, a list of links.

Refusing a readable page is worse than digesting a poor one, so each refusal needs little text *and* its own evidence.
Measured on 410 pages of seven kinds: docs/extraction.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from aili.errors import ConsentWallError, EmptyError, IndexPageError, LoginWallError, ScriptOnlyError, ThinTextError
from aili.extractors import Piece
from aili.extractors.html.structured import Json, Structured
from aili.language import count_words


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_CONSENT = _any(
    r"\bcookies?\b",
    r"\bconsent\b",
    r"\bprivacy (?:policy|settings|preferences|choices)\b",
    r"\bpartners\b",
    r"\blegitimate interest",
    r"\bgdpr\b",
    r"\bpersonal data\b",
    r"\bdatenschutz",
    r"\beinwilligung",
    r"\bzustimm",
    r"\bconsentement\b",
    r"\bconfidentialité\b",
    r"\bconsentimiento\b",
)
_ACCEPT = _any(
    r"\b(?:accept|agree|allow|reject|decline|manage)\b",
    r"\bgot it\b",
    r"\b(?:akzeptieren|ablehnen|zustimmen)\b",
    r"\b(?:accepter|refuser)\b",
    r"\b(?:aceptar|rechazar)\b",
    r"\b(?:accetta|rifiuta)\b",
)
# The voice of a notice, which an article about notices does not have.
_ADDRESS = _any(
    r"\b(?:we|our|us|your|you)\b",
    r"\b(?:wir|uns|unsere|ihre?)\b",
    r"\b(?:nous|nos|vos|votre)\b",
    r"\b(?:nuestros?|sus?)\b",
)
_SIGN_IN = _any(
    r"\b(?:sign|log)[ -]?in\b",
    r"\bcreate (?:an |your )?account\b",
    r"\bregister\b",
    r"\bsubscri(?:be|ption)\b",
    r"\bpassword\b",
    r"\bmembers? only\b",
    r"\b(?:anmelden|einloggen|passwort)\b",
    r"\b(?:se connecter|mot de passe)\b",
    r"\b(?:iniciar sesión|contraseña)\b",
)
_NEEDS_SCRIPT = _any(
    r"(?:enable|turn on|activate|requires?|needs?)\W+(?:\w+\W+){0,3}(?:java ?script|cookies)",
    r"java ?script (?:is |must be |seems to be )",
    r"checking your browser",
    r"just a moment",
    r"verify(?:ing)? (?:that )?you are (?:a )?human",
    r"browser is not supported",
)
_PAYWALL = _any(
    r"subscribe (?:now )?to (?:continue|keep|read)",
    r"to (?:continue|keep) reading",
    r"already a subscriber",
    r"(?:subscribers?|members?)[- ]only",
    r"(?:article|story|post|content) is (?:for|only available to|reserved for|exclusive to) (?:pa\w+ )?(?:subscrib|memb)ers",
    r"read the (?:full|whole|rest of the) (?:story|article|post) (?:with|by|for)",
    r"this post is for pa(?:id|ying) subscribers",
    r"sign (?:in|up) to (?:continue|read)",
    r"réservé aux abonnés",
    r"nur für abonnenten",
    r"weiterlesen mit",
)

CONSENT_WORDS = 300
SIGN_IN_WORDS = 150
INDEX_LINKS = 12
INDEX_SHARE = 0.6
_QUOTED = 200  # characters of what was seen that an error carries


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What the page showed: its address, its tree (hidden parts removed), its visible text, the main text and its words."""

    name: str
    tree: HtmlElement
    noscript: str
    visible: str
    main: Sequence[Piece]
    words: int

    @property
    def text(self) -> str:
        """The main text, or all that is visible where there is none."""
        return "\n".join(piece.text for piece in self.main) or self.visible


def refuse(seen: Seen, *, min_words: int) -> None:
    """Raise ThinTextError or one of its kinds where the page's text is not worth a digest."""
    text, words = seen.text, seen.words
    thin = words < min_words
    found = (text or seen.noscript)[:_QUOTED]
    if _asks_for_consent(seen, text, words):
        raise ConsentWallError(
            f"{seen.name} shows a cookie or consent notice instead of its text.",
            hint="Open it in a browser, answer the notice, and give the saved page to aili.",
            found=found,
            words=words,
        )
    if words < max(min_words, SIGN_IN_WORDS) and _asks_to_sign_in(seen, text, thin):
        raise LoginWallError(
            f"{seen.name} asks to sign in or to subscribe before it shows its text.",
            hint="Sign in with a browser and give the saved page to aili.",
            found=found,
            words=words,
        )
    if thin and _needs_script(seen):
        raise ScriptOnlyError(
            f"{seen.name} brings its text by a script, which aili does not run.",
            hint="Open it in a browser and give the saved page to aili.",
            found=found,
            words=words,
        )
    if _is_index(seen, words):
        raise IndexPageError(
            f"{seen.name} lists links to articles and is none itself.",
            hint="Give the address of one of the articles.",
            found=found,
            words=words,
        )
    if thin and not count_words(seen.visible):
        raise EmptyError(f"{seen.name} shows no text.", hint="There is nothing to read; is it the right address?")
    if thin:
        raise ThinTextError(
            f"{seen.name} has {words} word{'s' * (words != 1)} of text, too few for a digest.",
            hint=f"A text needs {min_words} words (the setting min_words).",
            found=found,
            words=words,
        )


def shows_only_beginning(seen: Seen, structured: Structured) -> bool:
    """Whether the page says that the rest is for subscribers, at the end of its text or to machines."""
    locked = any(_is_false(entry.get("isAccessibleForFree")) for entry in structured.objects)
    end = "\n".join(piece.text for piece in seen.main[-4:])
    asks = _PAYWALL.search(end) is not None
    return asks or (locked and _PAYWALL.search(seen.visible) is not None)


def _asks_for_consent(seen: Seen, text: str, words: int) -> bool:
    if words >= CONSENT_WORDS or not any(_ACCEPT.search(label) for label in _labels(seen.tree)):
        return False
    terms, voice, length = len(_CONSENT.findall(text)), len(_ADDRESS.findall(text)), count_words(text)
    return terms >= 3 and terms > 0.03 * length and voice > 0.03 * length


def _asks_to_sign_in(seen: Seen, text: str, thin: bool) -> bool:
    password = any((field.get("type") or "").lower() == "password" for field in seen.tree.iter("input"))
    asks = len(_SIGN_IN.findall(text))
    if thin:
        return password or _PAYWALL.search(seen.visible) is not None or asks >= 2
    return password and asks >= 3


def asks_for_script(text: str) -> bool:
    """Whether ``text`` asks its reader to enable scripts or cookies, or to wait for a check."""
    return _NEEDS_SCRIPT.search(text) is not None


def _needs_script(seen: Seen) -> bool:
    if asks_for_script(seen.noscript) or asks_for_script(seen.visible[:2000]):
        return True
    scripts = sum(1 for _ in seen.tree.iter("script"))
    return scripts > 0 and count_words(seen.visible) < 60


def _is_index(seen: Seen, words: int) -> bool:
    """Whether most of the text are whole texts of links, as on a front page."""
    links = {" ".join(link.text_content().split()) for link in seen.tree.iter("a")}
    headlines = {link for link in links if len(link.split()) >= 4}
    if len(headlines) < INDEX_LINKS:
        return False
    text = " ".join(" ".join(piece.text.split()) for piece in seen.main)
    listed = sum(count_words(headline) for headline in headlines if headline in text)
    return listed > INDEX_SHARE * max(words, 1)


def _labels(tree: HtmlElement) -> list[str]:
    shown = [" ".join(element.itertext()) for element in tree.iter("button", "a")]
    return shown + [element.get("value") or "" for element in tree.iter("input")]


def _is_false(value: Json) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")
