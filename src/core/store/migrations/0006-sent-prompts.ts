/**
 * `sent_prompts`: the text that was sent with each of the latest requests, exactly as it left the machine. In a table of
 * its own, because a row of `requests` is rewritten when its answer comes.
 */
export const migration = {
  version: 6,
  sql: `
    CREATE TABLE sent_prompts (
      request_id INTEGER PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
      system TEXT NOT NULL,
      user TEXT NOT NULL
    ) STRICT;
  `,
};
