import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { connect, migrate } from '../../src/core/store/database.ts';

/**
 * The reference for the disk: a bare loop of one prepared insert over rows of the log that are already parsed, in one
 * transaction into an empty workspace without the index by user. Prints the seconds, the commit included, as JSON.
 */
const [, , logPath = '', workspacePath = ''] = process.argv;

const text = readFileSync(logPath, 'utf8').replace(/^\uFEFF/, '');
const parsed = Papa.parse<string[]>(text, { skipEmptyLines: true }).data.slice(1);
const users = new Map<string, number>();
const rows = parsed.map(([user = '', action = '', time = '', item, app, media, poi, duration], index) => {
  if (!users.has(user)) users.set(user, users.size + 1);
  return [
    index + 1,
    users.get(user) ?? 0,
    Date.parse(`${time.replace(' ', 'T')}Z`),
    null,
    action,
    item || null,
    app || null,
    media || null,
    poi || null,
    duration ? Number(duration) : null,
    null,
  ];
});

const db = connect(workspacePath);
migrate(db);
db.exec('DROP INDEX behaviours_by_user; BEGIN');
const insertUser = db.prepare('INSERT INTO users (no, id) VALUES (?, ?)');
for (const [id, no] of users) insertUser.run(no, id);
const insert = db.prepare('INSERT INTO behaviours VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
const start = performance.now();
for (const row of rows) insert.run(...row);
db.exec('COMMIT');
const seconds = (performance.now() - start) / 1000;
db.close();
process.stdout.write(`${JSON.stringify({ seconds, rows: rows.length })}\n`);
