/**
 * Which import a profile is of, and in `former_profiles` what earlier imports say of the same user: any import of profiles can be
 * taken out again. `profiles.import_id` is 0 where the import is not known. `imports.profiles_kept` is 0 where an import shared the
 * profiles with others before this format: what each of them said is not known any more.
 */
export const migration = {
  version: 13,
  sql: `
    ALTER TABLE profiles ADD COLUMN import_id INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE imports ADD COLUMN profiles_kept INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE former_profiles (
      import_id INTEGER NOT NULL,
      user_no INTEGER NOT NULL REFERENCES users (no),
      fields TEXT NOT NULL CHECK (json_valid(fields)),
      PRIMARY KEY (import_id, user_no)
    ) STRICT, WITHOUT ROWID;

    UPDATE imports SET profiles_kept = 1
      WHERE kind = 'profiles' AND (SELECT count(*) FROM imports WHERE kind = 'profiles') = 1;
    UPDATE profiles SET import_id = (SELECT id FROM imports WHERE profiles_kept = 1)
      WHERE EXISTS (SELECT 1 FROM imports WHERE profiles_kept = 1);
  `,
};
