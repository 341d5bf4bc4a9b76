"""Whether a model has lost its way: the end of what it writes is the same words again and again.

Small models do, and would until their tokens are spent. Measured: SmolLM2 with 135 million parameters, held to the form,
wrote 6,000 characters of "then up to 10 bullets," into one bullet.
"""

from __future__ import annotations

_SPAN = 480  # characters of the end that are looked at; a bullet has 400 at most
_LONGEST = 120  # characters of what is repeated, so that it stands there four times at least


def loops(text: str) -> bool:
    """Whether all of the end of ``text`` is one short piece, repeated."""
    end = text[-_SPAN:]
    if len(end) < _SPAN:
        return False
    return any(end[period:] == end[:-period] for period in range(1, _LONGEST + 1))
