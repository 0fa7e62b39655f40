import type { DatabaseSync } from 'node:sqlite';

/** Inserts users `u1…uN` with some behaviours each directly into a workspace, as an import would. */
export function fillWorkspace(db: DatabaseSync, users: number, behavioursEach: number): void {
  db.exec('BEGIN');
  const user = db.prepare('INSERT INTO users (no, id) VALUES (?, ?)');
  const behaviour = db.prepare(
    "INSERT INTO behaviours (id, user_no, time, action, item) VALUES (?, ?, ?, 'browse', ?)",
  );
  const sequence = db.prepare(
    'INSERT INTO sequences (user_no, behaviour_count, first_time, last_time) VALUES (?, ?, ?, ?)',
  );
  let id = 0;
  for (let no = 1; no <= users; no += 1) {
    user.run(no, `u${no}`);
    for (let index = 0; index < behavioursEach; index += 1) {
      id += 1;
      behaviour.run(id, no, id * 1000, `item ${index}`);
    }
    sequence.run(
      no,
      behavioursEach,
      behavioursEach ? (id - behavioursEach + 1) * 1000 : null,
      behavioursEach ? id * 1000 : null,
    );
  }
  db.prepare(
    `INSERT INTO imports (kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows, imported_at)
     VALUES ('behaviours', 'test.csv', 1, 'x', 0, ?, ?, 0, 0, 0)`,
  ).run(id, id);
  db.exec('COMMIT');
}
