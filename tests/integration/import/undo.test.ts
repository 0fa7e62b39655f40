import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { migrate } from '../../../src/core/store/database.ts';
import { undoFigures, undoImport } from '../../../src/core/store/undo-import.ts';
import { WorkspaceStore } from '../../../src/core/store/workspace-store.ts';
import { BEFORE_FORMAT_13 } from '../../support/before-format-13.ts';
import { noRoomForTheLog } from '../../support/no-room.ts';
import { makeLog, TestWorkspace } from './support.ts';

/** What is in a workspace, but for the numbers of users that were given. */
function contentOf(workspace: TestWorkspace): Record<string, unknown[]> {
  const { meta, ...rest } = workspace.dump();
  return { ...rest, meta: (meta ?? []).filter((row) => (row as { key: string }).key !== 'users_given') };
}

/** Gives each user an event that stands on the first behaviour. */
function abstract(workspace: TestWorkspace): void {
  workspace.db.exec(`
    INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
      SELECT user_no * 2097152 + 1, '浏览', 'engagement', min(time), min(time), 'rule', 1, '{}', json_array(min(id))
      FROM behaviours GROUP BY user_no;
    UPDATE sequences SET status = 'succeeded', event_count = 1, updated_at = 1 WHERE behaviour_count > 0;
  `);
}

it('takes out what an import brought, and nothing else', async () => {
  const workspace = new TestWorkspace();
  await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  await workspace.import(workspace.file('p.csv', 'user_id,city\nuser-12,北京\n'), 'profiles');
  abstract(workspace);
  const before = contentOf(workspace);
  const csv = `${makeLog(30, 15, 100)}user-3,browse,soon,,,,,\n`;
  const { importId } = await workspace.import(workspace.file('b.csv', csv));
  abstract2(workspace);

  const figures = undoFigures(workspace.db, importId ?? 0);
  expect(figures).toEqual({
    importId,
    kind: 'behaviours',
    fileName: 'b.csv',
    rows: 30,
    // user-10 to user-14 but for user-12, of whom there is a profile.
    users: 4,
    events: 15,
    badRows: 1,
    leftOutLater: 0,
    restored: 0,
  });
  undoImport(workspace.db, importId ?? 0);
  const after = contentOf(workspace);
  // Users 0 to 9 had both: what stood on their behaviours is gone, and they wait.
  expect(workspace.rows('SELECT count(*) AS n FROM events')).toEqual([{ n: 0 }]);
  for (const table of ['behaviours', 'users', 'imports', 'bad_rows', 'profiles', 'schema'])
    expect(after[table], table).toEqual(before[table]);
  expect(
    workspace.rows(
      'SELECT status, count(*) AS users, sum(behaviour_count) AS rows FROM sequences GROUP BY status',
    ),
  ).toEqual([{ status: 'pending', users: 11, rows: 40 }]);
  expect(workspace.rows('PRAGMA foreign_key_check')).toEqual([]);

  const again = await workspace.import(workspace.file('b2.csv', csv));
  expect([again.rowsAdded, again.usersAdded, again.sameFile]).toEqual([30, 4, false]);
  // Requests of before name users by numbers: none is given again.
  const [{ least } = { least: 0 }] = workspace.rows(
    "SELECT min(no) AS least FROM users WHERE id = 'user-10'",
  );
  expect(Number(least)).toBeGreaterThan(14);
});

/** As `abstract`, for users who have no event yet. */
function abstract2(workspace: TestWorkspace): void {
  workspace.db.exec(`DELETE FROM events`);
  abstract(workspace);
}

it('of the only import leaves nothing, and tells what later imports left out', async () => {
  const workspace = new TestWorkspace();
  const empty = contentOf(workspace);
  const { importId } = await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  await workspace.import(workspace.file('b.csv', makeLog(45, 10)));
  expect(undoFigures(workspace.db, importId ?? 0)).toMatchObject({ rows: 40, users: 5, leftOutLater: 40 });
  undoImport(workspace.db, importId ?? 0);
  const [rest] = workspace.rows('SELECT id FROM imports');
  undoImport(workspace.db, Number(rest?.['id']));
  expect({ ...contentOf(workspace), meta: null }).toEqual({ ...empty, meta: null });
});

