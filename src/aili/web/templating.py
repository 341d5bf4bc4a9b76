"""Pages are made here: one template environment that escapes everything, and the words and values that every page has.

Titles, sentences and names come from pages and models. Whatever a template shows is escaped, and rid of controls and of
the marks that reorder a line (Unicode TR 36), without the template having to think of it.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from aili import __version__
from aili.renderers import plain, web_address
from aili.store.records import Job
from aili.web import assets
from aili.web.context import context
from aili.web.identity import Person
from aili.web.keys import KEYS
from aili.web.languages import language_name

LONGEST_NAME = 80  # characters of an address that a job goes by


def page(
    request: Request, name: str, person: Person | None = None, status: int = 200, **values: object
) -> HTMLResponse:
    """The template ``name`` as an answer.

    ``values`` are what it shows, beside what every page has: ``person`` (None where nobody is known), ``csrf``, ``login``
    (whether there are accounts to sign in to), ``brand``, ``path`` and ``version``; functions ``static``, filters ``when``,
    ``number``, ``host``, ``link``, ``language``, ``count`` and ``job``. A name that is not there is an error, not
    an empty place.
    """
    held = context(request)
    always = {
        "person": person,
        "csrf": person.csrf if person else "",
        "login": held.serving.login,
        "brand": held.settings.brand,
        "path": request.url.path,
        "status": status,
    }
    body = environment().get_template(name).render(always | values)
    # What a page shows depends on who asks, and may be gone a moment later: nothing in between keeps it.
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})


@cache
def environment() -> Environment:
    """The environment of all templates; made once, on the first page."""
    made = Environment(
        loader=PackageLoader("aili.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.globals.update(static=assets.address, version=__version__, keys=KEYS)
    made.filters.update(
        when=when,
        number=number,
        host=host,
        link=web_address,
        language=language_name,
        count=count,
        job=job_name,
    )
    return made


def _shown(value: object) -> object:
    """What a template writes for ``value``, before it is escaped; markup that we made ourselves stays as it is."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def when(moment: str) -> Markup:
    """A date (``2024-06-19``) or moment (``2024-06-19T08:00:00Z``) for people; the script says it in their own way.

    Anything else is shown as it is: a document's own date may be one that no calendar knows.
    """
    try:
        read = datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment)
    except ValueError:
        return Markup("{}").format(plain(moment))
    shown = f"{read.day} {read:%B} {read.year}"
    return Markup('<time datetime="{}">{}</time>').format(moment, shown)


def number(value: int) -> str:
    """A whole number with separators: ``12,345``."""
    return f"{value:,}"


def count(value: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 digest``, ``1,200 digests``."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def size(octets: int) -> str:
    """Bytes for people, in powers of ten: ``12 kB``, ``3.4 MB``."""
    amount = float(octets)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return ""


def host(location: str) -> str:
    """The site's name in a web address, without ``www.``, with the port where one is given; empty where it is none."""
    address = web_address(location)
    name = urlsplit(address).netloc.rpartition("@")[2].lower() if address else ""
    bare = name.removeprefix("www.")
    return bare if "." in bare else name  # www.example is a name of its own


def job_name(job: Job) -> str:
    """What people know a job by: the document's title, else its file's name, its first words or its address, shortened."""
    if job.title or job.upload or not (site := host(job.wish.reference)):
        return job.title or job.wish.reference
    parts = urlsplit(job.wish.reference)
    whole = f"{site}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"
    return whole if len(whole) <= LONGEST_NAME else f"{whole[: LONGEST_NAME - 1]}…"
