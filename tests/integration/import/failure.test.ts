import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/core/store/database.ts';
import { bundled } from '../../support/bundled.ts';
import { noRoomForTheLog } from '../../support/no-room.ts';
import { makeLog, TestWorkspace } from './support.ts';

/** A workspace that has something to lose: an index is dropped on the first import only. */
async function filled(first: boolean): Promise<TestWorkspace> {
  const workspace = new TestWorkspace();
  if (!first) await workspace.import(workspace.file('old.csv', makeLog(1000, 40)));
  return workspace;
}

/** Imports in a process of its own that is killed some time after it tells a phase; returns the signal it died of, or null. */
async function importAndKill(workspacePath: string, path: string, phase: string, delayMs: number, hold = '') {
  const script = fileURLToPath(bundled('import-child'));
  const child = spawn(process.execPath, [script, workspacePath, path, hold], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes(phase)) setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  return (await exited)[1];
}

describe.each([
  ['the first import', true],
  ['a later import', false],
])('%s that does not end leaves the workspace as it was', (_name, first) => {
  it('when it is cancelled', async () => {
    const workspace = await filled(first);
    const before = workspace.dump();
    const path = workspace.file('log.csv', makeLog(200_000, 1000, 5000));
    const job = workspace.start(path, 'behaviours', {}, () => job.cancel());
    await expect(job.done).rejects.toMatchObject({ code: 'import.cancelled' });
    expect(workspace.dump()).toEqual(before);
    // Its room on the disk is free again.
    expect(statSync(`${workspace.path}-wal`).size).toBe(0);
    // And nothing is left that would stop the next one.
    expect(await workspace.import(path)).toMatchObject({ rowsAdded: 200_000 });
  });

  it('when the disk is full', async () => {
    const workspace = await filled(first);
    const before = workspace.dump();
    const path = workspace.file('log.csv', makeLog(50_000, 1000, 5000));
    const db = connect(workspace.path);
    const [{ page_count: pages } = {}] = workspace.rows('PRAGMA page_count');
    db.exec(`PRAGMA max_page_count = ${Number(pages) + 50}`);
    await expect(workspace.importOver(db, path)).rejects.toThrowError(
      expect.objectContaining({ code: 'workspace.disk_full', params: { path: workspace.path } }),
    );
    expect(db.isTransaction).toBe(false);
    db.close();
    expect(workspace.dump()).toEqual(before);
  });

  it('when it cannot be written', async () => {
    const workspace = await filled(first);
    const before = workspace.dump();
    const db = connect(workspace.path, { readOnly: true });
    const path = workspace.file('log.csv', makeLog(10, 2, 5000));
    await expect(workspace.importOver(db, path)).rejects.toThrowError(
      expect.objectContaining({ code: 'workspace.read_only' }),
    );
    db.close();
    expect(workspace.dump()).toEqual(before);
  });

  it('when another process writes to it', async () => {
    const workspace = await filled(first);
    const before = workspace.dump();
    const db = connect(workspace.path);
    db.exec('PRAGMA busy_timeout = 0');
    const other = connect(workspace.path);
    other.exec('BEGIN IMMEDIATE');
    const path = workspace.file('log.csv', makeLog(10, 2, 5000));
    await expect(workspace.importOver(db, path)).rejects.toThrowError(
      expect.objectContaining({ code: 'workspace.locked' }),
    );
    other.close();
    db.close();
    expect(workspace.dump()).toEqual(before);
  });

  it('when the file changes under it', async () => {
    const workspace = await filled(first);
    const before = workspace.dump();
    const path = workspace.file('log.csv', makeLog(20_000, 100, 5000));
    const size = statSync(path).size;
    const db = connect(workspace.path);
    let changed = false;
    const append = (): void => {
      if (changed) return;
      changed = true;
      appendFileSync(path, 'user-1,browse,2026-01-01 00:00:00,,,,,\n');
    };
    await expect(workspace.importOver(db, path, append)).rejects.toThrowError(
      expect.objectContaining({ code: 'import.changed_while_reading', params: { path } }),
    );
    db.close();
    expect(statSync(path).size).toBeGreaterThan(size);
    expect(workspace.dump()).toEqual(before);
  });

  it('when the process is killed in the middle', async () => {
    const workspace = await filled(first);
    const before = workspace.dump();
    const path = workspace.file('log.csv', makeLog(100_000, 1000, 5000));
    expect(await importAndKill(workspace.path, path, 'reading', 0, 'hold')).toBe('SIGKILL');
    expect(workspace.dump()).toEqual(before);
    expect(workspace.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('or has the file as a whole, when the process is killed about the commit', async () => {
    const workspace = await filled(first);
    const before = workspace.dump();
    const path = workspace.file('log.csv', makeLog(50_000, 1000, 5000));
    for (const delay of [0, 60, 120, 180, 240]) {
      await importAndKill(workspace.path, path, 'finishing', delay);
      expect(workspace.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      const [{ n } = {}] = workspace.rows("SELECT count(*) AS n FROM imports WHERE file_name = 'log.csv'");
      if (n === 0) {
        expect(workspace.dump()).toEqual(before);
        continue;
      }
      const [counts] = workspace.rows(
        `SELECT (SELECT count(*) FROM behaviours WHERE time >= :from) AS behaviours,
           (SELECT sum(behaviour_count) FROM sequences) - (SELECT count(*) FROM behaviours) AS difference`,
        { from: Date.UTC(2025, 0, 1) + 5000 * 60_000 },
      );
      expect(counts).toEqual({ behaviours: 50_000, difference: 0 });
    }
  });
});

it('a workspace that is gone is not made anew', async () => {
  const workspace = new TestWorkspace();
  const path = workspace.file('log.csv', makeLog(10, 2));
  rmSync(workspace.path);
  await expect(workspace.import(path)).rejects.toMatchObject({ code: 'workspace.gone' });
  expect(() => statSync(workspace.path)).toThrow();
});

it('an import that is committed has succeeded, even where the disk has no room to write its log back', async () => {
  const workspace = await filled(false);
  const db = connect(workspace.path);
  noRoomForTheLog(db);
  expect(await workspace.importOver(db, workspace.file('log.csv', makeLog(500, 10, 5000)))).toMatchObject({
    rowsAdded: 500,
  });
  db.close();
  expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 1500 }]);
});
