import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/sample/random.ts';
import { makeLog, TestWorkspace } from './support.ts';

const HEADER = 'user_id,timestamp,action,item,city\n';
const row = (user: string, minute: number, item = 'x'): string =>
  `${user},2025-01-01 10:${String(minute).padStart(2, '0')},look,${item},\n`;

/** Makes as if a run had abstracted every user. */
function abstractAll(workspace: TestWorkspace): void {
  workspace.db.exec(`UPDATE sequences SET status = 'succeeded', event_count = 1;
    INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
      SELECT (user_no << 21) + 1, '看车', 'engagement', 0, 0, 'rule', 1, '{}', '[]' FROM sequences`);
}

const statuses = (workspace: TestWorkspace): unknown[] =>
  workspace
    .rows(
      'SELECT u.id, s.status, s.behaviour_count AS n FROM sequences s JOIN users u ON u.no = s.user_no ORDER BY u.no',
    )
    .map(({ id, status, n }) => `${String(id)} ${String(status)} ${String(n)}`);

describe('importing again adds nothing twice', () => {
  it('the very same file is recognised, under any name', async () => {
    const workspace = new TestWorkspace();
    const log = `${HEADER}${row('a', 1)}${row('b', 2)}b,bad time,look,x,\n`;
    const first = await workspace.import(workspace.file('one.csv', log));
    abstractAll(workspace);
    const before = workspace.dump();
    const second = await workspace.import(workspace.file('two.csv', log));
    expect(second).toEqual({
      ...first,
      fileName: 'two.csv',
      rowsAdded: 0,
      rowsKnown: 2,
      usersAdded: 0,
      sameFile: true,
    });
    expect(workspace.dump()).toEqual(before);
  });

  it('a file of the same size is not the same file', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('one.csv', HEADER + row('a', 1)));
    const report = await workspace.import(workspace.file('two.csv', HEADER + row('a', 2)));
    expect(report).toMatchObject({ rowsAdded: 1, rowsKnown: 0, sameFile: false });
  });

  it('a log that has grown adds its new rows, and only their users are to be abstracted again', async () => {
    const workspace = new TestWorkspace();
    const old = HEADER + row('a', 1) + row('b', 2) + row('c', 3);
    await workspace.import(workspace.file('log.csv', old));
    abstractAll(workspace);
    const events = workspace.rows('SELECT * FROM events');
    const report = await workspace.import(workspace.file('log.csv', old + row('b', 4) + row('d', 5)));
    expect(report).toMatchObject({ rowsRead: 5, rowsAdded: 2, rowsKnown: 3, usersAdded: 1, sameFile: false });
    expect(statuses(workspace)).toEqual(['a succeeded 1', 'b pending 2', 'c succeeded 1', 'd pending 1']);
    expect(workspace.rows('SELECT * FROM events')).toEqual(events);
    // Ids go on above the first import's three, by row of the second file.
    expect(workspace.rows('SELECT id FROM behaviours ORDER BY id').map(({ id }) => id)).toEqual([
      1, 2, 3, 7, 8,
    ]);
    expect(workspace.rows('SELECT first_time AS f, last_time AS l FROM sequences WHERE user_no = 2')).toEqual(
      [{ f: Date.UTC(2025, 0, 1, 10, 2), l: Date.UTC(2025, 0, 1, 10, 4) }],
    );
  });

  it('a failed user with new behaviours waits again, without its error', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('one.csv', HEADER + row('a', 1) + row('b', 1)));
    workspace.db.exec(`UPDATE sequences SET status = 'failed', error = '{"code":"extract.user_too_large"}'`);
    await workspace.import(workspace.file('two.csv', HEADER + row('a', 0)));
    expect(workspace.rows('SELECT status, error, first_time AS f FROM sequences ORDER BY user_no')).toEqual([
      { status: 'pending', error: null, f: Date.UTC(2025, 0, 1, 10, 0) },
      { status: 'failed', error: '{"code":"extract.user_too_large"}', f: Date.UTC(2025, 0, 1, 10, 1) },
    ]);
  });

  it('rows that are alike within one file are all kept, and known as often as they were', async () => {
    const workspace = new TestWorkspace();
    const twice = row('a', 1) + row('a', 1);
    await workspace.import(workspace.file('one.csv', HEADER + twice));
    expect(statuses(workspace)).toEqual(['a pending 2']);
    const report = await workspace.import(
      workspace.file('two.csv', HEADER + twice + row('a', 1) + row('a', 1, 'y')),
    );
    expect(report).toMatchObject({ rowsRead: 4, rowsAdded: 2, rowsKnown: 2 });
    expect(statuses(workspace)).toEqual(['a pending 4']);
    const third = await workspace.import(workspace.file('three.csv', HEADER + row('a', 1)));
    expect(third).toMatchObject({ rowsAdded: 0, rowsKnown: 1 });
    expect(statuses(workspace)).toEqual(['a pending 4']);
  });

  it('every column counts when rows are compared', async () => {
    const workspace = new TestWorkspace();
    const header = 'user_id,timestamp,text,action,item,app,media,poi,duration,city\n';
    const fields = ['a', '2025-01-01 10:00', 't', 'l', 'i', 'p', 'm', 'o', '1', 'c'];
    await workspace.import(workspace.file('one.csv', `${header}${fields.join(',')}\n`));
    const variants = fields.map((_, column) =>
      fields.with(column, column === 1 ? '2025-01-01 10:01' : column === 8 ? '2' : 'z'),
    );
    const empty = [2, 3, 4, 5, 6, 7, 8, 9].map((column) => fields.with(column, ''));
    const rows = [fields, ...variants, ...empty].map((each) => each.join(',')).join('\n');
    const report = await workspace.import(workspace.file('two.csv', `${header}${rows}\n`));
    expect(report).toMatchObject({ rowsRead: 19, rowsAdded: 18, rowsKnown: 1, badRowCount: 0 });
  });

  it('also for a large log that grew by a little', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('one.csv', makeLog(60_000, 700)));
    const report = await workspace.import(workspace.file('two.csv', makeLog(60_500, 700)));
    expect(report).toMatchObject({ rowsAdded: 500, rowsKnown: 60_000, usersAdded: 0 });
    expect(workspace.rows('SELECT sum(behaviour_count) AS n FROM sequences')).toEqual([{ n: 60_500 }]);
    expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 60_500 }]);
  });

  it('ids are never given twice, even when the last rows of an import were bad or known', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('one.csv', `${HEADER}${row('a', 1)}a,bad,look,x,\n`));
    await workspace.import(workspace.file('two.csv', HEADER + row('a', 2)));
    expect(workspace.rows('SELECT id FROM behaviours ORDER BY id')).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it.each([
    ['few', 400, 20],
    ['many', 60, 200],
  ])(
    '%s new rows beside those that are there: of rows that are alike the greater number stays',
    async (_, before, after) => {
      const random = new Random(before, after);
      const draw = (count: number): string[] =>
        Array.from({ length: count }, () =>
          row(random.pick(['a', 'b', 'c']), random.int(0, 3), random.pick(['x', 'y', ''])),
        );
      const [old, next] = [draw(before), draw(after)];
      const workspace = new TestWorkspace();
      await workspace.import(workspace.file('old.csv', HEADER + old.join('')));
      const schema = workspace.dump()['schema'];
      const report = await workspace.import(workspace.file('next.csv', HEADER + next.join('')));
      const times = (rows: readonly string[], value: string): number =>
        rows.filter((one) => one === value).length;
      const values = [...new Set([...old, ...next])];
      const known = values.reduce((sum, value) => sum + Math.min(times(old, value), times(next, value)), 0);
      expect(known).toBeGreaterThan(after / 8);
      expect(report).toMatchObject({ rowsRead: after, rowsAdded: after - known, rowsKnown: known });
      const stored = workspace
        .rows(
          `SELECT u.id, (b.time / 60000) % 60 AS minute, coalesce(b.item, '') AS item FROM behaviours b JOIN users u ON u.no = b.user_no`,
        )
        .map(({ id, minute, item }) => row(String(id), Number(minute), String(item)));
      const expected = values.map((value) => [value, Math.max(times(old, value), times(next, value))]);
      expect(values.map((value) => [value, times(stored, value)])).toEqual(expected);
      expect(statuses(workspace).toSorted()).toEqual(
        ['a', 'b', 'c'].map(
          (user) => `${user} pending ${stored.filter((one) => one.startsWith(`${user},`)).length}`,
        ),
      );
      expect(workspace.dump()['schema']).toEqual(schema);
      expect(workspace.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    },
  );
});

