"""The people who have a library here, for the owner: listed, added, kept out, removed."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from aili.store.records import Account
from aili.web.api.operations import PREFIX, Call, Operation, Reply, Routes, done, shown
from aili.web.api.schemas import AccountChange, AccountRequest, AccountShown

routes = Routes("Accounts")


@routes.add(
    Operation(
        method="GET",
        path="/accounts",
        about="List the accounts",
        scope="admin",
        owner=True,
        replies=(Reply(status=200, about="The owner, then the others by name", value=tuple[AccountShown, ...]),),
    )
)
def list_accounts(call: Call) -> Response:
    """Everyone who has a library here."""
    return shown(_seen(call, call.library.accounts.all()))


@routes.add(
    Operation(
        method="POST",
        path="/accounts",
        about="Add an account",
        scope="admin",
        owner=True,
        secret=True,
        body=AccountRequest,
        replies=(
            Reply(
                status=201,
                about="The account",
                value=AccountShown,
                headers={"Location": "Address of the account"},
                leads={"account": "/id"},
            ),
        ),
        problems=(409,),
    )
)
def add_account(call: Call) -> Response:
    """A person more."""
    wanted = call.body(AccountRequest)
    account = call.library.accounts.add(wanted.name, wanted.password)
    return shown(_seen(call, (account,))[0], 201, {"Location": f"{PREFIX}/accounts/{account.id}"})


@routes.add(
    Operation(
        method="GET",
        path="/accounts/{account}",
        about="Look at an account",
        scope="admin",
        owner=True,
        replies=(Reply(status=200, about="The account", value=AccountShown),),
        problems=(404,),
    )
)
def show_account(call: Call) -> Response:
    """One account."""
    return shown(_seen(call, (call.library.accounts.get(call.part("account")),))[0])


@routes.add(
    Operation(
        method="PATCH",
        path="/accounts/{account}",
        about="Change an account's password, or disable it",
        more="Either ends the person's sessions; disabling stops tokens and shares too, and takes nothing away.",
        scope="admin",
        owner=True,
        body=AccountChange,
        replies=(Reply(status=200, about="The account", value=AccountShown),),
        problems=(404,),
    )
)
def change_account(call: Call) -> Response:
    """Change what is given."""
    change, accounts = call.body(AccountChange), call.library.accounts
    account = accounts.get(call.part("account"))
    if change.password is not None:
        account = accounts.set_password(account.name, change.password)
    if change.disabled is not None:
        account = accounts.disable(account.name) if change.disabled else accounts.enable(account.name)
    return shown(_seen(call, (account,))[0])


@routes.add(
    Operation(
        method="DELETE",
        path="/accounts/{account}",
        about="Remove an account with everything that is its own",
        more="Never the owner's.",
        scope="admin",
        owner=True,
        replies=(Reply(status=204, about="It is gone"),),
        problems=(404,),
    )
)
def remove_account(call: Call) -> Response:
    """Take a person away."""
    accounts = call.library.accounts
    accounts.remove(accounts.get(call.part("account")).name)
    return done()


def _seen(call: Call, accounts: Iterable[Account]) -> tuple[AccountShown, ...]:
    counts = call.library.accounts.counts()
    return tuple(
        AccountShown(
            id=account.id,
            name=account.name,
            role=account.role,
            created=account.created,
            disabled=account.disabled,
            has_password=account.has_password,
            digests=held.digests if held else 0,
            shares=held.shares if held else 0,
            jobs=held.jobs if held else 0,
            tokens=held.tokens if held else 0,
        )
        for account in accounts
        for held in (counts.get(account.id),)
    )
