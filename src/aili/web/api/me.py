"""Whoever asks: who that is, what they prefer, their password, and what their programs sign in with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from starlette.responses import Response

from aili.errors import AccessError, NotFoundError
from aili.library.wishes import settings_for
from aili.store.records import SCOPES, Preferences, Scope, Token, Wish
from aili.web.api.operations import PREFIX, Call, Operation, Reply, Routes, done, shown
from aili.web.api.schemas import Changed, Me, NewToken, PasswordChange, PreferencesRequest, TokenRequest
from aili.web.identity import Person, peer

routes = Routes("Account")


@routes.add(
    Operation(
        method="GET",
        path="/me",
        about="Who asks",
        replies=(Reply(status=200, about="The account, and what may be done", value=Me),),
    )
)
def show_me(call: Call) -> Response:
    """Whoever asks."""
    asking = call.person
    account = asking.account
    return shown(
        Me(
            id=account.id,
            name=account.name,
            role=account.role,
            via=asking.via,
            scopes=tuple(scope for scope in SCOPES if scope in asking.scopes),
            preferences=account.preferences,
            csrf=asking.csrf,
        )
    )


@routes.add(
    Operation(
        method="GET",
        path="/preferences",
        about="What one prefers",
        scope="read",
        replies=(Reply(status=200, about="The preferences", value=Preferences),),
    )
)
def show_preferences(call: Call) -> Response:
    """One's preferences."""
    return shown(call.person.account.preferences)


@routes.add(
    Operation(
        method="PUT",
        path="/preferences",
        about="Choose what one prefers",
        scope="write",
        body=PreferencesRequest,
        replies=(Reply(status=200, about="The preferences", value=Preferences),),
    )
)
def keep_preferences(call: Call) -> Response:
    """Keep what was chosen, once it is sure that digests can be made so."""
    chosen = Preferences(**asdict(call.body(PreferencesRequest)))
    settings_for(call.settings, Wish(reference=""), chosen)
    return shown(call.library.accounts.prefer(call.account, chosen).preferences)


@routes.add(
    Operation(
        method="GET",
        path="/tokens",
        about="List the tokens",
        scope="admin",
        replies=(Reply(status=200, about="The tokens, without their secrets", value=tuple[Token, ...]),),
    )
)
def list_tokens(call: Call) -> Response:
    """One's tokens."""
    return shown(call.library.accounts.tokens(call.account))


@routes.add(
    Operation(
        method="POST",
        path="/tokens",
        about="Make a token",
        more="The secret is shown this once. A token makes none that may do more than itself.",
        scope="admin",
        body=TokenRequest,
        secret=True,
        replies=(
            Reply(
                status=201,
                about="The token and its secret",
                value=NewToken,
                headers={"Location": "Address of the token"},
                leads={"token": "/token/id"},
            ),
        ),
        problems=(409,),
    )
)
def make_token(call: Call) -> Response:
    """A new token."""
    wanted = call.body(TokenRequest)
    _within(call.person, wanted.scopes)
    secret, token = call.library.accounts.make_token(call.account, wanted.name, wanted.scopes, expires=wanted.expires)
    return shown(NewToken(secret=secret, token=token), 201, {"Location": f"{PREFIX}/tokens/{token.id}"})


@routes.add(
    Operation(
        method="GET",
        path="/tokens/{token}",
        about="Look at a token",
        scope="admin",
        replies=(Reply(status=200, about="The token, without its secret", value=Token),),
        problems=(404,),
    )
)
def show_token(call: Call) -> Response:
    """One of one's tokens."""
    found = next(
        (token for token in call.library.accounts.tokens(call.account) if token.id == call.part("token")), None
    )
    if found is None:
        raise NotFoundError("There is no such token.")
    return shown(found)


@routes.add(
    Operation(
        method="DELETE",
        path="/tokens/{token}",
        about="Revoke a token",
        scope="admin",
        replies=(Reply(status=204, about="It is gone"),),
        problems=(404,),
    )
)
def revoke_token(call: Call) -> Response:
    """Take a token away."""
    call.library.accounts.revoke_token(call.account, call.part("token"))
    return done()


@routes.add(
    Operation(
        method="POST",
        path="/me/password",
        about="Change one's password",
        more="Every session ends. The present password must be given, under the same limits as when signing in.",
        scope="admin",
        body=PasswordChange,
        secret=True,
        replies=(Reply(status=204, about="It is changed"),),
    )
)
def change_password(call: Call) -> Response:
    """Another password for whoever knows the present one."""
    change, accounts, account = call.body(PasswordChange), call.library.accounts, call.person.account
    accounts.confirm(account, change.current, peer=peer(call.request))
    accounts.set_password(account.name, change.password)
    return done()


@routes.add(
    Operation(
        method="DELETE",
        path="/me/sessions",
        about="Sign out everywhere",
        more="Ends the sessions of all one's browsers; tokens stay.",
        scope="admin",
        replies=(Reply(status=200, about="How many there were", value=Changed),),
    )
)
def end_sessions(call: Call) -> Response:
    """End every session."""
    return shown(Changed(count=call.library.accounts.sign_out_all(call.account)))


def _within(asking: Person, scopes: Iterable[Scope]) -> None:
    """A token makes no token that may do more than itself; raises AccessError."""
    beyond = [scope for scope in scopes if scope not in asking.scopes]
    if beyond:
        raise AccessError(f"A token that may not {beyond[0]} makes none that may.", hint="Sign in, and make it there.")
