"""Names of languages as a person reads them, by BCP 47 primary tag: in English and, for choosing, in the language itself."""

from __future__ import annotations

# Those that aili detects. The first fourteen have labels of their own in a digest (phrases.py).
_NAMES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "zh": "Chinese",
    "af": "Afrikaans", "am": "Amharic", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "bo": "Tibetan",
    "ca": "Catalan", "cs": "Czech", "da": "Danish", "el": "Greek", "et": "Estonian", "eu": "Basque", "fa": "Persian",
    "fi": "Finnish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hr": "Croatian", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "lo": "Lao",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mr": "Marathi", "my": "Burmese",
    "nb": "Norwegian", "ne": "Nepali", "or": "Odia", "pa": "Punjabi", "ro": "Romanian", "si": "Sinhala", "sk": "Slovak",
    "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu",
    "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yi": "Yiddish",
}  # fmt: skip
_OWN = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "hi": "हिन्दी", "it": "Italiano",
    "ja": "日本語", "ko": "한국어", "nl": "Nederlands", "pl": "Polski", "pt": "Português", "ru": "Русский", "zh": "中文",
}  # fmt: skip


def language_name(tag: str) -> str:
    """The language's English name, the tag itself where it is not known."""
    return _NAMES.get(tag.partition("-")[0].lower(), tag)


def choices() -> tuple[tuple[str, str], ...]:
    """Tag and own name of every language that a digest has labels in."""
    return tuple(_OWN.items())
