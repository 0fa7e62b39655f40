import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { AppError } from '../../../src/core/errors.ts';
import { ImportSession } from '../../../src/core/engine/import-session.ts';
import { saveBadRows } from '../../../src/core/import/save-bad-rows.ts';
import { knownErrors } from '../../../src/core/store/known-errors.ts';
import { importDetails } from '../../../src/core/store/import-details.ts';
import { WorkspaceStore } from '../../../src/core/store/workspace-store.ts';
import type { ImportSnapshot } from '../../../src/shared/import.ts';
import { bundled } from '../../support/bundled.ts';
import { makeLog, TestWorkspace } from './support.ts';

interface Watched {
  session: ImportSession;
  /** The snapshot of the end. */
  ended: Promise<ImportSnapshot>;
  /** How often the workspace was said to have changed. */
  changes: () => number;
  /** The next snapshot of an end. */
  settled: () => Promise<ImportSnapshot>;
  /** How fast it was, as each snapshot said. */
  paces: () => readonly ImportSnapshot['pace'][];
}

/** A session whose clock calls `onLook` whenever it is looked at, as it is before each file. */
function open(
  workspace: TestWorkspace,
  onLook: () => void = () => undefined,
  late: () => number = () => 0,
): Watched {
  let revision = 0;
  let changes = 0;
  const paces: ImportSnapshot['pace'][] = [];
  const waiting: ((snapshot: ImportSnapshot) => void)[] = [];
  const settled = (): Promise<ImportSnapshot> => new Promise((resolve) => waiting.push(resolve));
  const ended = settled();
  const session = new ImportSession({
    workspacePath: workspace.path,
    workerUrl: bundled('import-worker'),
    clock: {
      ...systemClock,
      now: () => {
        onLook();
        return systemClock.now() + late();
      },
    },
    nextRevision: () => ++revision,
    untilUnlocked: () => null,
    onSnapshot: (snapshot) => {
      paces.push(snapshot.pace);
      if (snapshot.status !== 'running') for (const end of waiting.splice(0)) end(snapshot);
    },
    onChanged: () => changes++,
    onEnded: () => undefined,
  });
  return { session, ended, changes: () => changes, settled, paces: () => paces };
}

describe('the sample that is cancelled while its profiles are read', () => {
  it('says that its behaviours are in, and has the figures read again', async () => {
    const workspace = new TestWorkspace();
    let held = false;
    const { session, ended, changes } = open(workspace, () => {
      if (held || workspace.rows('SELECT * FROM imports').length === 0) return;
      // The profiles cannot go in before they are cancelled.
      held = true;
      workspace.db.exec('BEGIN IMMEDIATE');
      setTimeout(() => {
        void session.cancel();
        workspace.db.exec('ROLLBACK');
      }, 300);
    });
    session.startSample();
    const snapshot = await ended;
    const [{ n } = {}] = workspace.rows('SELECT count(*) AS n FROM behaviours');
    expect(n).toBeGreaterThan(0);
    expect(workspace.rows('SELECT * FROM profiles')).toEqual([]);
    expect(snapshot).toMatchObject({
      status: 'cancelled',
      error: { code: 'sample.cancelled', params: { count: n } },
    });
    expect(changes()).toBe(1);
  });
});

describe('an import of which every row is rejected', () => {
  it('can save them while its notice stands', async () => {
    const workspace = new TestWorkspace();
    const { session, ended } = open(workspace);
    const path = workspace.file('log.csv', 'user_id,timestamp,text\nu1,soon,x\n');
    const saved = join(workspace.folder, 'bad.csv');
    session.start({ path, kind: 'behaviours' });
    expect(await ended).toMatchObject({ status: 'failed', report: { importId: null, badRowCount: 1 } });
    expect(await saveBadRows([session.rejected(0)], saved, 'en')).toBe(1);
    session.dismiss();
    expect(() => session.rejected(0)).toThrowError(expect.objectContaining({ code: 'import.bad_rows_gone' }));
  });
});

