"""Accounts keep people apart: names, passwords, sessions, tokens, limits on guessing, and the commands that manage them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from aili.errors import AccessError, ConflictError, LimitError, NotFoundError, UsageError
from aili.library import passwords
from aili.library.accounts import Accounts
from aili.library.attempts import PER_ACCOUNT, PER_PEER, WINDOW, Attempt
from aili.store import Store
from aili.store import accounts as rows
from aili.store.records import OWNER, Preferences, now
from aili.store.tables import accounts as account_table
from aili.store.tables import sessions as session_table
from aili.store.tables import tokens as token_table

PASSWORD = "seven herons at low tide"
OTHER = "a kettle on the night train"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "library.db")
    yield opened
    opened.close()


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store)


def test_every_library_has_an_owner_who_has_no_password_at_first(accounts: Accounts) -> None:
    owner = accounts.get(OWNER)
    assert (owner.name, owner.role, owner.has_password) == ("owner", "owner", False)
    with pytest.raises(AccessError):
        accounts.sign_in("owner", "", peer="10.0.0.1")


def test_a_person_who_was_added_signs_in_with_name_and_password(accounts: Accounts) -> None:
    ada = accounts.add("Ada", PASSWORD)
    secret, session = accounts.sign_in(" ADA ", PASSWORD, peer="10.0.0.1")
    assert session.account == ada == accounts.named("aDa")
    found = accounts.session(secret)
    assert found == session


def test_the_same_characters_typed_in_two_ways_are_the_same_password(accounts: Accounts) -> None:
    accounts.add("ada", "café au lait Ångström")
    accounts.sign_in("ada", "cafe\u0301 au lait A\u030angstro\u0308m", peer="10.0.0.1")


@pytest.mark.parametrize("name", ["", " ", "a b", "ada!", "-ada", ".", "ä" * 3, "a" * 41, "ada\nben", "../ada", "a/b"])
def test_a_name_that_could_be_taken_for_something_else_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(UsageError, match="no name"):
        accounts.add(name, PASSWORD)


def test_a_name_in_use_is_refused_whatever_its_case(accounts: Accounts) -> None:
    accounts.add("ada", PASSWORD)
    with pytest.raises(ConflictError):
        accounts.add("ADA", PASSWORD)
    with pytest.raises(ConflictError):
        accounts.add("Owner", PASSWORD)


def test_there_is_one_owner(accounts: Accounts) -> None:
    with pytest.raises(UsageError):
        accounts.add("second", PASSWORD, role="owner")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "shorter"),
        ("nine char", "shorter"),
        ("1234567890", "tried first"),
        ("Password123", "tried first"),
        ("aaaaaaaaaaaaaaaa", "tried first"),
        ("abababababababab", "tried first"),
        ("adalovelace1", "little more than the name"),
        ("x" * 10 + "yz" * 600, "longer"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(accounts: Accounts, password: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        accounts.add("adalovelace", password)
    assert [account.name for account in accounts.all()] == ["owner"]


def test_a_long_sentence_without_digits_or_capitals_is_a_good_password() -> None:
    assert passwords.check("the ferry leaves at noon", name="ada") == "the ferry leaves at noon"


@given(st.text(max_size=30))
def test_every_password_is_either_taken_or_refused_with_a_reason(password: str) -> None:
    try:
        taken = passwords.check(password, name="ada")
    except UsageError as error:
        assert error.hint
    else:
        assert len(taken) >= passwords.SHORTEST


def test_passwords_and_secrets_are_nowhere_in_the_file(accounts: Accounts, store: Store) -> None:
    ada = accounts.add("ada", PASSWORD)
    secret, _ = accounts.sign_in("ada", PASSWORD, peer="10.0.0.1")
    token, _ = accounts.make_token(ada.id, "script", ("read",))
    kept = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert b"$argon2id$" in kept
    for clear in (PASSWORD, secret, token):
        assert clear.encode() not in kept


def test_an_unknown_name_and_a_wrong_password_are_told_apart_by_nothing(accounts: Accounts) -> None:
    accounts.add("ada", PASSWORD)
    accounts.add("gone", PASSWORD)
    accounts.disable("gone")
    told = set()
    for name in ("ada", "nobody", "gone", "", "x" * 5_000, "a\0b"):
        with pytest.raises(AccessError) as caught:
            accounts.sign_in(name, PASSWORD if name == "gone" else OTHER, peer="10.0.0.1")
        told.add(str(caught.value))
    assert len(told) == 1
    # For an unknown name the same work is done: a hash of the usual cost, which no password fits.
    assert not passwords.stale(passwords._NOBODY)
    with pytest.raises(argon2.exceptions.VerifyMismatchError):
        argon2.PasswordHasher().verify(passwords._NOBODY, PASSWORD)


def test_a_crowd_that_signs_in_at_once_is_told_to_come_back(accounts: Accounts) -> None:
    """Each hash takes 64 MiB; those who wait for one would leave no thread to answer anybody else."""
    names = [f"person{number}" for number in range(passwords.AT_ONCE + passwords.WAITING + 12)]

    def sign_in(name: str) -> str:
        try:
            accounts.sign_in(name, OTHER, peer=f"10.4.0.{names.index(name)}")
        except (AccessError, LimitError) as error:
            return type(error).__name__
        return ""

    with ThreadPoolExecutor(len(names)) as pool:
        told = list(pool.map(sign_in, names))
    assert set(told) == {"AccessError", "LimitError"}
    assert told.count("AccessError") >= passwords.AT_ONCE + passwords.WAITING


def test_a_hash_of_weaker_parameters_is_renewed_when_its_owner_signs_in(accounts: Accounts, store: Store) -> None:
    ada = accounts.add("ada", PASSWORD)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with store.writing() as connection:
        rows.change_account(connection, ada.id, {"password": weak})
    accounts.sign_in("ada", PASSWORD, peer="10.0.0.1")
    with store.reading() as connection:
        kept = rows.password_of(connection, ada.id)
    assert kept != weak
    assert not passwords.stale(kept)


def test_a_new_password_ends_every_session_and_forgets_failures(accounts: Accounts, store: Store) -> None:
    ada = accounts.add("ada", PASSWORD)
    secret, _ = accounts.sign_in("ada", PASSWORD, peer="10.0.0.1")
    fail(store, "ada", PER_ACCOUNT)
    accounts.set_password("ada", OTHER)
    assert accounts.session(secret) is None
    again, session = accounts.sign_in("ada", OTHER, peer="10.0.0.1")
    assert session.account.id == ada.id
    assert again != secret


def test_signing_out_ends_one_session_and_signing_out_everywhere_all_of_them(accounts: Accounts) -> None:
    ada = accounts.add("ada", PASSWORD)
    first, second, third = (accounts.open_session(ada)[0] for _ in range(3))
    accounts.sign_out(first)
    assert [accounts.session(secret) is None for secret in (first, second, third)] == [True, False, False]
    assert accounts.sign_out_all(ada.id) == 2
    assert accounts.session(second) is None


def test_a_session_lasts_thirty_days_from_its_last_use(accounts: Accounts, store: Store) -> None:
    secret, session = accounts.open_session(accounts.add("ada", PASSWORD))
    assert now(ahead=29.9 * 86_400) < session.expires < now(ahead=30.1 * 86_400)
    with store.writing() as connection:
        connection.execute(update(session_table).values(expires=now(ahead=3_600)))
    prolonged = accounts.session(secret)
    assert prolonged is not None
    assert prolonged.expires > now(ahead=29.9 * 86_400)
    with store.writing() as connection:
        connection.execute(update(session_table).values(expires=now(ahead=-1)))
    assert accounts.session(secret) is None


def test_who_only_reads_needs_no_room_on_the_disk(accounts: Accounts, store: Store) -> None:
    secret, _ = accounts.open_session(accounts.get(OWNER))
    token, _ = accounts.make_token(OWNER, "script", ("read",))
    with store.writing() as connection:
        connection.execute(update(session_table).values(expires=now(ahead=3_600)))
        for number, change in enumerate(("UPDATE ON sessions", "INSERT ON sessions", "UPDATE ON tokens")):
            refusing = f"CREATE TRIGGER full{number} BEFORE {change} BEGIN SELECT RAISE(ABORT, 'full'); END"
            connection.exec_driver_sql(refusing)
    assert accounts.session(secret) is not None
    assert accounts.token(token) is not None
    assert accounts.here() == accounts.here()


def test_sessions_that_have_ended_do_not_pile_up(accounts: Accounts, store: Store) -> None:
    ada = accounts.add("ada", PASSWORD)
    for _ in range(3):
        accounts.open_session(ada)
    with store.writing() as connection:
        connection.execute(update(session_table).values(expires=now(ahead=-1)))
    accounts.open_session(ada)
    with store.reading() as connection:
        assert len(connection.execute(select(session_table)).all()) == 1


def test_a_made_up_secret_opens_nothing(accounts: Accounts) -> None:
    accounts.here()
    for secret in ("", "loopback", "x", "\0", "ü" * 99):
        assert accounts.session(secret) is None
        assert accounts.token(secret) is None


def test_whoever_sits_at_the_machine_is_the_owner_and_forms_outlive_the_server(
    accounts: Accounts, store: Store
) -> None:
    here = accounts.here()
    assert here.account.id == OWNER
    assert Accounts(store).here().csrf == here.csrf
    accounts.set_password("owner", PASSWORD)
    assert accounts.here().csrf != here.csrf


def test_a_disabled_person_is_kept_out_and_comes_back_with_everything(accounts: Accounts) -> None:
    ada = accounts.add("ada", PASSWORD)
    secret, _ = accounts.open_session(ada)
    token, _ = accounts.make_token(ada.id, "script", ("read",))
    accounts.disable("ada")
    assert accounts.session(secret) is None
    assert accounts.token(token) is None
    with pytest.raises(AccessError):
        accounts.sign_in("ada", PASSWORD, peer="10.0.0.1")
    assert accounts.session(accounts.open_session(ada)[0]) is None
    accounts.enable("ada")
    found = accounts.token(token)
    assert found is not None
    assert found[0].id == ada.id


def test_the_owner_can_be_neither_removed_nor_disabled(accounts: Accounts) -> None:
    for act in (accounts.remove, accounts.disable):
        with pytest.raises(UsageError):
            act("owner")
    assert accounts.get(OWNER).disabled is False


def test_removing_a_person_takes_what_is_theirs_and_nobody_elses(accounts: Accounts, store: Store) -> None:
    ada, ben = accounts.add("ada", PASSWORD), accounts.add("ben", PASSWORD)
    accounts.open_session(ada)
    accounts.make_token(ada.id, "script", ("read",))
    token, _ = accounts.make_token(ben.id, "script", ("read",))
    assert accounts.remove("ada").tokens == 1
    with pytest.raises(NotFoundError):
        accounts.named("ada")
    assert accounts.token(token) is not None
    assert store.faults() == ()


def test_preferences_are_kept(accounts: Accounts) -> None:
    chosen = Preferences(shared_by="Ada L.", language="de")
    assert accounts.prefer(OWNER, chosen).preferences == chosen
    assert accounts.get(OWNER).preferences == chosen
    with pytest.raises(NotFoundError):
        accounts.prefer("nobody", chosen)


def test_a_token_is_known_by_its_secret_until_it_is_revoked(accounts: Accounts) -> None:
    ada, ben = accounts.add("ada", PASSWORD), accounts.add("ben", PASSWORD)
    secret, made = accounts.make_token(ada.id, " my  script ", ("share", "read"))
    assert (made.name, made.scopes) == ("my script", ("read", "share"))
    found = accounts.token(secret)
    assert found is not None
    assert found[0] == ada
    assert accounts.tokens(ada.id)[0].used
    with pytest.raises(NotFoundError):
        accounts.revoke_token(ben.id, made.id)
    accounts.revoke_token(ada.id, made.id)
    assert accounts.token(secret) is None
    with pytest.raises(NotFoundError):
        accounts.revoke_token(ada.id, made.id)


def test_a_token_ends_when_it_was_said_to(accounts: Accounts, store: Store) -> None:
    secret, _ = accounts.make_token(OWNER, "script", ("read",), expires=now(ahead=60))
    assert accounts.token(secret) is not None
    with store.writing() as connection:
        connection.execute(update(token_table).values(expires=now(ahead=-1)))
    assert accounts.token(secret) is None


def test_a_token_that_could_do_nothing_or_too_much_is_not_made(accounts: Accounts) -> None:
    ada = accounts.add("ada", PASSWORD)
    for name, scopes, expires in (
        ("", ("read",), ""),
        ("x" * 81, ("read",), ""),
        ("none", (), ""),
        ("odd", ("everything",), ""),
        ("past", ("read",), "2020-01-01T00:00:00Z"),
        ("admin", ("admin",), ""),
    ):
        with pytest.raises(UsageError):
            accounts.make_token(ada.id, name, scopes, expires=expires)  # type: ignore[arg-type]
    assert accounts.tokens(ada.id) == ()
    accounts.make_token(OWNER, "admin", ("admin",))


def fail(store: Store, name: str, times: int, *, peer: str = "10.9.9.9") -> list[float]:
    """Seconds that each further attempt had to wait; 0 where it was let through, and failed."""
    waits = []
    for number in range(times):
        try:
            Attempt(store, name, f"10.1.{number // 250}.{number % 250}" if peer == "many" else peer)
        except LimitError as error:
            waits.append(float(error.seconds))
        else:
            waits.append(0.0)
    return waits


def test_an_account_is_guessed_at_ten_times_however_many_addresses_ask(store: Store) -> None:
    waits = fail(store, "ada", PER_ACCOUNT + 5, peer="many")
    assert waits[:PER_ACCOUNT] == [0.0] * PER_ACCOUNT
    assert all(waits[PER_ACCOUNT:])
    assert fail(store, "ben", 1, peer="10.8.8.8") == [0.0]


def test_a_name_that_does_not_exist_is_limited_like_one_that_does(accounts: Accounts, store: Store) -> None:
    accounts.add("ada", PASSWORD)
    assert fail(store, "ada", 12, peer="many") == fail(store, "nobody", 12, peer="many")


def test_an_address_guesses_thirty_times_however_many_names_it_tries(store: Store) -> None:
    waits = [wait for number in range(PER_PEER + 5) for wait in fail(store, f"name{number}", 1)]
    assert waits[:PER_PEER] == [0.0] * PER_PEER
    assert all(waits[PER_PEER:])


def test_the_addresses_of_one_ipv6_network_count_as_one(store: Store) -> None:
    waits = [
        wait
        for number in range(PER_PEER + 1)
        for wait in fail(store, f"name{number}", 1, peer=f"2001:db8:0:1::{number + 1:x}")
    ]
    assert waits[-1] > 0
    assert fail(store, "ada", 1, peer="2001:db8:0:2::1") == [0.0]


def test_each_failure_past_the_free_ones_doubles_the_wait(store: Store) -> None:
    moment = time.time()
    expected = []
    for over in range(4):
        with store.writing() as connection:
            rows.delete_attempts(connection, "account:ada")
            for _ in range(PER_ACCOUNT + over):
                rows.insert_attempts(connection, ("account:ada",), moment)
        expected += fail(store, "ada", 1, peer=f"10.7.7.{over}")
    assert [round(seconds / 15) for seconds in expected] == [1, 2, 4, 8]


def test_failures_are_forgotten_after_a_quarter_of_an_hour(store: Store) -> None:
    with store.writing() as connection:
        for _ in range(PER_ACCOUNT + 8):
            rows.insert_attempts(connection, ("account:ada",), time.time() - WINDOW - 1)
    assert fail(store, "ada", 1) == [0.0]


def test_guesses_at_the_same_moment_are_counted_one_by_one(store: Store) -> None:
    def guess(number: int) -> bool:
        try:
            Attempt(store, "ada", f"10.2.0.{number}")
        except LimitError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(40))) == PER_ACCOUNT


def test_signing_in_forgets_the_accounts_failures_but_not_the_addresss(accounts: Accounts, store: Store) -> None:
    accounts.add("ada", PASSWORD)
    fail(store, "ada", PER_ACCOUNT - 1, peer="10.3.3.3")
    accounts.sign_in("ada", PASSWORD, peer="10.3.3.3")
    with store.reading() as connection:
        assert rows.attempts_of(connection, "account:ada", 0) == ()
        assert len(rows.attempts_of(connection, "peer:10.3.3.3", 0)) == PER_ACCOUNT - 1


def test_the_limit_says_when_to_try_again(accounts: Accounts, store: Store) -> None:
    fail(store, "ada", PER_ACCOUNT)
    with pytest.raises(LimitError) as caught:
        accounts.sign_in("ada", PASSWORD, peer="10.0.0.1")
    assert 0 < caught.value.seconds <= 16
    assert "seconds" in caught.value.hint


def aili(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aili", "user", *arguments], input=typed, capture_output=True, text=True, timeout=120
    )


def test_the_command_adds_lists_and_removes_people(isolated: Path) -> None:
    done = aili("add", "Ada", "--password-stdin", typed=f"{PASSWORD}\n")
    assert (done.returncode, done.stdout) == (0, "ada can sign in.\n"), done.stderr
    assert aili("list").stdout.splitlines() == [
        "owner\towner\t0 digests\tno password",
        "ada\tmember\t0 digests",
    ]
    unsure = aili("rm", "ada")
    assert (unsure.returncode, "--yes" in unsure.stderr) == (2, True)
    assert aili("rm", "ada", "--yes").returncode == 0
    assert "ada" not in aili("list").stdout
    kept = list((isolated / "data").rglob("library.db"))
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o077 == 0


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    library = ["--library", str(tmp_path / "own.db")]
    short = aili("passwd", "owner", "--password-stdin", *library, typed="short\n")
    assert (short.returncode, "shorter" in short.stderr) == (2, True)
    unknown = aili("passwd", "nobody", "--password-stdin", *library, typed=f"{PASSWORD}\n")
    assert (unknown.returncode, "nobody" in unknown.stderr) == (8, True)
    owner = aili("rm", "owner", "--yes", *library)
    assert (owner.returncode, "owner" in owner.stderr) == (2, True)
    piped = aili("passwd", "owner", *library, typed=f"{PASSWORD}\n")
    assert (piped.returncode, "--password-stdin" in piped.stderr) == (2, True)


def test_a_password_that_is_typed_does_not_show(tmp_path: Path) -> None:
    library = tmp_path / "own.db"
    command = [sys.executable, "-m", "aili", "user", "passwd", "owner", "--library", str(library)]
    terminal, inner = pty.openpty()
    # A session of its own has no other terminal that the password could be asked on.
    with subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, start_new_session=True) as child:
        os.close(inner)
        shown = b""
        for prompt in (b"characters): ", b"more: "):
            while prompt not in shown:
                shown += os.read(terminal, 1_024)
            os.write(terminal, PASSWORD.encode() + b"\n")
        while b"is changed" not in shown:
            shown += os.read(terminal, 1_024)
    os.close(terminal)
    assert child.returncode == 0, shown
    assert PASSWORD.encode() not in shown
    opened = Store.open(library)
    try:
        with opened.reading() as connection:
            assert connection.execute(select(account_table.c.password)).scalar_one().startswith("$argon2id$")
    finally:
        opened.close()
