"""``aili doctor``: says what is in order and what is not, each in a line, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from aili.cli.configuration import configured
from aili.errors import AiliError, LibraryError, OutputError
from aili.settings import Settings

ROOM = 100_000_000  # bytes that should be free where the library lies


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do where it is not in order; ``code`` is an exit code."""

    what: str
    ok: bool
    found: str
    hint: str = ""
    code: int = 0


@click.command()
@click.option("--library", metavar="FILE", help="Another library than your own.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(library: str | None, as_json: bool) -> int:
    """Look whether settings, engine, cache and library are in order.

    The exit code is that of the first thing that is not; 8 is the library.
    """
    findings = list(examine({"library": library}))
    if as_json:
        from aili import codec  # here, as below: `aili --help` needs none of it
        from aili.cli.output import write

        write(codec.encode(findings, indent=2).decode(), "")
    else:
        for finding in findings:
            click.echo(f"{'✓' if finding.ok else '✗'} {finding.what}: {finding.found} {finding.hint}".rstrip())
    return next((finding.code for finding in findings if not finding.ok), 0)


def examine(flags: dict[str, object]) -> Iterator[Finding]:
    """Look at one thing after the other; where the settings do not fit, at nothing more."""
    try:
        settings = configured(flags)
    except AiliError as error:
        yield _fault("Settings", error)
        return
    yield Finding(what="Settings", ok=True, found="they can be used.")
    for what, look in (
        ("Engine", _engine),
        ("Cache", _cache),
        ("Library", _library),
        ("Waiting digests", _inbox),
        ("Disk", _disk),
    ):
        yield _looked(what, look, settings)


def _looked(what: str, look: Callable[[Settings], Finding | str], settings: Settings) -> Finding:
    try:
        found = look(settings)
    except AiliError as error:
        return _fault(what, error)
    return found if isinstance(found, Finding) else Finding(what=what, ok=True, found=found)


def _fault(what: str, error: AiliError) -> Finding:
    return Finding(what=what, ok=False, found=error.message, hint=error.hint, code=error.exit_code)


def _engine(settings: Settings) -> str:
    from aili import engines

    options = engines.EngineOptions(
        threads=settings.threads, keys=settings.keys, key_file=settings.key_file, models=settings.models
    )
    engine = engines.engine(settings.engine, options)
    engine.prepare()
    return f"{engine.name} {engine.version} is ready."


def _cache(settings: Settings) -> str:
    import platformdirs

    if not settings.cache:
        return "switched off."
    directory = Path(settings.cache_dir) if settings.cache_dir else platformdirs.user_cache_path("aili")
    _try_writing(directory)
    return f"{directory} can be written to."


def _try_writing(directory: Path) -> None:
    import tempfile

    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"aili")
    except OSError as error:
        raise OutputError(
            f"{directory} cannot be written to: {error.strerror or error}.", hint="Name another with AILI_CACHE_DIR."
        ) from error


def _library(settings: Settings) -> Finding | str:
    from aili.spool import library_path
    from aili.store import Store
    from aili.store.digests import facets
    from aili.store.records import OWNER
    from aili.store.reserve import size_of

    path = library_path(settings)
    if not path.exists():
        return f"there is none yet at {path}."
    if path.is_file() and path.stat().st_size == 0:
        hint = "If it held digests, put a backup in its place first."
        return Finding(
            what="Library",
            ok=True,
            found=f"{path} is empty; a new library is made there when it is next used.",
            hint=hint,
        )
    store = Store.open(path)
    try:
        faults = store.faults()
        with store.reading() as connection:
            total = facets(connection, OWNER).total
    finally:
        store.close()
    if faults:
        more = f" and {len(faults) - 1:,} more" if len(faults) > 1 else ""
        return Finding(
            what="Library",
            ok=False,
            found=f"{path} is damaged: {faults[0]}{more}.",
            hint="Export what can be read (aili library export), then put a backup in its place.",
            code=LibraryError.exit_code,
        )
    return f"{path} is whole: {total:,} digest{'' if total == 1 else 's'}, {size_of(path)}."


def _inbox(settings: Settings) -> Finding | str:
    from aili import spool

    inbox = spool.inbox_of(spool.library_path(settings))
    damaged, waiting = spool.aside(inbox), spool.waiting(inbox)
    if damaged:
        return Finding(
            what="Waiting digests",
            ok=False,
            found=f"{len(damaged)} could not be taken into the library; the first is {damaged[0]}.",
            hint="Digest the documents again, and delete the files.",
            code=LibraryError.exit_code,
        )
    return f"{len(waiting):,} wait to be taken in, when the library is next opened." if waiting else "none."


def _disk(settings: Settings) -> Finding | str:
    from aili.spool import library_path

    place = library_path(settings).absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < ROOM:
        return Finding(
            what="Disk",
            ok=False,
            found=f"{free / 1e6:,.0f} MB are free where the library lies.",
            hint="Make room, or move the library and name it with AILI_LIBRARY.",
            code=LibraryError.exit_code,
        )
    return f"{free / 1e9:,.1f} GB are free where the library lies."
