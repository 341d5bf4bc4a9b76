"""A report as one HTML file without script: statements, reasons, evidence, with what matched marked in both."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib.resources import files

from aili.digest import Citation
from aili.phrases import direction
from aili.renderers import MARKS, Options, place_address, plain, told_share, web_address
from aili.renderers.html import asset
from aili.renderers.html.content import NEW_WINDOW, left_out, place_of, text_of, there
from aili.report import Report, Statement
from aili.reports import account, heading, reasons


@cache
def _style() -> str:
    own = files("aili.reports").joinpath("assets", "report.css").read_text(encoding="utf-8")
    return f"{asset('page.css')}{own}"


@cache
def policy() -> str:
    """The page's content security policy: its own style by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def write(report: Report, _options: Options) -> str:
    """The report as a page; every text in it is escaped."""
    language = text_of(report.language) or "en"
    return f"""<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{text_of(heading(report))}</title>
<style>{_style()}</style>
</head>
<body>
<main>
<article id="digest">
<h1>{text_of(heading(report))}</h1>
<dl class="original">{"".join(_account(report))}</dl>
{"".join(f'<p class="note" role="note" dir="auto">{text_of(note)}</p>' for note in report.notes)}
<ul class="statements" lang="{language}" dir="{direction(report.language)}">
{chr(10).join(_statement(report, one) for one in report.statements)}
</ul>
{"".join(_left_out(report))}
</article>
</main>
</body>
</html>
"""


def _account(report: Report) -> Iterator[str]:
    address = web_address(report.location)
    for name, told in account(report):
        text = text_of(told)
        if name == "Source" and address:
            text = f'<a href="{escape(address)}" {NEW_WINDOW}>{text}</a>'
        yield f'<div><dt>{name}</dt><dd dir="auto">{text}</dd></div>'


def _statement(report: Report, statement: Statement) -> str:
    kind = statement.verdict.replace(" ", "-")
    text = _marked(statement.text, ((span.start, span.end) for span in statement.spans))
    evidence = "".join(_evidence(report, statement, citation) for citation in report.evidence(statement))
    return (
        f'<li><p><span class="verdict {kind}" aria-hidden="true">{MARKS[statement.verdict]}</span>{text}</p>'
        f'<p class="remark {kind}" lang="en" dir="ltr"><strong>{statement.verdict}:</strong> '
        f"{text_of(reasons(statement))}</p>"
        f"{f'<ol>{evidence}</ol>' if evidence else ''}</li>"
    )


def _evidence(report: Report, statement: Statement, citation: Citation) -> str:
    places = (
        (span.source_start - citation.start, span.source_end - citation.start)
        for span in statement.spans
        if span.sentence == citation.id
    )
    where = f"{there(report.location, citation)}{place_of(citation.locator, place_address(citation))}"
    return f'<li><span class="n">{citation.id + 1}</span>{_marked(citation.text, places)}{where}</li>'


def _marked(text: str, places: Iterable[tuple[int, int]]) -> str:
    """``text`` escaped, with a ``mark`` around each of the places; those that overlap an earlier one are left out."""
    parts: list[str] = []
    position = 0
    for start, end in sorted(set(places)):
        if position <= start < end <= len(text):
            parts += [_escaped(text[position:start]), f"<mark>{_escaped(text[start:end])}</mark>"]
            position = end
    return "".join((*parts, _escaped(text[position:])))


def _escaped(text: str) -> str:
    return escape(plain(text))


def _left_out(report: Report) -> Iterator[str]:
    if told := told_share(report.coverage):
        yield '<section class="about" aria-labelledby="told">'
        yield f'<h2 id="told">Told</h2><p>{text_of(told[:1].upper() + told[1:])}.</p>'
        yield from left_out(report.coverage.omissions)
        yield "</section>"
