"""Openings that make a sentence lean on the one before it, by language: without a parser, such a sentence is passed over.

Personal and pointing pronouns and joining words, each the first word of a sentence. Languages that drop their subjects
(zh, ja, ko) have their pointing words and connectives only.
"""

from __future__ import annotations

_OPENINGS = {
    "es": """él ella ellos ellas esto eso aquello este esta estos estas ese esa esos esas su sus pero y sin
        además también así entonces por otro otra otros otras ahí allí aquí""",
    "fr": """il elle ils elles ce cela ça cette ces celui celle ceux celles son sa ses leur leurs mais et donc or
        ainsi alors puis cependant pourtant toutefois également ensuite enfin là ici c’est c'est""",
    "de": """er sie es das dies diese dieser dieses diesem diesen jene jener sein seine ihr ihre deren dessen
        aber und doch denn auch dennoch jedoch deshalb daher darum dabei dazu dafür dagegen dadurch damit
        davon danach dann dort hier so außerdem allerdings zudem trotzdem letzteres beide beides solche""",
    "it": """egli lui lei loro essa esso questo questa questi queste quello quella quelli quelle ciò suo sua suoi
        sue ma e però quindi così inoltre anche allora poi qui lì""",
    "pt": """ele ela eles elas isto isso aquilo este esta estes estas esse essa esses essas seu sua seus suas mas
        e porém contudo assim também então além depois aqui ali""",
    "nl": """hij zij ze het dit dat deze die zijn haar hun maar en toch echter ook daarom dus daarna dan daar
        hier bovendien zo daarmee daarbij beide""",
    "pl": """on ona ono oni one to ten ta te tego tej tych jego jej ich ale i a jednak też także więc zatem
        dlatego potem wtedy tam tu ponadto""",
    "ru": """он она оно они это этот эта эти того этого его её ее их но и а однако также тоже поэтому потом затем
        тогда там здесь кроме такой такая такие""",
    "zh": "他 她 它 他们 她们 它们 这 那 这些 那些 但 但是 而 而且 因此 所以 然而 此外 同时 其 该",
    "ja": "彼 彼女 彼ら これ それ あれ この その あの しかし だが また そして そのため さらに 一方 同社 同氏",
    "ko": "그는 그녀는 그들은 이는 이것은 그것은 이 그 하지만 그러나 또한 그리고 따라서 그래서 이에",
    "ar": "هو هي هم هذا هذه ذلك تلك لكن ولكن كما وهو وهي وهذا وهذه وذلك لذلك ثم",
    "hi": "वह वे यह ये उन्होंने उसने उनका उनकी इसके इससे लेकिन और इसलिए फिर",
}
_WORDS = {language: frozenset(words.split()) for language, words in _OPENINGS.items()}
_UNSPACED = ("zh", "ja")


def leans(text: str, language: str) -> bool:
    """Whether ``text`` opens with a word that needs the sentence before; False for a language without a list."""
    words = _WORDS.get(language)
    if not words:
        return False
    if language in _UNSPACED:
        return text.startswith(tuple(words))
    opening = text.lstrip("\"'“„«»‹›¿¡( ").split(maxsplit=1)
    return bool(opening) and opening[0].lower().rstrip(",.;:!?،") in words
