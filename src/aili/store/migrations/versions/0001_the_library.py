"""The library as it was first released: every table, the full-text index, and the account of its owner."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from alembic import op

revision = "0001"
down_revision = None

# SQL as SQLite keeps it, not the tables of today: what a release made must come out the same for ever.
TABLES = """
CREATE TABLE accounts (
    id VARCHAR NOT NULL PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    role VARCHAR NOT NULL,
    password VARCHAR NOT NULL,
    feed VARCHAR NOT NULL UNIQUE,
    preferences VARCHAR NOT NULL,
    disabled BOOLEAN NOT NULL,
    created VARCHAR NOT NULL
);
CREATE TABLE documents (
    hash VARCHAR NOT NULL PRIMARY KEY,
    source VARCHAR NOT NULL,
    body BLOB NOT NULL,
    created VARCHAR NOT NULL
);
CREATE INDEX ix_documents_source ON documents (source);
CREATE TABLE digests (
    number INTEGER NOT NULL PRIMARY KEY,
    id VARCHAR NOT NULL UNIQUE,
    account VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    document VARCHAR,
    title VARCHAR NOT NULL,
    site VARCHAR NOT NULL,
    location VARCHAR NOT NULL,
    authors VARCHAR NOT NULL,
    published VARCHAR NOT NULL,
    engine VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    words INTEGER NOT NULL,
    created VARCHAR NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (account, hash),
    FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE,
    FOREIGN KEY (document) REFERENCES documents (hash)
);
CREATE INDEX ix_digests_document ON digests (document);
CREATE INDEX digests_by_time ON digests (account, created);
CREATE INDEX digests_by_title ON digests (account, title);
CREATE INDEX digests_by_site ON digests (account, site);
CREATE INDEX digests_by_engine ON digests (account, engine);
CREATE INDEX digests_by_language ON digests (account, language);
CREATE TABLE tags (
    digest INTEGER NOT NULL,
    tag VARCHAR NOT NULL,
    PRIMARY KEY (digest, tag),
    FOREIGN KEY (digest) REFERENCES digests (number) ON DELETE CASCADE
);
CREATE INDEX tags_by_name ON tags (tag);
CREATE TABLE shares (
    token VARCHAR NOT NULL PRIMARY KEY,
    account VARCHAR NOT NULL,
    digest INTEGER NOT NULL,
    shared_by VARCHAR NOT NULL,
    with_source BOOLEAN NOT NULL,
    listed BOOLEAN NOT NULL,
    indexed BOOLEAN NOT NULL,
    created VARCHAR NOT NULL,
    expires VARCHAR NOT NULL,
    revoked VARCHAR NOT NULL,
    FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE,
    FOREIGN KEY (digest) REFERENCES digests (number) ON DELETE CASCADE
);
CREATE INDEX ix_shares_digest ON shares (digest);
CREATE INDEX shares_by_account ON shares (account, created);
CREATE TABLE jobs (
    number INTEGER NOT NULL PRIMARY KEY,
    id VARCHAR NOT NULL UNIQUE,
    account VARCHAR NOT NULL,
    wish VARCHAR NOT NULL,
    upload BLOB,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    owner VARCHAR NOT NULL,
    lease FLOAT NOT NULL,
    cancelling BOOLEAN NOT NULL,
    digest VARCHAR NOT NULL,
    failure VARCHAR NOT NULL,
    created VARCHAR NOT NULL,
    started VARCHAR NOT NULL,
    ended VARCHAR NOT NULL,
    FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX jobs_by_account ON jobs (account, number);
CREATE TABLE events (
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    data VARCHAR NOT NULL,
    moment VARCHAR NOT NULL,
    PRIMARY KEY (job, number),
    FOREIGN KEY (job) REFERENCES jobs (number) ON DELETE CASCADE
);
CREATE TABLE sessions (
    secret VARCHAR NOT NULL PRIMARY KEY,
    account VARCHAR NOT NULL,
    csrf VARCHAR NOT NULL,
    created VARCHAR NOT NULL,
    expires VARCHAR NOT NULL,
    FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE tokens (
    id VARCHAR NOT NULL PRIMARY KEY,
    account VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    secret VARCHAR NOT NULL UNIQUE,
    scopes VARCHAR NOT NULL,
    created VARCHAR NOT NULL,
    expires VARCHAR NOT NULL,
    used VARCHAR NOT NULL,
    FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE attempts (
    number INTEGER NOT NULL PRIMARY KEY,
    what VARCHAR NOT NULL,
    moment FLOAT NOT NULL
);
CREATE INDEX attempts_by_what ON attempts (what, moment);
CREATE TABLE answers (
    account VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    request VARCHAR NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    moment FLOAT NOT NULL,
    UNIQUE (account, key),
    FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE
);
"""

# Marks belong to words in Hindi and Thai, so they are no separators; those of Latin letters are taken off.
INDEX = """
CREATE VIRTUAL TABLE search USING fts5(
    title, digest, text,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'", prefix = '2 3'
)
"""

# In the database, because a digest also goes when its account goes, which no code of ours sees.
TRIGGER = """
CREATE TRIGGER digests_gone AFTER DELETE ON digests BEGIN
    DELETE FROM search WHERE rowid = old.number;
    DELETE FROM documents WHERE hash = old.document
        AND NOT EXISTS (SELECT 1 FROM digests WHERE digests.document = old.document);
END
"""

APPLICATION = 0x61696C69  # "aili": tells a library from any other SQLite file


def upgrade() -> None:
    """Make everything, in the transaction that is open."""
    for statement in (*TABLES.split(";\n"), INDEX, TRIGGER, f"PRAGMA application_id = {APPLICATION}"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
    owner = {
        "feed": secrets.token_urlsafe(32),
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    op.get_bind().exec_driver_sql(
        "INSERT INTO accounts (id, name, role, password, feed, preferences, disabled, created) "
        "VALUES ('owner', 'owner', 'owner', '', :feed, '{}', 0, :created)",
        owner,
    )
