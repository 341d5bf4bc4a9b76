"""What the links between the pages of one article say: next, a number, all on one page; in twenty languages."""

from __future__ import annotations

import re

NEXT = re.compile(
    r"\W*(?:(?:go to |view |read |the )*next(?: page)?|next page[:.].{0,80}|continue(?: reading)?(?: on (?:the )?next page)?"
    r"|(?:nächste|folgende) seite|weiter(?: lesen| zur nächsten seite)?|(?:page )?suivante?|lire la suite"
    r"|(?:página )?siguiente|(?:pagina )?successiva|avanti|próxima(?: página)?|(?:página )?seguinte|volgende(?: pagina)?"
    r"|следующая(?: страница)?|далее|次へ|次のページ|下一[页頁]|다음(?: 페이지)?|(?:الصفحة )?التالية|nästa(?: sida)?"
    r"|neste(?: side)?|næste(?: side)?|seuraava(?: sivu)?|następna(?: strona)?|další(?: strana)?|sonraki(?: sayfa)?)\W*",
    re.IGNORECASE,
)
ARROW = re.compile(r"\s*[›»>→⟩❯]{1,2}\s*")
NUMBERED = re.compile(
    r"\W*(?:page|seite|página|pagina|strona|sida|side|страница)?\W*0?(\d{1,2})(?!\d).{0,80}", re.IGNORECASE
)
WHOLE = re.compile(
    r"\W*(?:(?:view|read|show|see)(?: (?:this|the|story|article|it))* (?:as |on |in )?(?:a |one )?"
    r"(?:single page|one page|all(?: pages)?)"
    r"|view all|single[- ]page(?: (?:view|version))?|all pages|(?:full|complete) article(?: on one page)?"
    r"|(?:artikel )?auf einer seite(?: lesen)?|alles auf einer seite|komplettansicht"
    r"|(?:tout )?(?:afficher|lire) sur une (?:seule )?page"
    r"|(?:ver )?todo en una página|en una sola página|tutto in una pagina|op één pagina)\W*",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"\W*(?:pages?|seiten?|páginas?|pagine|strony|sidor|страницы)?\W*\d{1,2}(?:\W+(?:(?:of|von|de|di|av|z)\W+)?\d{1,2}){1,30}"
    rf"(?:{NEXT.pattern})?\W*",
    re.IGNORECASE,
)
_LONGEST = 80  # characters


def leads_on(text: str) -> bool:
    """Whether a block of text is nothing but such links."""
    return len(text) <= _LONGEST and any(pattern.fullmatch(text) for pattern in (NEXT, ARROW, WHOLE, _RUN))
