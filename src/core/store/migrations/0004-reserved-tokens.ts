/**
 * `requests.reserved_tokens`: the tokens set aside for a request. A cap in tokens counts them for a request of which it is
 * not known whether it was billed, as `reserved_cost` does for a cap in money.
 */
export const migration = {
  version: 4,
  sql: `ALTER TABLE requests ADD COLUMN reserved_tokens INTEGER NOT NULL DEFAULT 0;`,
};
