"""How long a digest is to be: how many questions a topic gets and how many bullets a question, for each length.

Topics stay the document's own, and what may be a bullet or an answer is the same at every length; how many are shown
differs, and a detailed digest tells also of topics for which no question is likely good. A brief digest is the better half
of the standard one; a text of less than 300 words has no more to tell than its standard digest tells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from aili.errors import EngineError

SHORT = 300  # words


@dataclass(frozen=True, kw_only=True, slots=True)
class Extent:
    """Limits of a digest. The defaults are those of the standard length.

    ``questions`` are a topic's, ``few`` those of a topic in a short text, ``parts`` those of a topic whose headings name its
    parts. ``left`` is the share of the best score from which a sentence is not left out, ``floor`` how likely good a topic's
    further questions must be, ``least`` what the name of a topic or a part asks, without which nothing would be told of it,
    ``unsure`` the same of a part that holds nothing of what matters most, where there are many topics. ``slack``: by how
    many log odds an answer may be less sure. ``sure``: how likely a reader must find a question worth asking and answered;
    ``surest``: the same of the surest of a topic. ``halved``: of a topic's questions only the better half is kept, each with
    its best bullet.
    """

    abstract: int = 2  # sentences beside the opening that names the topics
    few: int = 2
    questions: int = 4
    parts: int = 5
    bullets: int = 3
    rest: int = 2  # bullets under what else the article says
    plain: int = 4  # bullets of a topic in a language that has no parser; one less in a short text
    left: float = 0.65
    floor: float = 0.3
    least: float = 0.02
    unsure: float = 0.2
    slack: float = 0.0
    sure: float = 0.6
    surest: float = 0.3
    halved: bool = False


_EXTENTS = {
    "brief": Extent(abstract=1, plain=1, halved=True),
    "standard": Extent(),
    "detailed": Extent(
        abstract=3,
        questions=5,
        bullets=5,
        rest=4,
        plain=5,
        left=0.55,
        floor=0.2,
        least=0.01,
        unsure=0.1,
        slack=1.2,
        sure=0.3,
        surest=0.2,
    ),
}


def extent(length: str) -> Extent:
    """The limits of a length; raises EngineError where there is none of that name."""
    if length not in _EXTENTS:
        raise EngineError(f"The embedded engine knows no length {length!r}.", hint=f"Known: {', '.join(_EXTENTS)}.")
    return _EXTENTS[length]


def fitted(extent: Extent, words: int) -> Extent:
    """The limits for a document of so many words."""
    if words >= SHORT:
        return extent
    return replace(extent if extent.halved else Extent(), sure=Extent().surest)  # little is told of it as it is
