/**
 * How each import's file was read (see ImportReading), as JSON: the same file read another way is not the same import.
 * Null for imports of before, of which it is not known.
 */
export const migration = {
  version: 3,
  sql: `
    ALTER TABLE imports ADD COLUMN reading TEXT CHECK (reading IS NULL OR json_valid(reading));
  `,
};
