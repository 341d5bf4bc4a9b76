"""Passwords: which are good enough, and their argon2id hashes (RFC 9106).

The rules are those of NIST SP 800-63B §5.1.1.2: long enough, not among the ones that everybody tries, not the name; nothing
is said about capitals or digits. ``argon2-cffi``'s defaults take 64 MiB and about 60 ms each, so that only a few are hashed
at a time, and few wait for it: forty threads that hash at once would take 2.5 GB, forty that wait would leave no thread of
the server to answer anything else.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aili.errors import LimitError, UsageError

SHORTEST = 10
LONGEST = 1_000  # characters; nobody types more, and hashing is not to be made slow by sending them
AT_ONCE = 2
WAITING = 10  # further ones; more are told to come back

# The frequent ones of published lists that are long enough to pass; shorter ones are refused for their length.
COMMON = frozenset(
    """
    1234567890 0123456789 0987654321 9876543210 1234567891 12345678910 123456789a 1234554321 123123123a 123qweasdzxc
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc zaq12wsxcde qwertyuiop qwertyuiop123 qwerty12345 qwerty123456 qwertyuiopasdfghjkl
    asdfghjkl123 zxcvbnm123 qazwsxedcrfv abcdefghij abcdefghijk abcd123456 abc123456789 a123456789 q123456789 aa123456789
    password12 password123 password1234 password12345 password123456 passwordpassword passw0rd123 p@ssw0rd123 p@ssword123
    mypassword mypassword1 changeme123 changemenow letmein123 letmeinnow welcome123 welcome1234 administrator admin12345
    admin123456 adminadmin rootpassword superman123 football123 baseball123 basketball iloveyou123 iloveyou12 iloveyou1234
    sunshine123 princess123 dragon12345 monkey12345 master12345 shadow12345 michael123 jennifer123 charlie123 jordan12345
    liverpool1 manchester minecraft1 pokemon123 starwars123 whatever123 trustno1trustno1 correcthorsebatterystaple
    secret12345 secretsecret defaultpassword temporary1 testtest123 test123456 testing123 hello12345 helloworld helloworld1
    computer123 internet123 samsung123 google12345 facebook123 linkedin123 passwort123 passwort1234 hallo12345 motdepasse
    motdepasse1 contrasena contraseña contrasena1 aaaaaaaaaa 1111111111 0000000000
    """.split()
)

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)
# What is compared where there is no such account, so that its answer takes as long as another's.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IGhlcmUhIQ$7hqyn0fJ0XQ0sT8y8m6U5cF3bC0sUu3kqXl2yQ3mZ9A"


def normal(password: str) -> str:
    """One form for the ways in which keyboards write the same characters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, name: str) -> str:
    """The password in its normal form; raises UsageError that says why it will not do for the account ``name``."""
    chosen = normal(password)
    folded = chosen.casefold()
    if len(chosen) < SHORTEST:
        raise UsageError(
            f"The password is shorter than {SHORTEST} characters.", hint="A few words in a row are easy to remember."
        )
    if len(chosen) > LONGEST:
        raise UsageError(f"The password is longer than {LONGEST} characters.", hint="Choose a shorter one.")
    if folded in COMMON or len(set(folded)) < 4:
        raise UsageError(
            "The password is one of those that are tried first.", hint="Choose a few words that belong only to you."
        )
    if name and name.casefold() in folded and len(folded) - len(name) < 6:
        raise UsageError("The password is little more than the name.", hint="Choose one that the name does not tell.")
    return chosen


def hashed(password: str) -> str:
    """The argon2id hash of a password in its normal form; raises LimitError where too many are being hashed."""
    with _turn():
        return _hasher.hash(password)


def fits(password: str, kept: str) -> bool:
    """Whether the password is the one of this hash; takes as long where ``kept`` is empty, and is False then.

    Raises LimitError where too many are being hashed.
    """
    given = normal(password)[:LONGEST]
    with _turn():
        try:
            _hasher.verify(kept or _NOBODY, given)
        except (VerificationError, InvalidHashError):
            return False
    return bool(kept)


def stale(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than are usual now."""
    return _hasher.check_needs_rehash(kept)


@contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise LimitError("Too many people are signing in at this moment.", hint="Try again in a moment.", seconds=2)
    try:
        with _turns:
            yield
    finally:
        _places.release()