it('the pace of an import is told, once a second has passed', async () => {
  const workspace = new TestWorkspace();
  let late = 0;
  // Each look at the clock is two seconds later.
  const { session, settled, paces } = open(
    workspace,
    () => (late += 2_000),
    () => late,
  );
  const rows = Array.from({ length: 20_000 }, (_, at) => `u${at % 50},2026-02-03 09:05:00,view ${at}`);
  const content = ['user_id,timestamp,action', ...rows].join('\n');
  session.start({ path: workspace.file('a.csv', content), kind: 'behaviours' });
  expect((await settled()).status).toBe('completed');
  const [first] = paces().filter((pace) => pace !== null && pace.rows > 0);
  expect(first?.bytes).toBeGreaterThan(first?.rows ?? Infinity);
  expect(first?.rows).toBeLessThanOrEqual(10_000);
});

describe('several files', () => {
  it('are imported one after the other, each with its report; one that fails does not stop the others', async () => {
    const workspace = new TestWorkspace();
    const { session, ended, changes } = open(workspace);
    const log = (user: string) => `user_id,timestamp,action\n${user},2026-02-03 09:05:00,view\n`;
    const paths = [
      workspace.file('a.csv', log('a')),
      workspace.file('bad.csv', 'user_id,timestamp,action\nb,soon,view\n'),
      workspace.file('c.csv', log('c')),
    ];
    session.startAll(paths.map((path) => ({ path, kind: 'behaviours' })));
    expect(() => session.startAll([{ path: 'x', kind: 'behaviours' }])).toThrow('import.already_active');
    const snapshot = await ended;
    expect([snapshot.status, snapshot.report, changes()]).toEqual(['completed', null, 3]);
    expect(snapshot.files).toMatchObject([
      { fileName: 'a.csv', status: 'completed', report: { rowsAdded: 1 }, error: null },
      {
        fileName: 'bad.csv',
        status: 'failed',
        report: { badRowCount: 1 },
        error: { code: 'import.no_usable_rows' },
      },
      { fileName: 'c.csv', status: 'completed', report: { rowsAdded: 1 }, error: null },
    ]);
    expect(workspace.rows('SELECT id FROM users ORDER BY no')).toEqual([{ id: 'a' }, { id: 'c' }]);
    expect(session.dismiss().files).toEqual([]);
  });

  /** A log of so many rows, some of which have no time. */
  const partly = (user: string, good: number, bad: number): string =>
    [
      'user_id,timestamp,action',
      ...Array.from({ length: good }, (_, at) => `${user},2026-02-03 09:${10 + at}:00,view`),
      ...Array.from({ length: bad }, () => `${user},soon,view`),
    ].join('\n');

  it('ask for each that would lose many rows, and the answer imports that one', async () => {
    const workspace = new TestWorkspace();
    const { session, settled } = open(workspace);
    const files = { 'a.csv': partly('a', 3, 2), 'b.csv': partly('b', 9, 0), 'c.csv': partly('c', 5, 30) };
    session.startAll(
      Object.entries(files).map(([name, content]) => ({
        path: workspace.file(name, content),
        kind: 'behaviours',
        mostRefused: 0.1,
      })),
    );
    const asked = { status: 'failed', error: { code: 'import.mostly_refused' } };
    expect(await settled()).toMatchObject({
      status: 'completed',
      files: [
        { ...asked, report: { importId: null, rowsRead: 5, badRowCount: 2 } },
        { status: 'completed' },
        // A snapshot carries the first of them only.
        { ...asked, report: { badRowCount: 30, badRows: { length: 20 } } },
      ],
    });
    expect(() => session.acceptRejects(1)).toThrow('import.bad_rows_gone');
    const saved = join(workspace.folder, 'bad.csv');
    expect(await saveBadRows([session.rejected(2)], saved, 'en')).toBe(30);

    session.acceptRejects(2);
    expect(await settled()).toMatchObject({
      status: 'completed',
      files: [
        asked,
        { status: 'completed' },
        { status: 'completed', report: { rowsAdded: 5, badRowCount: 30 }, error: null },
      ],
    });
    expect(workspace.rows('SELECT id FROM users ORDER BY no')).toEqual([{ id: 'b' }, { id: 'c' }]);
    expect(() => session.acceptRejects(2)).toThrow('import.bad_rows_gone');
    // The first still waits, and stays so when its import is cancelled.
    session.acceptRejects(0);
    void session.cancel();
    expect(await settled()).toMatchObject({ status: 'cancelled', files: [asked, {}, {}] });
    session.acceptRejects(0);
    expect(await settled()).toMatchObject({ status: 'completed', files: [{ status: 'completed' }, {}, {}] });
    expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 17 }]);
  });

  it('keep their warnings and rejected rows with their records', async () => {
    const workspace = new TestWorkspace();
    const { session, settled } = open(workspace);
    const rows = ['user_id,timestamp,action,duration', 'a,2026-02-03 09:05,view,long', ',soon,view,1'];
    const json = [{ user_id: 'b', timestamp: '2026-02-03 09:05:00', action: 'view' }, { user_id: 'b' }];
    session.startAll([
      { path: workspace.file('a.csv', rows.join('\n')), kind: 'behaviours' },
      { path: workspace.file('b.json', JSON.stringify(json)), kind: 'behaviours' },
    ]);
    const { files } = await settled();
    const [a, b] = files.map(({ report }) => importDetails(workspace, report?.importId ?? 0));
    expect(a).toMatchObject({
      unit: 'line',
      warnings: [{ code: 'import.durations_unread' }],
      badRowCount: 1,
      badRows: [{ line: 3, reason: { code: 'import.row.missing_user' } }],
    });
    expect(b).toMatchObject({ unit: 'row', badRows: [{ line: 2 }] });
    expect(() => importDetails(workspace, 99)).toThrow('import.unknown');
    // An earlier version wrote one warning alone, and no format; another program may write anything.
    const id = a?.importId ?? 0;
    const put = (column: 'warning' | 'reading', value: unknown): void =>
      void workspace.db
        .prepare(`UPDATE imports SET ${column} = ? WHERE id = ?`)
        .run(JSON.stringify(value), id);
    const warning = { code: 'import.durations_unread', params: { count: 1 } };
    const reading = { encoding: 'utf-8', delimiter: ',', roles: ['userId', 'time'], timeZone: null };
    put('warning', warning);
    put('reading', reading);
    expect(importDetails(workspace, id)).toMatchObject({ unit: 'line', warnings: [warning] });
    const strange = [
      ['warning', [{ code: 7 }], warning],
      ['reading', { ...reading, roles: 'userId' }, reading],
    ] as const;
    for (const [column, value, right] of strange) {
      put(column, value);
      expect(() => knownErrors('w.db', () => importDetails(workspace, id))).toThrow('workspace.bad_value');
      put(column, right);
    }
    expect(importDetails(workspace, id).warnings).toEqual([warning]);
    const info = new WorkspaceStore(workspace.db).figures();
    expect(info.imports.map(({ warningCount }) => warningCount)).toEqual([0, 1]);
  });

  it('have failed when all have', async () => {
    const workspace = new TestWorkspace();
    const { session, ended } = open(workspace);
    session.startAll(['a', 'b'].map((path) => ({ path, kind: 'behaviours' })));
    expect(await ended).toMatchObject({
      status: 'failed',
      error: { code: 'import.not_found' },
      files: [{ status: 'failed' }, { status: 'failed' }],
    });
  });
});

