import { expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { undoFigures, undoImport } from '../../../src/core/store/undo-import.ts';
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

it('of profiles is possible only for the one import of them', async () => {
  const workspace = new TestWorkspace();
  const first = await workspace.import(workspace.file('p.csv', 'user_id,city\nu1,北京\n'), 'profiles');
  const second = await workspace.import(workspace.file('q.csv', 'user_id,city\nu1,上海\n'), 'profiles');
  const refused = (id: number | null) => () => undoImport(workspace.db, id ?? 0);
  expect(refused(second.importId)).toThrow(new AppError('import.undo_profiles', { file: 'q.csv' }));
  expect(refused(99)).toThrow(new AppError('import.unknown'));
  workspace.db.exec(`DELETE FROM imports WHERE id = ${second.importId}`);
  undoImport(workspace.db, first.importId ?? 0);
  expect(workspace.rows('SELECT count(*) AS n FROM users UNION ALL SELECT count(*) FROM profiles')).toEqual([
    { n: 0 },
    { n: 0 },
  ]);
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
