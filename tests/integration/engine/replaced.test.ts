import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { allEvents } from '../../../src/core/store/event-store.ts';
import { badRowsOf } from '../../../src/core/store/import-store.ts';
import { Revisions } from '../../../src/core/store/revisions.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const USERS = 40;

function filledWorkspace(users: number): string {
  const path = join(tempFolder(), 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, users, 5);
  workspace.close();
  return path;
}

const options = (path: string) => ({ path, create: false, resumePolicy: 'leave' }) as const;

/** Moves another workspace to the path, as a sync client does. Gives its content. */
function replace(path: string): Buffer {
  const other = filledWorkspace(3);
  copyFileSync(other, `${path}.new`);
  renameSync(`${path}.new`, path);
  return readFileSync(other);
}

describe('a workspace that is replaced by another file', () => {
  it('during a run: the run stops, both paths are told, and it goes on in the copy', async () => {
    const harness = new EngineHarness({ slowRulesMs: 30 });
    const { engine } = harness;
    const path = filledWorkspace(USERS);
    const recovered = path.replace('.db', '.recovered.db');
    await engine.openWorkspace(options(path));
    await engine.startRun(ALL);
    while ((await engine.runSnapshot()).processedUsers === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const newcomer = replace(path);
    await harness.runIs('failed');
    const error = { code: 'workspace.replaced', params: { path, recovered } };
    expect(await engine.runSnapshot()).toMatchObject({ error });
    expect(harness.payloads('damaged')).toContainEqual(error);
    await expect(engine.workspaceInfo()).rejects.toMatchObject(error);
    await engine.closeWorkspace();
    expect(readFileSync(path).equals(newcomer)).toBe(true);

    expect(await engine.openWorkspace(options(recovered))).toMatchObject({ users: USERS });
    const stopped = await engine.runSnapshot();
    expect(stopped).toMatchObject({ status: 'failed', resumable: true, totalUsers: USERS });
    expect(stopped.processedUsers).toBeGreaterThan(0);
    await engine.resumeRun();
    await harness.runIs('completed');
    expect(await engine.workspaceInfo()).toMatchObject({ sequences: { succeeded: USERS } });
    expect(await engine.openWorkspace(options(path))).toMatchObject({ users: 3 });
  });

  it('before an import: nothing is imported into the other file', async () => {
    const { engine } = new EngineHarness();
    const path = filledWorkspace(5);
    await engine.openWorkspace(options(path));
    const newcomer = replace(path);
    const log = join(tempFolder(), 'log.csv');
    writeFileSync(log, 'user_id,timestamp,action\nu1,2026-01-01 10:00:00,browse\n');
    await expect(engine.startImport({ path: log, kind: 'behaviours' })).rejects.toMatchObject({
      code: 'workspace.replaced',
    });
    await engine.closeWorkspace();
    expect(readFileSync(path).equals(newcomer)).toBe(true);
  });

  it('during an import: what was imported is in the copy', async () => {
    const harness = new EngineHarness();
    const { engine } = harness;
    const path = filledWorkspace(5);
    await engine.openWorkspace(options(path));
    const log = join(tempFolder(), 'log.csv');
    const rows = Array.from({ length: 20_000 }, (_row, index) => `n${index},2026-01-01 10:00:00,browse`);
    writeFileSync(log, `user_id,timestamp,action\n${rows.join('\n')}\n`);
    await engine.startImport({ path: log, kind: 'behaviours' });
    while ((await engine.importSnapshot()).rowsRead === 0)
      await new Promise((resolve) => setTimeout(resolve, 2));
    const newcomer = replace(path);
    await harness.importEnded().catch(() => undefined);
    await engine.closeWorkspace();
    expect(readFileSync(path).equals(newcomer)).toBe(true);
    expect(await engine.openWorkspace(options(path.replace('.db', '.recovered.db')))).toMatchObject({
      users: 5 + rows.length,
    });
  });

  it('and left for another one is put aside all the same; the next opening tells of it', async () => {
    const { engine } = new EngineHarness();
    const path = filledWorkspace(5);
    await engine.openWorkspace(options(path));
    const newcomer = replace(path);
    expect(await engine.openWorkspace(options(filledWorkspace(9)))).toMatchObject({ users: 9 });
    expect(readFileSync(path).equals(newcomer)).toBe(true);
    const recovered = path.replace('.db', '.recovered.db');
    await expect(engine.openWorkspace(options(path))).rejects.toMatchObject({
      code: 'workspace.replaced',
      params: { path, recovered },
    });
    expect(await engine.openWorkspace(options(path))).toMatchObject({ users: 3 });
    expect(await engine.openWorkspace(options(recovered))).toMatchObject({ users: 5 });
  });
});

describe('what outlives the connection to a workspace that was deleted and written back', () => {
  it('goes on with revisions that are reserved in the file', () => {
    const path = filledWorkspace(3);
    const workspace = Workspace.open(path, false);
    const revisions = new Revisions();
    revisions.attach(workspace);
    rmSync(path);
    expect(workspace.restoreIfGone()).toBe(true);
    let shown = 0;
    for (let count = 0; count < 25_000; count += 1) shown = revisions.next();
    workspace.close();
    const next = Workspace.open(path, false);
    const later = new Revisions();
    later.attach(next);
    expect(later.next()).toBeGreaterThan(shown);
    next.close();
  });

  it('goes on with an export, and with rejected rows that are being saved', () => {
    const path = filledWorkspace(3);
    const workspace = Workspace.open(path, false);
    workspace.db.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
        SELECT 2 * 2097152 + i, 'browse', 'engagement', i, i, 'rule', 1, '{}', '[1]' FROM n;
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO bad_rows (import_id, line, reason, raw) SELECT 1, i, '{"code":"import.no_user"}', 'x' FROM n;
    `);
    const events = allEvents(workspace, null);
    const badRows = badRowsOf(workspace, 1);
    events.next();
    badRows.next();
    rmSync(path);
    expect(workspace.restoreIfGone()).toBe(true);
    expect([...events].map(({ startTime }) => startTime)).toEqual(
      Array.from({ length: 2499 }, (_, index) => index + 2),
    );
    expect([...badRows].map(({ line }) => line)).toEqual(
      Array.from({ length: 2499 }, (_, index) => index + 2),
    );
    workspace.close();
  });
});

describe('a workspace with nonsense in its own records', () => {
  it.each(['', 'abc', '-1', '1e300', '9007199254740993', '9'.repeat(1000), 'NaN'])(
    'counts revisions on from nothing (%s)',
    (reserved) => {
      const path = filledWorkspace(3);
      const workspace = Workspace.open(path, false);
      workspace.db.prepare("INSERT OR REPLACE INTO meta VALUES ('revision_reserved', ?)").run(reserved);
      const revisions = new Revisions();
      revisions.attach(workspace);
      expect([revisions.next(), revisions.next()]).toEqual([1, 2]);
      workspace.close();
    },
  );

  it('gets another identity', () => {
    const path = filledWorkspace(3);
    const db = new DatabaseSync(path);
    db.prepare("UPDATE meta SET value = ? WHERE key = 'workspace_id'").run('x'.repeat(1_000_000));
    db.close();
    const workspace = Workspace.open(path, false);
    const { id } = workspace;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    workspace.close();
    const again = Workspace.open(path, false);
    expect(again.id).toBe(id);
    again.close();
  });
});
