"""The tables of the library, in the words of SQLAlchemy Core; migrations/ makes them, and a test holds the two together."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()


def _account() -> Column[str]:
    return Column("account", String, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False)


accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),  # lower case
    Column("role", String, nullable=False),
    Column("password", String, nullable=False, default=""),  # argon2id hash; empty: nobody can sign in with one
    Column("feed", String, nullable=False, unique=True),
    Column("preferences", String, nullable=False, default="{}"),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created", String, nullable=False),
)

# Once by content hash, whoever reads it; a row goes when the last digest that refers to it goes.
documents = Table(
    "documents",
    metadata,
    Column("hash", String, primary_key=True),
    Column("source", String, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),  # zlib of the canonical JSON
    Column("created", String, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("number", Integer, primary_key=True),  # rowid, by which the full-text index knows it
    Column("id", String, nullable=False, unique=True),
    _account(),
    Column("hash", String, nullable=False),
    Column("document", String, ForeignKey("documents.hash"), nullable=True, index=True),
    Column("title", String, nullable=False),
    Column("site", String, nullable=False),
    Column("location", String, nullable=False),
    Column("authors", String, nullable=False),  # JSON list
    Column("published", String, nullable=False),
    Column("engine", String, nullable=False),
    Column("language", String, nullable=False),
    Column("words", Integer, nullable=False),
    Column("created", String, nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib of the canonical JSON
    UniqueConstraint("account", "hash"),
    Index("digests_by_time", "account", "created"),
    Index("digests_by_title", "account", "title"),
    Index("digests_by_site", "account", "site"),
    Index("digests_by_engine", "account", "engine"),
    Index("digests_by_language", "account", "language"),
)

tags = Table(
    "tags",
    metadata,
    Column("digest", Integer, ForeignKey("digests.number", ondelete="CASCADE"), primary_key=True),
    Column("tag", String, primary_key=True),
    Index("tags_by_name", "tag"),
)

shares = Table(
    "shares",
    metadata,
    Column("token", String, primary_key=True),
    _account(),
    Column("digest", Integer, ForeignKey("digests.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("shared_by", String, nullable=False),
    Column("with_source", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("indexed", Boolean, nullable=False),
    Column("created", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("revoked", String, nullable=False),
    Index("shares_by_account", "account", "created"),
)

# A job's truth is its row: whoever holds the lease under its own name may write to it (Gray & Cheriton 1989).
jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    _account(),
    Column("wish", String, nullable=False),
    Column("upload", LargeBinary, nullable=True),  # zlib of a Resource's JSON; taken away when the job has ended
    Column("state", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String, nullable=False, default=""),
    Column("lease", Float, nullable=False, default=0.0),  # Unix seconds until which the owner may work
    Column("cancelling", Boolean, nullable=False, default=False),
    Column("digest", String, nullable=False, default=""),
    Column("failure", String, nullable=False, default=""),
    Column("created", String, nullable=False),
    Column("started", String, nullable=False, default=""),
    Column("ended", String, nullable=False, default=""),
    Index("jobs_by_account", "account", "number"),
)

events = Table(
    "events",
    metadata,
    Column("job", Integer, ForeignKey("jobs.number", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("data", String, nullable=False),
    Column("moment", String, nullable=False),
)

# Secrets are kept as SHA-256: they have 256 random bits, so that a slow hash would add nothing.
sessions = Table(
    "sessions",
    metadata,
    Column("secret", String, primary_key=True),
    _account(),
    Column("csrf", String, nullable=False),
    Column("created", String, nullable=False),
    Column("expires", String, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String, primary_key=True),
    _account(),
    Column("name", String, nullable=False),
    Column("secret", String, nullable=False, unique=True),
    Column("scopes", String, nullable=False),  # separated by spaces
    Column("created", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("used", String, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("what", String, nullable=False),  # account:NAME or peer:ADDRESS
    Column("moment", Float, nullable=False),  # Unix seconds
    Index("attempts_by_what", "what", "moment"),
)

answers = Table(
    "answers",  # given to requests that carried an idempotency key
    metadata,
    _account(),
    Column("key", String, nullable=False),
    Column("request", String, nullable=False),  # hash of what was asked
    Column("status", Integer, nullable=False),  # 0 while the first request is still being answered
    Column("body", LargeBinary, nullable=False),
    Column("moment", Float, nullable=False),
    UniqueConstraint("account", "key"),
)
