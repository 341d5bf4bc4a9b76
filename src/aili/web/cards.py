"""The picture that a messenger shows beside a link to a shared digest: title, site and the beginning of the abstract."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from threading import Lock

from PIL import Image, ImageColor, ImageDraw

from aili.digest import Digest
from aili.renderers import join_sentences, line
from aili.web.lettering import Setting, typeset

WIDTH, HEIGHT = 1200, 630  # what Facebook, X, Slack and Mastodon crop least
MARGIN = 84
PAPER, INK, QUIET, RULE, ACCENT = "#fbfaf6", "#23211d", "#67625a", "#dedacf", "#c98a12"
SHADES = 16  # of each colour on paper, for the edges of letters
TITLE_SIZES = ((76, 2), (66, 3), (56, 3), (48, 4))
# The sparkles of the page's icon, as points on a square of 32.
_STARS = (
    ((13, 3), (15.6, 11.4), (24, 14), (15.6, 16.6), (13, 25), (10.4, 16.6), (2, 14), (10.4, 11.4)),
    ((25, 18), (26.3, 21.7), (30, 23), (26.3, 24.3), (25, 28), (23.7, 24.3), (20, 23), (23.7, 21.7)),
    ((25, 3), (25.9, 5.6), (28.5, 6.5), (25.9, 7.4), (25, 10), (24.1, 7.4), (21.5, 6.5), (24.1, 5.6)),
)
_drawing = Lock()  # FreeType's faces are not for two threads, and one card at a time bounds the work


def card(digest: Digest, *, brand: str) -> bytes:
    """A PNG of 1200×630 pixels; the same bytes for the same digest, brand and fonts.

    Measured: 18 to 35 kB and 20 ms. A palette made for each picture and the best compression take 90 ms more and save 5 %.
    """
    with _drawing:
        image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        draw = ImageDraw.Draw(image)
        _draw_brand(image, draw, brand)
        _draw_words(draw, digest)
    target = BytesIO()
    image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(target, "PNG", compress_level=6)
    return target.getvalue()


@cache
def _palette() -> Image.Image:
    """Every colour of the card, thinned in steps towards the paper."""
    paper = ImageColor.getrgb(PAPER)
    shades = [
        round(ground + (full - ground) * step / (SHADES - 1))
        for colour in (INK, QUIET, ACCENT, RULE)
        for step in range(SHADES)
        for ground, full in zip(paper, ImageColor.getrgb(colour), strict=True)
    ]
    made = Image.new("P", (1, 1))
    made.putpalette(shades)
    return made


def _draw_brand(image: Image.Image, draw: ImageDraw.ImageDraw, brand: str) -> None:
    draw.rectangle((0, 0, WIDTH, 10), fill=ACCENT)
    scale, side = 4, 46  # drawn larger and made smaller: polygons have no smooth edges of their own
    stars = Image.new("L", (side * scale, side * scale))
    pen = ImageDraw.Draw(stars)
    for star in _STARS:
        pen.polygon([(x * side * scale / 32, y * side * scale / 32) for x, y in star], fill=255)
    image.paste(ACCENT, (MARGIN - 3, 62), stars.resize((side, side), Image.Resampling.LANCZOS))
    _set(f"Summarize by {line(brand)}", size=30).draw(draw, (MARGIN + 54, WIDTH - MARGIN, 95), leading=0, fill=QUIET)


def _draw_words(draw: ImageDraw.ImageDraw, digest: Digest) -> None:
    width = WIDTH - 2 * MARGIN
    title = typeset(line(digest.name), sizes=TITLE_SIZES, weight="Bold", width=width, language=digest.language)
    site = _set(line(digest.site), size=32, language=digest.language)
    told = join_sentences((bullet.text for bullet in digest.abstract), digest.language)
    abstract = typeset(told, sizes=((30, 2),), weight="Regular", width=width, language=digest.language)
    leading = round(title.size * 1.22)
    # Title and site stand in the middle of the room between the brand and the abstract.
    top, bottom = 130, 455 if abstract.lines else 570
    height = len(title.lines) * leading + (64 if site.lines else 0)
    y = top + max(0, (bottom - top - height) // 2) + title.size if title.lines else (top + bottom) // 2
    if title.lines:
        y = title.draw(draw, (MARGIN, WIDTH - MARGIN, y), leading=leading, fill=INK)
    if site.lines:
        site = replace(site, rtl=title.rtl if title.lines else site.rtl)
        site.draw(draw, (MARGIN, WIDTH - MARGIN, y + (68 if title.lines else 0)), leading=0, fill=QUIET)
    if abstract.lines:
        draw.line((MARGIN, 478, WIDTH - MARGIN, 478), fill=RULE, width=2)
        abstract.draw(draw, (MARGIN, WIDTH - MARGIN, 530), leading=46, fill=QUIET)


def _set(text: str, *, size: int, language: str = "en") -> Setting:
    """A text on one line of the card."""
    return typeset(text, sizes=((size, 1),), weight="Regular", width=WIDTH - 2 * MARGIN - 60, language=language)
