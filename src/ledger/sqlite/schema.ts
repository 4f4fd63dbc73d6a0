/** The tables of a file, and how one is told from other files. Names, ids and keys are bytes: texts may hold a NUL. */

/** Says in a file's header whose it is: "Peer". */
export const APPLICATION = 0x50656572;
export const VERSION = 1;

/** Of whoever writes: what is acknowledged is on the disk, and what is deleted is overwritten. */
export const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
`;

/** Has a row while something that was erased may still stand in pages that are free, or in the log. */
export const UNSCRUBBED = 'CREATE TABLE IF NOT EXISTS unscrubbed (number INTEGER PRIMARY KEY)';

export const SCHEMA = `
  CREATE TABLE communities (number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE);
  CREATE TABLE entries (
    community INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL,
    content BLOB NOT NULL,
    id BLOB,
    salt BLOB,
    PRIMARY KEY (community, sequence)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX entries_by_id ON entries (community, id) WHERE id IS NOT NULL;
  CREATE INDEX policies ON entries (community, sequence) WHERE substr(content, 1, 1) = X'05';
  CREATE TABLE names (
    community INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name BLOB NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (community, number)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX names_by_name ON names (community, name);
  CREATE TABLE snapshots (
    community INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL,
    parts INTEGER NOT NULL,
    PRIMARY KEY (community, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE snapshot_parts (
    community INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (community, sequence, part)
  );
  CREATE TABLE documents (
    kind BLOB NOT NULL,
    key BLOB NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  CREATE TABLE recoveries (number INTEGER PRIMARY KEY);
  ${UNSCRUBBED};
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;