it('of an import lets the later files that left out its rows be imported again, which then have them', async () => {
  const workspace = new TestWorkspace();
  const grown = workspace.file('b.csv', makeLog(45, 10));
  const { importId } = await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  await workspace.import(grown);
  const other = workspace.file('c.csv', makeLog(20, 10, 100));
  await workspace.import(other);
  const whole = workspace.rows('SELECT time, user_no FROM behaviours ORDER BY time');
  undoImport(workspace.db, importId ?? 0);
  // It is still known how the file was read: its rows cannot be there in two ways.
  const readAnew = workspace.import(grown, 'behaviours', { header: 'absent' });
  await expect(readAnew).rejects.toMatchObject({ code: 'import.other_reading' });
  expect(await workspace.import(grown)).toMatchObject({ sameFile: false, rowsAdded: 40, rowsKnown: 5 });
  expect(workspace.rows('SELECT time, count(*) AS n FROM behaviours GROUP BY time HAVING n > 1')).toEqual([]);
  expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: whole.length }]);
  expect(await workspace.import(grown)).toMatchObject({ sameFile: true, rowsAdded: 0 });
  expect(await workspace.import(other)).toMatchObject({ sameFile: true, rowsAdded: 0 });
});

it.each([
  ['some users of it are done', 1, 'completed'],
  ['none is', 0, 'cancelled'],
])('ends an interrupted run that has no user left to do: %s', async (_what, done, status) => {
  const workspace = new TestWorkspace();
  if (done > 0) await workspace.import(workspace.file('a.csv', makeLog(3, 1)));
  const { importId } = await workspace.import(
    workspace.file('b.csv', makeLog(40, 10, 100).replaceAll('user-', 'other-')),
  );
  const users = workspace.rows('SELECT count(*) AS n, sum(behaviour_count + 1) AS weight FROM sequences');
  workspace.db.exec(`
    INSERT INTO runs (id, status, extractor, extractor_version, scope, total_users, processed_users, success_count, total_batches,
        done_batches, total_weight, start_time, error)
      VALUES (1, 'interrupted', 'rules', 'r', '{"kind":"all"}', ${Number(users[0]?.['n'])}, ${done}, ${done}, 4, 0,
        ${Number(users[0]?.['weight'])}, 7, NULL);
    INSERT INTO batches (run_id, no) VALUES (1, 1), (1, 2), (1, 3), (1, 4);
    INSERT INTO run_users (run_id, batch_no, user_no, outcome)
      SELECT 1, 1 + user_no % 4, user_no, iif(user_no <= ${done}, 'succeeded', NULL) FROM sequences;
    UPDATE sequences SET status = 'succeeded', run_id = 1, updated_at = 9 WHERE user_no <= ${done};
  `);
  undoImport(workspace.db, importId ?? 0);
  expect(
    workspace.rows(
      'SELECT status, total_users, processed_users, total_batches, total_weight, end_time, error FROM runs',
    ),
  ).toEqual([
    {
      ...{ status, total_users: done, processed_users: done, total_batches: 0, total_weight: 4 * done },
      ...{ end_time: done > 0 ? 9 : 7, error: null },
    },
  ]);
  expect(workspace.rows('SELECT * FROM batches')).toEqual([]);
});

it('of an import lets a later file of a version that did not keep how it was read be imported again', async () => {
  const workspace = new TestWorkspace();
  const grown = workspace.file('b.csv', makeLog(45, 10));
  const { importId } = await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  await workspace.import(grown);
  workspace.db.exec('UPDATE imports SET reading = NULL');
  undoImport(workspace.db, importId ?? 0);
  expect(await workspace.import(grown)).toMatchObject({ sameFile: false, rowsAdded: 40, rowsKnown: 5 });
});

/** What the files say, one after the other; null is a file that was never imported. */
async function profilesOf(
  files: readonly (string | null)[],
): Promise<{ workspace: TestWorkspace; ids: number[] }> {
  const workspace = new TestWorkspace();
  const ids: number[] = [];
  for (const [at, rows] of files.entries()) {
    if (rows === null) continue;
    const path = workspace.file(`p${at}.csv`, `user_id,city,age\n${rows}`);
    ids.push((await workspace.import(path, 'profiles')).importId ?? 0);
  }
  return { workspace, ids };
}

/** The present profiles and those that are kept, without the numbers of users and imports. */
function profilesIn(workspace: TestWorkspace): unknown {
  const file = (table: string): string =>
    `SELECT u.id, i.file_name AS file, p.fields FROM ${table} p JOIN users u ON u.no = p.user_no
     JOIN imports i ON i.id = p.import_id ORDER BY u.id, file`;
  return {
    users: workspace.rows('SELECT id FROM users ORDER BY id'),
    present: workspace.rows(file('profiles')),
    former: formerIn(workspace),
  };
}

