/**
 * What runs with a model need.
 *
 * `requests` is the ledger: a row is written before a request is sent and outlives its run, because money was spent.
 * Its `answer` is stored before it is judged; `judged` tells what is left to judge after a crash. `answers` holds the
 * judged answer of each unit (a user or a part of one) under a hash of everything that determines it; evidence in it
 * counts from 1 within the unit, so that it holds for the same behaviours imported again. `runs.model` is null for
 * runs without a model.
 */
export const migration = {
  version: 2,
  sql: `
    ALTER TABLE runs ADD COLUMN model TEXT CHECK (model IS NULL OR json_valid(model));

    ALTER TABLE sequences ADD COLUMN coverage REAL;
    ALTER TABLE sequences ADD COLUMN low_coverage INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX sequences_low_coverage ON sequences (user_no) WHERE low_coverage = 1;
    UPDATE sequences SET coverage = 1 WHERE status = 'succeeded';

    CREATE TABLE requests (
      id INTEGER PRIMARY KEY,
      run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
      client_id TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL CHECK (state IN ('sending', 'answered', 'failed', 'aborted', 'lost')),
      start_time INTEGER NOT NULL,
      first_token_ms INTEGER,
      latency_ms INTEGER,
      asked TEXT NOT NULL CHECK (json_valid(asked)),
      cause TEXT,
      failure TEXT,
      failure_detail TEXT,
      http_status INTEGER,
      finish_reason TEXT,
      reserved_cost REAL NOT NULL DEFAULT 0,
      input_tokens INTEGER,
      output_tokens INTEGER,
      usage_reported INTEGER NOT NULL DEFAULT 0,
      cost REAL,
      answer TEXT,
      reasoning TEXT,
      judged INTEGER NOT NULL DEFAULT 0,
      verdicts TEXT CHECK (verdicts IS NULL OR json_valid(verdicts))
    ) STRICT;
    CREATE INDEX requests_by_run ON requests (run_id, id);
    CREATE INDEX requests_open ON requests (run_id, id) WHERE state = 'sending' OR (state = 'answered' AND judged = 0);

    CREATE TABLE answers (
      key TEXT PRIMARY KEY,
      verdict TEXT NOT NULL CHECK (json_valid(verdict)),
      complete INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE learned (
      key TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (json_valid(state)),
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
