/**
 * The first format of a workspace.
 *
 * `behaviours.id` is the base of its import plus the number of its data row, so that a row number needs no column.
 * `time` is wall-clock milliseconds: the written date and time read as if it were UTC. `evidence` is a JSON array of
 * behaviour ids: it is always read with its event and by nothing else, and a row for each would double the file.
 * `events.id` is the
 * user's number and the event's ordinal in one (see event-id.ts): events of a user are neighbours in the file, and one
 * tree is written instead of two, which halves the time of a run. There is one `sequences` row for each user, so that the table of users is one indexed table.
 */
export const migration = {
  version: 1,
  sql: `
    CREATE TABLE meta (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE imports (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('behaviours', 'profiles')),
      file_name TEXT NOT NULL,
      file_size INTEGER NOT NULL,
      file_sha256 TEXT NOT NULL,
      base_id INTEGER NOT NULL,
      rows_read INTEGER NOT NULL,
      rows_added INTEGER NOT NULL,
      rows_known INTEGER NOT NULL,
      bad_rows INTEGER NOT NULL,
      imported_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE bad_rows (
      import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
      line INTEGER NOT NULL,
      reason TEXT NOT NULL CHECK (json_valid(reason)),
      raw TEXT NOT NULL,
      PRIMARY KEY (import_id, line)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE users (
      no INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE behaviours (
      id INTEGER PRIMARY KEY,
      user_no INTEGER NOT NULL REFERENCES users (no),
      time INTEGER NOT NULL,
      text TEXT,
      action TEXT,
      item TEXT,
      app TEXT,
      media TEXT,
      poi TEXT,
      duration REAL,
      extra TEXT CHECK (extra IS NULL OR json_valid(extra))
    ) STRICT;
    CREATE INDEX behaviours_by_user ON behaviours (user_no, time);

    CREATE TABLE profiles (
      user_no INTEGER PRIMARY KEY REFERENCES users (no),
      fields TEXT NOT NULL CHECK (json_valid(fields))
    ) STRICT;

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'failed', 'cancelled', 'interrupted')),
      extractor TEXT NOT NULL,
      extractor_version TEXT NOT NULL,
      scope TEXT NOT NULL CHECK (json_valid(scope)),
      total_users INTEGER NOT NULL,
      processed_users INTEGER NOT NULL DEFAULT 0,
      success_count INTEGER NOT NULL DEFAULT 0,
      failed_count INTEGER NOT NULL DEFAULT 0,
      total_batches INTEGER NOT NULL,
      done_batches INTEGER NOT NULL DEFAULT 0,
      total_weight INTEGER NOT NULL,
      done_weight INTEGER NOT NULL DEFAULT 0,
      event_count INTEGER NOT NULL DEFAULT 0,
      start_time INTEGER NOT NULL,
      end_time INTEGER,
      active_ms INTEGER NOT NULL DEFAULT 0,
      deaths TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(deaths)),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      dismissed INTEGER NOT NULL DEFAULT 0,
      CHECK (processed_users = success_count + failed_count),
      CHECK (processed_users <= total_users)
    ) STRICT;
    CREATE UNIQUE INDEX runs_one_active ON runs ((1)) WHERE status IN ('running', 'paused');

    CREATE TABLE batches (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      no INTEGER NOT NULL,
      done INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (run_id, no)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX batches_open ON batches (run_id, no) WHERE done = 0;

    CREATE TABLE run_users (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      batch_no INTEGER NOT NULL,
      user_no INTEGER NOT NULL REFERENCES users (no),
      outcome TEXT CHECK (outcome IN ('succeeded', 'failed')),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      PRIMARY KEY (run_id, batch_no, user_no)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_users_failed ON run_users (run_id, error) WHERE outcome = 'failed';

    CREATE TABLE sequences (
      user_no INTEGER PRIMARY KEY REFERENCES users (no),
      status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'failed')),
      behaviour_count INTEGER NOT NULL DEFAULT 0,
      first_time INTEGER,
      last_time INTEGER,
      event_count INTEGER NOT NULL DEFAULT 0,
      conversion_count INTEGER NOT NULL DEFAULT 0,
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
      updated_at INTEGER
    ) STRICT;
    CREATE INDEX sequences_by_status ON sequences (status);

    CREATE TABLE events (
      id INTEGER PRIMARY KEY,
      user_no INTEGER GENERATED ALWAYS AS (id >> 21) VIRTUAL REFERENCES users (no),
      ordinal INTEGER GENERATED ALWAYS AS (id & 2097151) VIRTUAL,
      type TEXT NOT NULL,
      category TEXT NOT NULL CHECK (category IN ('conversion', 'engagement')),
      start_time INTEGER NOT NULL,
      end_time INTEGER NOT NULL,
      origin TEXT NOT NULL,
      confidence REAL NOT NULL,
      context TEXT NOT NULL,
      evidence TEXT NOT NULL
    ) STRICT;
  `,
};