/** What earlier imports say of each user. Where that is kept as the same that the next one says, it is written out. */
function formerIn(workspace: TestWorkspace): Record<string, unknown>[] {
  const rows = workspace.rows(
    `SELECT u.id, i.file_name AS file, f.fields FROM (
       SELECT user_no, import_id, fields, 0 AS present FROM former_profiles
       UNION ALL SELECT user_no, import_id, fields, 1 FROM profiles) f
     JOIN users u ON u.no = f.user_no JOIN imports i ON i.id = f.import_id ORDER BY u.id, f.import_id DESC`,
  );
  const present = new Set(
    workspace
      .rows(
        'SELECT i.file_name || u.id AS key FROM profiles p JOIN users u ON u.no = p.user_no JOIN imports i ON i.id = p.import_id',
      )
      .map(({ key }) => key),
  );
  let next: unknown = null;
  return rows
    .map(
      (row) =>
        ({ ...row, fields: (next = row['fields'] === 'null' ? next : row['fields']) }) as Record<
          string,
          unknown
        >,
    )
    .filter(({ file, id }) => !present.has(`${String(file)}${String(id)}`));
}

const PROFILES = [
  'u1,北京,30\nu2,上海,40\nu3,广州,50\n',
  // u2 as it was, u3 without the age, u4 is new, u1 twice.
  'u1,天津,30\nu2,上海,40\nu3,广州,\nu4,成都,20\nu1,重庆,31\n',
  'u1,北京,30\nu4,杭州,21\nu5,武汉,22\n',
];
const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

it.each(ORDERS)('of profiles leaves what the others say: %i, %i, then %i', async (...order) => {
  const { workspace, ids } = await profilesOf(PROFILES);
  const left: (string | null)[] = [...PROFILES];
  for (const at of order) {
    undoImport(workspace.db, ids[at] ?? 0);
    left[at] = null;
    const { workspace: expected } = await profilesOf(left);
    expect(profilesIn(workspace)).toEqual(profilesIn(expected));
    expect(workspace.rows('PRAGMA foreign_key_check')).toEqual([]);
  }
  expect(profilesIn(workspace)).toEqual({ users: [], present: [], former: [] });
});

it('of profiles that say the same again keeps each say, in any order and with changes within a file', async () => {
  const rows = (...ages: (number | null)[]): string =>
    ages.flatMap((age, at) => (age === null ? [] : [`u${at},北京,${age}\n`])).join('');
  const files = [
    rows(1, 1, 1, 1),
    rows(1, 1, 2, null),
    // u0 first as before, then otherwise.
    `${rows(1, 1, 1, 1)}u0,北京,9\n`,
    rows(1, 1, 1, 1, 5),
    rows(9, 1, null, 1),
  ];
  for (const order of [
    [2, 1, 0, 3, 4],
    [1, 3, 4, 0, 2],
  ]) {
    const { workspace, ids } = await profilesOf(files);
    const kept = workspace.rows("SELECT count(*) AS n FROM former_profiles WHERE fields = 'null'");
    expect(kept[0]?.['n']).toBeGreaterThan(5);
    const left: (string | null)[] = [...files];
    for (const at of order) {
      undoImport(workspace.db, ids[at] ?? 0);
      left[at] = null;
      const { workspace: expected } = await profilesOf(left);
      expect(profilesIn(workspace)).toEqual(profilesIn(expected));
    }
  }
}, 60_000);

it('of profiles tells beforehand who gets back an earlier one, and leaves users with behaviours', async () => {
  const { workspace, ids } = await profilesOf(PROFILES);
  await workspace.import(
    workspace.file('b.csv', 'user_id,action,timestamp\nu5,browse,2026-01-02 03:04:05\n'),
  );
  const figures = (at: number) => undoFigures(workspace.db, ids[at] ?? 0);
  expect(figures(0)).toMatchObject({ kind: 'profiles', rows: 3, users: 0, restored: 0 });
  expect(figures(1)).toMatchObject({ rows: 4, users: 0, restored: 2 });
  expect(figures(2)).toMatchObject({ rows: 3, users: 0, restored: 2 });
  undoImport(workspace.db, ids[2] ?? 0);
  expect(workspace.rows('SELECT id FROM users ORDER BY id').map(({ id }) => id)).toEqual([
    'u1',
    'u2',
    'u3',
    'u4',
    'u5',
  ]);
  expect(() => undoImport(workspace.db, 99)).toThrow(new AppError('import.unknown'));
});

/** Makes a workspace one of the format before profiles were kept by import, and brings it to the newest format again. */
function fromFormerFormat(workspace: TestWorkspace): void {
  workspace.db.exec(`${BEFORE_FORMAT_13} PRAGMA user_version = 12;`);
  migrate(workspace.db);
}

it('of the only import of profiles of an earlier version is possible', async () => {
  const { workspace, ids } = await profilesOf([PROFILES[0] ?? '']);
  const before = profilesIn(workspace);
  fromFormerFormat(workspace);
  expect(profilesIn(workspace)).toEqual(before);
  undoImport(workspace.db, ids[0] ?? 0);
  expect(profilesIn(workspace)).toEqual({ users: [], present: [], former: [] });
});

