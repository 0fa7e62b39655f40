/**
 * `codebooks`: every version of the workspace's event types, with the version that it was made from; `meta.codebook` names
 * the version in use, so that to undo is to go back to the one before.
 */
export const migration = {
  version: 8,
  sql: `
    CREATE TABLE codebooks (
      version INTEGER PRIMARY KEY,
      parent INTEGER,
      change TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      created_at INTEGER NOT NULL
    ) STRICT;
  `,
};
