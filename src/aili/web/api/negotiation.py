"""Which of the offered media types a client prefers (RFC 9110 §12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request


def preferred(request: Request, offered: Sequence[str]) -> str:
    """The offered media type with the highest quality, the first of equals; raises HTTPException 406 where none will do."""
    accepted = request.headers.get("accept", "").strip()
    if not accepted:
        return offered[0]
    ranges = [_range(part) for part in accepted.split(",") if part.strip()]
    best = max(offered, key=lambda media: _quality(media, ranges))
    if _quality(best, ranges) <= 0:
        raise HTTPException(406, f"This is offered as {', '.join(offered)}.")
    return best


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            quality = _number(value.strip())
    return media, quality


def _number(text: str) -> float:
    whole, _, rest = text.partition(".")
    valid = whole in ("0", "1") and len(rest) <= 3 and (not rest or (rest.isascii() and rest.isdigit()))
    return min(1.0, float(f"{whole}.{rest or 0}")) if valid else 1.0


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality that the most specific range gives to ``media``; 0 where none covers it."""
    family = media.partition("/")[0]
    for wanted in (media, f"{family}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
