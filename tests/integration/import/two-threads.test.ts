import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { PLACE, STATE, ThreadedStore } from '../../../src/core/import/threaded-store.ts';
import { bundled } from '../../support/bundled.ts';
import { TestWorkspace } from './support.ts';

/** More than a message has. */
const ROWS = 9000;

/** A log with everything that a row may have or lack, and more rejected rows than go together. */
function mixedLog(from = 0): string {
  const lines = ['user_id,action,timestamp,item,duration,brand,city'];
  for (let at = from; at < from + ROWS; at += 1) {
    const time = new Date(Date.UTC(2025, 0, 1) + at * 60_000).toISOString().slice(0, 19);
    const user = at % 3 === 0 ? `用户-${at % 700}` : `user-${at % 1100}`;
    const item = at % 5 === 0 ? '' : `大众_途观_${'长'.repeat(at % 40)}`;
    const duration = ['', '12', '0', 'soon'][at % 4] ?? '';
    lines.push(
      `${user},${at % 2 ? '浏览' : 'click'},${at % 13 === 0 ? 'never' : time},${item},${duration},大众,${at % 7 ? '' : '😀'}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** What is in each table of a workspace, but for the moments of its imports, as a short text each. */
function contents(workspace: TestWorkspace): Record<string, string> {
  return Object.fromEntries(
    Object.entries(workspace.dump()).map(([table, rows]) => {
      const text = JSON.stringify(rows, (key, value: unknown) => (key === 'imported_at' ? null : value));
      return [table, `${rows.length} ${createHash('sha256').update(text).digest('hex')}`];
    }),
  );
}

describe('an import by two threads', () => {
  it('adds what one thread adds, to an empty workspace and to one with behaviours', async () => {
    const [alone, both] = [new TestWorkspace(), new TestWorkspace({ twoThreadsFrom: 0 })];
    for (const [name, log] of [
      ['first.csv', mixedLog()],
      ['grown.csv', mixedLog(ROWS / 2)],
      ['again.csv', mixedLog()],
    ] as const) {
      const one = await alone.import(alone.file(name, log));
      const two = await both.import(both.file(name, log));
      expect(two).toEqual(one);
      expect(contents(both)).toEqual(contents(alone));
    }
    expect(both.rows('SELECT count(*) AS n FROM bad_rows WHERE import_id = 1')).toEqual([
      { n: Math.ceil(ROWS / 13) },
    ]);
    expect(both.rows('PRAGMA foreign_key_check')).toEqual([]);
  });

  it('that is cancelled leaves the workspace as it was, and free for the next one', async () => {
    const workspace = new TestWorkspace({ twoThreadsFrom: 0 });
    const before = workspace.dump();
    const path = workspace.file('log.csv', mixedLog());
    const job = workspace.start(path, 'behaviours', {}, () => job.cancel());
    await expect(job.done).rejects.toMatchObject({ code: 'import.cancelled' });
    expect(workspace.dump()).toEqual(before);
    expect(statSync(`${workspace.path}-wal`).size).toBe(0);
    expect((await workspace.import(path)).rowsAdded).toBeGreaterThan(0);
  });

  it('of which a row cannot be written fails with the reason, and leaves the workspace as it was', async () => {
    const workspace = new TestWorkspace({ twoThreadsFrom: 0 });
    workspace.db.exec(
      `CREATE TRIGGER refused BEFORE INSERT ON behaviours WHEN NEW.id = 4500 BEGIN SELECT RAISE(ABORT, 'not this row'); END`,
    );
    const before = workspace.dump();
    const job = workspace.import(workspace.file('log.csv', mixedLog()));
    await expect(job).rejects.toMatchObject({ code: 'app.internal', params: { detail: 'not this row' } });
    expect(workspace.dump()).toEqual(before);
  });

  it('whose thread that writes ends by itself fails with the reason of that', async () => {
    const script = `import { workerData } from 'node:worker_threads';
      if (workerData.task === 'write') throw new Error('no memory for it');
      await import(${JSON.stringify(bundled('import-worker').href)});`;
    const workerUrl = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    const workspace = new TestWorkspace({ twoThreadsFrom: 0, workerUrl });
    const before = workspace.dump();
    const job = workspace.import(workspace.file('log.csv', mixedLog()));
    await expect(job).rejects.toMatchObject({ code: 'app.internal', params: { detail: 'no memory for it' } });
    expect(workspace.dump()).toEqual(before);
  });

  it('refuses what most of its rows are, and a workspace that is gone', async () => {
    const workspace = new TestWorkspace({ twoThreadsFrom: 0 });
    const before = workspace.dump();
    const bad = workspace.file('bad.csv', mixedLog().replaceAll('2025-', 'never '));
    await expect(workspace.import(bad)).rejects.toMatchObject({ code: 'import.no_usable_rows' });
    expect(workspace.dump()).toEqual(before);
    rmSync(workspace.path);
    await expect(workspace.import(bad)).rejects.toMatchObject({ code: 'workspace.gone' });
    expect(() => statSync(workspace.path)).toThrow();
  });
});

it('a thread that writes and is gone ends the import', () => {
  const { port1, port2 } = new MessageChannel();
  const shared = new SharedArrayBuffer(Object.keys(PLACE).length * Int32Array.BYTES_PER_ELEMENT);
  const store = new ThreadedStore({ port: port1, shared }, () => null);
  const { tables } = store;
  Atomics.store(new Int32Array(shared), PLACE.state, STATE.ended);
  expect(() => tables.hasBehaviours()).toThrow(expect.objectContaining({ code: 'app.internal' }));
  const adder = tables.behaviourInserter(['action']);
  const row = { text: null, item: null, app: null, media: null, poi: null, duration: null, extra: null };
  expect(() => {
    for (let at = 0; at < 10 * ROWS; at += 1) adder.add(at, 1, { ...row, time: at, action: 'look' });
  }).toThrow(expect.objectContaining({ code: 'app.internal' }));
  store.close();
  port2.close();
});
