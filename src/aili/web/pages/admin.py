"""The owner's page: who has an account here, and how much, but not what, each holds."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AiliError, ConflictError, NotFoundError, UsageError
from aili.store.accounts import Counts
from aili.store.records import Account
from aili.web.context import context
from aili.web.identity import AskingOwner, Person, owner
from aili.web.once import Secret
from aili.web.pages import see
from aili.web.templating import page

router = APIRouter(dependencies=[Depends(owner)])  # every one of them is the owner's


@router.get("/admin")
def people(request: Request, asking: AskingOwner, made: str = "") -> Response:
    """Everyone who has an account; ``made`` is the key of a password, which is on the page the first time only."""
    secret = context(request).once.take(asking.account.id, made) if made else None
    return _page(request, asking, shown=secret)


@router.post("/admin/accounts")
def add(
    request: Request, asking: AskingOwner, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """Add a person, with the password given or one that is made up and shown once."""
    chosen = password or made_up()
    try:
        added = context(request).library.accounts.add(name, chosen)
    except (UsageError, ConflictError) as error:
        return _page(request, asking, error=error, typed=name)
    return _see(request, asking, Secret(whose=added.name, text="" if password else chosen))


@router.post("/admin/accounts/{id_}/password")
def reset(request: Request, asking: AskingOwner, id_: str) -> Response:
    """Give a person a new password, shown once; their sessions end."""
    accounts = context(request).library.accounts
    account = accounts.get(id_)
    if account.id == asking.account.id:
        own = UsageError("Your own password is changed in the settings.", hint="Open /settings.")
        return _page(request, asking, error=own)
    chosen = made_up()
    accounts.set_password(account.name, chosen)
    return _see(request, asking, Secret(whose=account.name, text=chosen))


@router.post("/admin/accounts/{id_}/disable")
def disable(request: Request, id_: str) -> Response:
    """Keep a person out for now."""
    accounts = context(request).library.accounts
    accounts.disable(accounts.get(id_).name)
    return see("/admin")


@router.post("/admin/accounts/{id_}/enable")
def enable(request: Request, id_: str) -> Response:
    """Let a person in again."""
    accounts = context(request).library.accounts
    accounts.enable(accounts.get(id_).name)
    return see("/admin")


@router.get("/admin/accounts/{id_}/remove")
def removal(request: Request, asking: AskingOwner, id_: str) -> Response:
    """What would go with a person, before it goes."""
    account = context(request).library.accounts.get(id_)
    if account.role == "owner":
        raise NotFoundError("There is no page at this address.")
    return _removal(request, asking, account)


@router.post("/admin/accounts/{id_}/remove")
def remove(request: Request, asking: AskingOwner, id_: str, name: Annotated[str, Form()] = "") -> Response:
    """Remove a person with everything that is theirs; the form names them once more."""
    accounts = context(request).library.accounts
    account = accounts.get(id_)
    if name.strip().casefold() != account.name:
        wrong = UsageError("The name does not match; nothing was removed.", hint=f"Type {account.name} to remove them.")
        return _removal(request, asking, account, error=wrong)
    accounts.remove(account.name)
    return see("/admin")


def made_up() -> str:
    """A password of 100 random bits in groups of five, without the letters that look like others."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def _removal(request: Request, asking: Person, account: Account, *, error: UsageError | None = None) -> Response:
    held = context(request).library.accounts.counts().get(account.id, Counts())
    return page(
        request,
        "admin_remove.html",
        asking,
        status=422 if error else 200,
        account=account,
        held=held,
        message=error.message if error else "",
        hint=error.hint if error else "",
    )


def _see(request: Request, asking: Person, secret: Secret) -> Response:
    return see(f"/admin?made={context(request).once.keep(asking.account.id, secret)}")


def _page(
    request: Request,
    asking: Person,
    *,
    error: AiliError | None = None,
    typed: str = "",
    shown: Secret | None = None,
) -> Response:
    accounts = context(request).library.accounts
    counts = accounts.counts()
    return page(
        request,
        "admin.html",
        asking,
        status=422 if error else 200,
        people=[(account, counts.get(account.id, Counts())) for account in accounts.all()],
        message=error.message if error else "",
        hint=error.hint if error else "",
        typed=typed,
        whose=shown.whose if shown else "",
        password=shown.text if shown else "",
    )
