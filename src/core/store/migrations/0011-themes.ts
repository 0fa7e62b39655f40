/**
 * `theme_tables`: every version of what the analyst decided of themes, with the version that it was made from (null: from
 * nothing decided); `meta.themes` names the version in use, 0 for none. `log_themes` has all things of a measure from here on, with
 * how many behaviours name each, and what its theme comes from.
 */
export const migration = {
  version: 11,
  sql: `
    CREATE TABLE theme_tables (
      version INTEGER PRIMARY KEY,
      parent INTEGER,
      change TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      created_at INTEGER NOT NULL
    ) STRICT;

    ALTER TABLE log_themes ADD COLUMN behaviours INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE log_themes ADD COLUMN source TEXT NOT NULL DEFAULT 'names';
  `,
};
