"""A Report as something to read: one row per format in ``REPORTS``, ``render`` over them.

Every format shows the same parts in the same order: what was checked against what, each statement with its verdict, its
reason in words and its evidence, then what the summary leaves out. Texts are distrusted as in ``aili.renderers``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aili.registry import Registry
from aili.renderers import Options, line
from aili.report import Report, Statement

Writer = Callable[[Report, Options], str]
"""Makes a format's text of a Report."""

REPORTS: Registry[Writer] = Registry(
    "reports",
    "format of a report",
    {
        "terminal": "aili.reports.terminal:write",
        "markdown": "aili.reports.markdown:write",
        "html": "aili.reports.html:write",
        "json": "aili.reports.json:write",
    },
)


def render(report: Report, *, format: str = "terminal", options: Options | None = None) -> str:  # noqa: A002 (as elsewhere)
    """The report in ``format``; raises UsageError where no format has that name."""
    return REPORTS.load(format)(report, options or Options())


def heading(report: Report) -> str:
    """What was checked, in a few words."""
    name = line(report.summary)
    return f"Is it so? {name}" if name else "Is it so?"


def account(report: Report) -> Iterator[tuple[str, str]]:
    """What was checked against what and with which outcome, as a name and a sentence part each."""
    source = line(report.title) or line(report.location) or "a text without a title"
    yield "Source", f"{source} ({report.words:,} words)"
    yield "Summary", f"{line(report.summary) or 'standard input'} ({report.summary_words:,} words)"
    yield "Checked", tally(report)


def tally(report: Report) -> str:
    """How many statements there are, and of which verdict."""
    checks = report.checks
    told = [
        f"{count} {name}"
        for count, name in (
            (checks.refuted, "refuted"),
            (checks.not_enough_info, "not enough info"),
            (checks.supported, "supported"),
        )
        if count
    ]
    count = len(report.statements)
    return f"{count} sentence{'s' * (count != 1)}: {', '.join(told)}"


def reasons(statement: Statement) -> str:
    """Why a statement has its verdict, as running text."""
    return " ".join(dict.fromkeys(line(reason.message) for reason in statement.reasons))
