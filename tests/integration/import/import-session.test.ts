import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { ImportSession } from '../../../src/core/engine/import-session.ts';
import { saveBadRows } from '../../../src/core/import/save-bad-rows.ts';
import type { ImportSnapshot } from '../../../src/shared/import.ts';
import { bundled } from '../../support/bundled.ts';
import { TestWorkspace } from './support.ts';

interface Watched {
  session: ImportSession;
  /** The snapshot of the end. */
  ended: Promise<ImportSnapshot>;
  /** How often the workspace was said to have changed. */
  changes: () => number;
}

/** A session whose clock calls `onLook` whenever it is looked at, as it is before each file. */
function open(workspace: TestWorkspace, onLook: () => void = () => undefined): Watched {
  let revision = 0;
  let changes = 0;
  let end: (snapshot: ImportSnapshot) => void;
  const ended = new Promise<ImportSnapshot>((resolve) => (end = resolve));
  const session = new ImportSession({
    workspacePath: workspace.path,
    workerUrl: bundled('import-worker'),
    clock: {
      ...systemClock,
      now: () => {
        onLook();
        return systemClock.now();
      },
    },
    nextRevision: () => ++revision,
    untilUnlocked: () => null,
    onSnapshot: (snapshot) => {
      if (snapshot.status !== 'running') end(snapshot);
    },
    onChanged: () => changes++,
    onEnded: () => undefined,
  });
  return { session, ended, changes: () => changes };
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
    expect(await saveBadRows([session.rejected()], saved, 'en')).toBe(1);
    session.dismiss();
    expect(() => session.rejected()).toThrowError(expect.objectContaining({ code: 'import.bad_rows_gone' }));
  });
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
