/**
 * `reading`: how each import's file was read (see ImportReading), because the same file read another way is not the same
 * import; null for imports of before, of which it is not known. `warning`: what the user was told of its rows.
 */
export const migration = {
  version: 3,
  sql: `
    ALTER TABLE imports ADD COLUMN reading TEXT CHECK (reading IS NULL OR json_valid(reading));
    ALTER TABLE imports ADD COLUMN warning TEXT CHECK (warning IS NULL OR json_valid(warning));
  `,
};
