/** `detail`: how much joins into one event of the run; before, all runs made the finest. */
export const migration = {
  version: 7,
  sql: `
    ALTER TABLE runs ADD COLUMN detail TEXT NOT NULL DEFAULT 'fine' CHECK (detail IN ('fine', 'standard', 'brief'));
  `,
};