describe('an undo that is done, while everything is made anew', () => {
  it('keeps other work out, and who cancels it is told that it is done', async () => {
    const workspace = new TestWorkspace();
    const { importId } = await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
    const { session } = open(workspace);
    const anew = Promise.withResolvers<undefined>();
    const undone = Promise.withResolvers<ImportSnapshot>();
    session.startUndo({ importId: importId ?? 0, kind: 'behaviours', fileName: 'a.csv' }, async (ended) => {
      undone.resolve(ended);
      await anew.promise;
    });
    expect(await undone.promise).toMatchObject({ work: 'undo', status: 'completed', progressPercent: 100 });
    expect(session.active).toBe(true);
    const cancelled = session.cancel();
    anew.resolve(undefined);
    expect(await cancelled).toMatchObject({ work: 'undo', status: 'completed', error: null });
    expect(session.active).toBe(false);
    expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 0 }]);
  });

  it('is told as undone where that fails, with the reason beside it', async () => {
    const workspace = new TestWorkspace();
    const { importId } = await workspace.import(workspace.file('a.csv', makeLog(40, 10)));
    const { session, ended, changes } = open(workspace);
    const undone = { importId: importId ?? 0, kind: 'behaviours', fileName: 'a.csv' } as const;
    session.startUndo(undone, () => Promise.reject(new AppError('workspace.damaged', { path: 'w' })));
    expect(await ended).toMatchObject({ status: 'completed', error: { code: 'workspace.damaged' } });
    expect([session.active, changes()]).toEqual([false, 1]);
    expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 0 }]);
  });
});
