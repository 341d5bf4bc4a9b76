"""Which language a text is in, its words, and the phrases a digest needs in it.

Detection is by script where a script tells, else by function words: a text of a hundred words has some forty of them, and
no two languages share most of theirs. It costs no model, no dependency and no start-up time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache, lru_cache

from aili.phrases import Phrases, phrases
from aili.words import MORE_WORDS, STOP_WORDS

__all__ = ["Phrases", "count_words", "detect", "phrases", "stop_words", "tokens"]

SAMPLE = 12_000  # characters that detection reads: thirds from the start, the middle and the end

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a0-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_UNSPACED = "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer: words are not spaced
_MARKS = (  # vowel signs and accents: no letters to Python, parts of words to a reader
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u0900-\u0963\u0966-\u096f\u0971-\u0dff\u0f00-\u0fff\u200c\u200d"
)
_LETTER = rf"(?:[^\W_{_HAN}{_HIRAGANA}{_KATAKANA}{_UNSPACED}]|[{_MARKS}])"
_WORD = rf"{_LETTER}+(?:['’.,:\-‐‑·]{_LETTER}+)*"
_TOKEN = re.compile(rf"{_WORD}|(?P<han>[{_HAN}]+)|(?P<kana>[{_KATAKANA}]+|[{_HIRAGANA}]+)|(?P<unspaced>[{_UNSPACED}]+)")
# Most texts hold none of these, and their words are found by a simpler expression in less than half of the time.
_OTHER = re.compile(f"[{_MARKS}{_HAN}{_HIRAGANA}{_KATAKANA}{_UNSPACED}]")
_SPACED = re.compile(r"[^\W_]+(?:['’.,:\-‐‑·][^\W_]+)*")
_CHARACTERS_A_WORD = {"han": 1.7, "kana": 1.7, "unspaced": 4.0}
_SIMPLE = re.compile(r"[^\W\d_]+")


def tokens(text: str, language: str = "") -> tuple[tuple[int, int], ...]:
    """Spans ``(start, end)``, in characters, of the words of ``text``, in order of start; linear time.

    Words keep inner apostrophes, hyphens and decimal points (``don't``, ``3.5``). In French and Italian the elided article
    is a word of its own (``l'``, ``homme``). A run of Han characters gives its overlapping bigrams, the usual index terms
    where no dictionary is at hand; katakana, hiragana, Thai, Lao, Khmer and Burmese give their runs.
    """
    spans: list[tuple[int, int]] = []
    elided = language in {"fr", "it", "ca"}
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match.lastgroup == "han":
            spans.extend((at, at + 2) for at in range(start, end - 1)) if end - start > 1 else spans.append(
                (start, end)
            )
            continue
        if elided:
            for at in range(start, min(start + 8, end - 1)):
                if text[at] in "'’":
                    spans.append((start, at))
                    start = at + 1
                    break
        spans.append((start, end))
    return tuple(spans)


def count_words(text: str, language: str = "") -> int:
    """How many words a reader would say the text has.

    Chinese and Japanese count 1.7 characters a word, Thai, Lao, Khmer and Burmese 4, as translators reckon; all other
    scripts count what stands between spaces and marks.
    """
    del language  # a mixed text counts each script by its own rule; the tag adds nothing
    if text.isascii() or not _OTHER.search(text):
        return len(_SPACED.findall(text))
    count = 0.0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        count += 1 if kind is None else len(match[0]) / _CHARACTERS_A_WORD[kind]
    return round(count)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Function words of a language, lower-case; empty for a language without a list."""
    return frozenset((STOP_WORDS.get(language) or MORE_WORDS.get(language, "")).split())


_SCRIPTS = (  # script, its characters; read without regular expressions, whose compiling took 9 ms of start-up
    ("Latn", "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff"),
    ("Cyrl", "\u0400-\u052f"),
    ("Han", f"{_HAN}"),
    ("Kana", f"{_HIRAGANA}{_KATAKANA}"),
    ("Hang", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"),
    ("Arab", "\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"),
    ("Hebr", "\u05d0-\u05f4"),
    ("Deva", "\u0900-\u097f"),
    ("Grek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("th", "\u0e00-\u0e7f"),
    ("lo", "\u0e80-\u0eff"),
    ("my", "\u1000-\u109f"),
    ("km", "\u1780-\u17ff"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"),
    ("am", "\u1200-\u137f"),
    ("bn", "\u0980-\u09ff"),
    ("pa", "\u0a00-\u0a7f"),
    ("gu", "\u0a80-\u0aff"),
    ("or", "\u0b00-\u0b7f"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("kn", "\u0c80-\u0cff"),
    ("ml", "\u0d00-\u0d7f"),
    ("si", "\u0d80-\u0dff"),
    ("bo", "\u0f00-\u0fff"),
)
_LANGUAGES = {  # of a script that several languages write
    "Latn": "en es fr de it pt nl pl sv da nb fi cs sk sl hr ro hu tr id vi ca gl eu et lv lt sq sw tl af",
    "Cyrl": "ru uk bg sr mk be kk",
    "Arab": "ar fa ur",
    "Hebr": "he yi",
    "Deva": "hi mr ne",
    "Grek": "el",
    "Hang": "ko",
    "Kana": "ja",
    "Han": "zh",
}
_LETTERS = {  # letters that one language of a script has and most of its neighbours lack
    "de": "ß",
    "es": "ñ¿¡",
    "pt": "ãõ",
    "pl": "łżźśń",
    "cs": "řůě",
    "sk": "ľĺŕô",
    "ro": "țșăţş",
    "hu": "őű",
    "tr": "ğış",
    "vi": "ơưạảấầậếềệốồộớờợđ",
    "uk": "їєґі",
    "be": "ўіыэ",
    "kk": "әғқңөұүһыі",
    "sr": "ђћџљњј",
    "mk": "ѓќѕ",
    "ru": "ыэъ",
    "bg": "ъщ",
    "fa": "پچگژ",
    "ur": "ٹڈڑےہ",
    "ar": "ةىؤإأ",
    "yi": "ײַױ",
    "sq": "ë",
    "lv": "āēīņķļģ",
    "lt": "ėųįš",
    "et": "õ",
    "hr": "đć",
    "ca": "·ŀ",
    "fr": "êœ",
    "mr": "ळ",
}


@cache
def _function_words(script: str) -> dict[str, tuple[tuple[str, float], ...]]:
    """Each function word of a script's languages with the languages it speaks for; a word of many languages says little."""
    found: dict[str, list[str]] = {}
    for language in _LANGUAGES[script].split():
        for word in (STOP_WORDS.get(language) or MORE_WORDS[language]).split():
            found.setdefault(word, []).append(language)
    return {word: tuple((name, 1 / len(names)) for name in names) for word, names in found.items()}


def detect(text: str, *, hint: str = "") -> str:
    """BCP 47 primary tag of the language most of ``text`` is in, empty where it cannot be told.

    ``hint`` is what the document says of itself (``html lang``): it is believed where the text is too short to tell, and
    where the text does not clearly speak another language.
    """
    claimed = hint.strip().replace("_", "-").partition("-")[0].lower()
    claimed = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "ji": "yi", "fil": "tl"}.get(claimed, claimed)
    sample = _sample(text)
    found, certainty = _detect(sample)
    if not claimed or claimed in {"und", "mul", "zxx"}:
        return found if certainty else ""
    if found == claimed or certainty < 0.5:
        return claimed
    return found


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    third = SAMPLE // 3
    middle = len(text) // 2
    return " ".join((text[:third], text[middle : middle + third], text[-third:]))


def _detect(sample: str) -> tuple[str, float]:
    """The language and how sure of it, 0 to 1."""
    counts = _count_scripts(sample)
    counts["Han"] *= 3  # a Han character says as much as a word of three letters
    if counts["Kana"] * 12 > counts["Han"]:
        counts["Kana"] = counts["Kana"] * 3 + counts["Han"]
        counts["Han"] = 0
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return "", 0.0
    names = _LANGUAGES.get(script, script).split()
    if len(names) == 1:
        return names[0], 1.0
    return _by_function_words(sample.lower(), script)


def _count_scripts(sample: str) -> dict[str, int]:
    counts = {script: 0 for script, _ in _SCRIPTS}
    for character, count in Counter(sample).items():
        if script := _script(character):
            counts[script] += count
    return counts


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The script of a character, empty for those that all share."""
    for script, ranges in _ranges():
        if any(first <= character <= last for first, last in ranges):
            return script
    return ""


@cache
def _ranges() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    pair = re.compile("(.)-(.)|(.)", re.DOTALL)
    return tuple(
        (script, tuple((m[1] or m[3], m[2] or m[3]) for m in pair.finditer(characters)))
        for script, characters in _SCRIPTS
    )


def _by_function_words(sample: str, script: str) -> tuple[str, float]:
    table = _function_words(script)
    words = Counter(_SIMPLE.findall(sample) if script != "Deva" else sample.split())
    total = sum(words.values())
    scores: defaultdict[str, float] = defaultdict(float)
    for word, count in words.items():
        for name, weight in table.get(word, ()):
            scores[name] += weight * count
    for name in _LANGUAGES[script].split():
        letters = sum(sample.count(letter) for letter in _LETTERS.get(name, ""))
        scores[name] += 0.3 * letters
    ranked = sorted(scores.items(), key=lambda entry: -entry[1])[:2]
    best, score = ranked[0]
    if not score:
        return "", 0.0
    margin = (score - ranked[1][1]) / score
    return best, min(1.0, margin * 2) * min(1.0, score / 6) * min(1.0, score / max(1, total) * 10)
