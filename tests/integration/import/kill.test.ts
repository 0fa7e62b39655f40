import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { connect } from '../../../src/core/store/database.ts';
import { undoImport } from '../../../src/core/store/undo-import.ts';
import { bundled } from '../../support/bundled.ts';
import { makeLog, TestWorkspace } from './support.ts';

/** How often each is killed, at moments spread at random over its whole course. */
const KILLS = 4;
const SCRIPT = fileURLToPath(bundled('import-session-child'));

interface Ended {
  /** What the process said. */
  said: string[];
  /** From its beginning to its end, in milliseconds. */
  tookMs: number;
}

/** Runs the process; `killAfterMs`: from its beginning until it is killed, null for never. */
async function run(args: string[], killAfterMs: number | null): Promise<Ended> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  let begun = 0;
  let done = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.push(...text.trim().split('\n'));
    if (said.includes('done')) done = performance.now();
    if (begun > 0 || !said.includes('begun')) return;
    begun = performance.now();
    if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  await once(child, 'exit');
  return { said, tookMs: done - begun };
}

/** Everything in a workspace but the moments of its imports, as one short text: equal texts are equal workspaces. */
function stateOf(path: string): string {
  const db = connect(path);
  try {
    const all = (sql: string): unknown => db.prepare(sql).all();
    expect(all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(all('PRAGMA foreign_key_check')).toEqual([]);
    const schema = db.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all();
    const hash = createHash('sha256').update(JSON.stringify(schema));
    for (const { type, name } of schema) {
      if (type !== 'table') continue;
      const rows = db.prepare(`SELECT * FROM "${String(name)}"`).all();
      hash.update(JSON.stringify(rows.map((row) => ({ ...row, imported_at: null }))));
    }
    return hash.digest('hex');
  } finally {
    db.close();
  }
}

/** A copy of a closed workspace, in place of what the last round left. */
function copyOf(from: string, to: string): string {
  for (const end of ['', '-wal', '-shm']) if (existsSync(to + end)) rmSync(to + end);
  copyFileSync(from, to);
  return to;
}

function writeAll(workspace: TestWorkspace): void {
  workspace.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

it('several files: each is in the workspace as a whole or not at all, whenever the process dies', async () => {
  const workspace = new TestWorkspace();
  const files = [0, 1, 2].map((at) => workspace.file(`${at}.csv`, makeLog(5000, 200 + at, at * 5000)));
  const copy = join(workspace.folder, 'copy.db');
  const states: string[] = [];
  const reference = join(workspace.folder, 'reference.db');
  writeAll(workspace);
  const empty = copyOf(workspace.path, reference);
  for (const file of [null, ...files]) {
    if (file !== null) await workspace.import(file);
    writeAll(workspace);
    states.push(stateOf(workspace.path));
  }
  expect(new Set(states).size).toBe(4);
  const { said, tookMs } = await run(['import', copyOf(empty, copy), ...files], null);
  expect([said, stateOf(copy)]).toEqual([['begun', 'done'], states[3]]);
  for (let kill = 0; kill < KILLS; kill++) {
    await run(['import', copyOf(empty, copy), ...files], ((kill + Math.random()) / KILLS) * tookMs);
    expect(states).toContain(stateOf(copy));
    await run(['import', copy, ...files], null);
    expect(stateOf(copy)).toBe(states[3]);
  }
});

it('undoing: an import is there as before or gone as a whole, whenever the process dies', async () => {
  const workspace = new TestWorkspace();
  const ids: (number | null)[] = [];
  for (const at of [0, 1, 2]) {
    const log = `${makeLog(15_000, 900 + at, at * 15_000)}user-1,browse,soon,,,,,\n`;
    ids.push((await workspace.import(workspace.file(`${at}.csv`, log))).importId);
  }
  workspace.db.exec(`
    INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
      SELECT user_no * 2097152 + 1, '浏览', 'engagement', min(time), min(time), 'rule', 1, '{}', json_array(min(id))
      FROM behaviours GROUP BY user_no;
    UPDATE sequences SET status = 'succeeded', event_count = 1, updated_at = 1 WHERE behaviour_count > 0;
  `);
  await expectWholeUndo(workspace, ids[1] ?? 0);
});

it('undoing profiles: users have those of before or of an earlier import, whenever the process dies', async () => {
  const workspace = new TestWorkspace();
  const ids: (number | null)[] = [];
  for (const at of [0, 1, 2]) {
    const rows = Array.from({ length: 20_000 }, (_, n) => `user-${n * (at + 1)},city-${at}`);
    const path = workspace.file(`${at}.csv`, `user_id,city\n${rows.join('\n')}\n`);
    ids.push((await workspace.import(path, 'profiles')).importId);
  }
  await expectWholeUndo(workspace, ids[2] ?? 0);
});

/** Undoes an import in processes that are killed: the workspace is as before, or as after a whole undo. */
async function expectWholeUndo(workspace: TestWorkspace, importId: number): Promise<void> {
  writeAll(workspace);
  const before = stateOf(workspace.path);
  const copy = join(workspace.folder, 'copy.db');
  const reference = copyOf(workspace.path, join(workspace.folder, 'reference.db'));
  undoImport(workspace.db, importId);
  const undone = stateOf(workspace.path);
  expect(undone).not.toBe(before);
  const { said, tookMs } = await run(['undo', copyOf(reference, copy), String(importId)], null);
  expect([said, stateOf(copy)]).toEqual([['begun', 'done'], undone]);
  for (let kill = 0; kill < KILLS; kill++) {
    await run(['undo', copyOf(reference, copy), String(importId)], ((kill + Math.random()) / KILLS) * tookMs);
    const state = stateOf(copy);
    expect([before, undone]).toContain(state);
    if (state === before) await run(['undo', copy, String(importId)], null);
    expect(stateOf(copy)).toBe(undone);
  }
}
