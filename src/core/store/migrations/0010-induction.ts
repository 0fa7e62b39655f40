/**
 * `inductions`: event types induced by a model from a sample: what it began with (`plan`), and how far it came. `closed`: its
 * end was seen. `requests.induction_id`: the induction that a request belongs to, in place of a run. `induction_answers`: every usable answer
 * under a hash of what was asked, so that it is asked for once.
 */
export const migration = {
  version: 10,
  sql: `
    CREATE TABLE inductions (
      id INTEGER PRIMARY KEY,
      status TEXT NOT NULL,
      plan TEXT NOT NULL CHECK (json_valid(plan)),
      model TEXT NOT NULL CHECK (json_valid(model)),
      progress TEXT NOT NULL CHECK (json_valid(progress)),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      deaths TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(deaths)),
      start_time INTEGER NOT NULL,
      end_time INTEGER,
      closed INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE induction_answers (
      key TEXT PRIMARY KEY,
      text TEXT NOT NULL,
      reasoning TEXT NOT NULL,
      finish_reason TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE requests ADD COLUMN induction_id INTEGER REFERENCES inductions (id) ON DELETE SET NULL;
    CREATE INDEX requests_by_induction ON requests (induction_id) WHERE induction_id IS NOT NULL;
  `,
};