it('of several imports of profiles of an earlier version is refused, of those after them it is possible', async () => {
  const { workspace, ids } = await profilesOf(PROFILES.slice(0, 2));
  const profiles = () => workspace.rows('SELECT user_no, fields FROM profiles ORDER BY user_no');
  const before = profiles();
  fromFormerFormat(workspace);
  expect(new WorkspaceStore(workspace.db).figures().imports.map(({ canUndo }) => canUndo)).toEqual([
    false,
    false,
  ]);
  for (const [at, id] of ids.entries())
    expect(() => undoImport(workspace.db, id)).toThrow(
      new AppError('import.undo_profiles', { file: `p${at}.csv` }),
    );
  const path = workspace.file('later.csv', `user_id,city\nu1,南京\nu9,苏州\n`);
  const { importId } = await workspace.import(path, 'profiles');
  expect(undoFigures(workspace.db, importId ?? 0)).toMatchObject({ rows: 2, users: 1, restored: 1 });
  undoImport(workspace.db, importId ?? 0);
  expect(profiles()).toEqual(before);
});

it('that fails on its way changes nothing', async () => {
  const workspace = new TestWorkspace();
  const { importId } = await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  const before = workspace.dump();
  workspace.db.exec(
    "CREATE TEMP TRIGGER stuck BEFORE DELETE ON users BEGIN SELECT RAISE(FAIL, 'stuck'); END",
  );
  expect(() => undoImport(workspace.db, importId ?? 0)).toThrow('stuck');
  workspace.db.exec('DROP TRIGGER stuck');
  expect(workspace.dump()).toEqual(before);
  undoImport(workspace.db, importId ?? 0);
  expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 0 }]);
});

it('tells how much is done, ever more of it, and is taken back when it is told to stop', async () => {
  const workspace = new TestWorkspace();
  await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  const { importId } = await workspace.import(workspace.file('b.csv', makeLog(24_000, 12_000, 100)));
  abstract(workspace);
  const before = workspace.dump();
  const stop = new Error('stopped');
  const told: (number | null)[] = [];
  for (let stopsAt = 0, stopped = true; stopped; stopsAt += 4) {
    told.length = 0;
    const undo = (): void =>
      undoImport(workspace.db, importId ?? 0, (share) => {
        told.push(share);
        if (told.length > stopsAt) throw stop;
      });
    try {
      undo();
      stopped = false;
    } catch (error) {
      expect(error).toBe(stop);
      expect(workspace.dump()).toEqual(before);
    }
  }
  expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 40 }]);
  const shares = told.filter((share) => share !== null);
  expect(shares.length).toBeGreaterThan(8);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBeGreaterThan(0.95);
  // The index by user comes after all that can be counted.
  expect(told.slice(-2)).toEqual([null, null]);
});

it('changes a bounded number of rows with each statement, so that a quit can end it', async () => {
  const workspace = new TestWorkspace();
  await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  const { importId } = await workspace.import(workspace.file('b.csv', makeLog(24_000, 12_000, 100)));
  abstract(workspace);
  const most = { rows: 0, statements: 0 };
  const watched = new Proxy(workspace.db, {
    get(db, name: keyof DatabaseSync) {
      if (name !== 'prepare') return bound(db, name);
      return (sql: string) => {
        const statement = db.prepare(sql);
        return new Proxy(statement, {
          get(of, method: keyof StatementSync) {
            if (method !== 'run') return bound(of, method);
            return (...params: never[]) => {
              const { changes } = of.run(...params);
              most.rows = Math.max(most.rows, Number(changes));
              most.statements += 1;
            };
          },
        });
      };
    },
  });
  undoImport(watched, importId ?? 0);
  expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 40 }]);
  expect(workspace.rows('SELECT count(*) AS n FROM events')).toEqual([{ n: 0 }]);
  expect(most.rows).toBe(10_000);
  expect(most.statements).toBeGreaterThan(8);
});

/** A member of an object of SQLite, which can be called without it. */
function bound<T extends object>(of: T, name: keyof T): unknown {
  const member = of[name];
  return typeof member === 'function' ? (member as (...args: unknown[]) => unknown).bind(of) : member;
}

it.each<[string, (workspace: TestWorkspace) => void]>([
  ['undone', (workspace) => undoImport(workspace.db, 1)],
  ['cleared', (workspace) => new WorkspaceStore(workspace.db).clear('all')],
])('what is %s is so, even where the disk has no room to write the log back', async (_what, change) => {
  const workspace = new TestWorkspace();
  await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
  noRoomForTheLog(workspace.db);
  change(workspace);
  expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 0 }]);
});
