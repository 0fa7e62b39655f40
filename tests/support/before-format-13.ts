/** Takes the changes of format 13 (profiles kept by import) out of a workspace; the caller sets the version. */
export const BEFORE_FORMAT_13 = `DROP TABLE former_profiles; ALTER TABLE profiles DROP COLUMN import_id;
  ALTER TABLE imports DROP COLUMN profiles_kept;`;