describe('profiles', () => {
  const profiles = 'user_id,age,interests,note\nu1,40,"美食,阅读",\nu2,25,,x\n';

  it('make their users known, and replace the ones before', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('log.csv', HEADER + row('u2', 1)));
    const report = await workspace.import(workspace.file('profiles.csv', profiles), 'profiles');
    expect(report).toMatchObject({
      kind: 'profiles',
      rowsRead: 2,
      rowsAdded: 2,
      rowsKnown: 0,
      usersAdded: 1,
    });
    expect(
      workspace.rows('SELECT u.id, p.fields FROM profiles p JOIN users u ON u.no = p.user_no ORDER BY u.id'),
    ).toEqual([
      { id: 'u1', fields: '[{"name":"age","value":"40"},{"name":"interests","value":"美食,阅读"}]' },
      { id: 'u2', fields: '[{"name":"age","value":"25"},{"name":"note","value":"x"}]' },
    ]);
    expect(statuses(workspace)).toEqual(['u2 pending 1', 'u1 pending 0']);
    const changed = profiles.replace('25', '26');
    const again = await workspace.import(workspace.file('changed.csv', changed), 'profiles');
    expect(again).toMatchObject({ rowsRead: 2, rowsAdded: 1, rowsKnown: 1, usersAdded: 0, sameFile: false });
    // The first file again is no repetition: it takes the change back.
    const back = await workspace.import(workspace.file('profiles.csv', profiles), 'profiles');
    expect(back).toMatchObject({ rowsAdded: 1, sameFile: false });
    expect(await workspace.import(workspace.file('profiles.csv', profiles), 'profiles')).toMatchObject({
      sameFile: true,
    });
  });

  it('leave the abstraction of their users alone, and the numbers of behaviours too', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('log.csv', HEADER + row('u1', 1)));
    abstractAll(workspace);
    await workspace.import(workspace.file('profiles.csv', `user_id,age\n${'u1,40\n'.repeat(5)}`), 'profiles');
    expect(statuses(workspace)).toEqual(['u1 succeeded 1']);
    await workspace.import(workspace.file('more.csv', HEADER + row('u1', 2)));
    expect(workspace.rows('SELECT max(id) AS id FROM behaviours')).toEqual([{ id: 2 }]);
  });
});
