/**
 * `saved_insights`: questions and selections that the analyst saved by a name. `data`, `computed_at`: the state of the data that a question
 * was computed on last, and when. `deleted_at`: what was deleted can be taken back for a while. `report_items`: the answers of the report in
 * order, with the figures as they were computed (`answer`) and as they were the time before (`former`).
 */
export const migration = {
  version: 12,
  sql: `
    CREATE TABLE saved_insights (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('question', 'selection')),
      name TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      data TEXT CHECK (data IS NULL OR json_valid(data)),
      computed_at INTEGER,
      created_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      deleted_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX saved_insights_by_name ON saved_insights (kind, name) WHERE deleted_at IS NULL;

    CREATE TABLE report_items (
      id INTEGER PRIMARY KEY,
      place INTEGER NOT NULL,
      title TEXT NOT NULL,
      note TEXT NOT NULL,
      question TEXT NOT NULL CHECK (json_valid(question)),
      answer TEXT CHECK (answer IS NULL OR json_valid(answer)),
      former TEXT CHECK (former IS NULL OR json_valid(former)),
      computed_at INTEGER,
      created_at INTEGER NOT NULL
    ) STRICT;
  `,
};
