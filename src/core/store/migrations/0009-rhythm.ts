/**
 * What the log of the workspace says of itself. `log_measures`: the counts and proposals, by the content that was measured
 * (`content` is null until the last of the themes is stored). `log_themes`: the names of things that belong to something.
 * `runs.basis`: what a run took from a measure when it began, so that it ends as it began whatever is imported meanwhile;
 * null for a run that needs nothing of it.
 */
export const migration = {
  version: 9,
  sql: `
    CREATE TABLE log_measures (
      id INTEGER PRIMARY KEY,
      content TEXT,
      figures TEXT NOT NULL CHECK (json_valid(figures)),
      measured_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE log_themes (
      measure_id INTEGER NOT NULL REFERENCES log_measures (id) ON DELETE CASCADE,
      field TEXT NOT NULL,
      name TEXT NOT NULL,
      theme TEXT NOT NULL,
      PRIMARY KEY (measure_id, field, name)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE runs ADD COLUMN basis TEXT CHECK (basis IS NULL OR json_valid(basis));
  `,
};
