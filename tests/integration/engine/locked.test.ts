import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import type { ImportSnapshot } from '../../../src/shared/import.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { BEFORE_FORMAT_13 } from '../../support/before-format-13.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { ModelHarness } from '../../support/model-harness.ts';
import { tempFolder } from '../../support/temp.ts';

/** Less than a statement of SQLite waits for a lock, with room for a busy machine. */
const SOON_MS = 2_000;

/** Another program, such as a virus scanner, that can keep the workspace at a path to itself. */
function otherProgram(path: string): { lock: () => void; unlock: () => void } {
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  return { lock: () => db.exec('BEGIN IMMEDIATE'), unlock: () => db.exec('ROLLBACK') };
}

/** Behaviours of a user who is not in the workspace yet. */
function newLog(): string {
  const path = join(tempFolder(), 'more.csv');
  writeFileSync(
    path,
    'user_id,timestamp,action\nnew,2026-01-05 10:00:00,view\nnew,2026-01-05 10:05:00,pay\n',
  );
  return path;
}

const WRITES: [string, (engine: EngineApi, type: string) => Promise<unknown>][] = [
  ['a change of the event types', (engine, id) => engine.changeCodebook({ kind: 'retire', id })],
  [
    'a change of the themes',
    (engine) => engine.changeThemes({ kind: 'move', things: ['item 0'], into: 'own' }),
  ],
  ['a session gap', (engine) => engine.setSessionGap(45)],
  ['the start of a run', (engine) => engine.startRun(ALL)],
  ['a notice that is put away', (engine) => engine.dismissRun()],
  ['the deletion of events', (engine) => engine.clearWorkspace('events')],
  ['an import', (engine) => engine.startImport({ path: newLog(), kind: 'behaviours' })],
  [
    'an import of several files',
    (engine) => engine.startImports([newLog(), newLog()].map((path) => ({ path, kind: 'behaviours' }))),
  ],
  ['an import of the sample', (engine) => engine.startSampleImport()],
];

describe('a workspace that another program has locked', () => {
  it.each(WRITES)('makes %s wait, says so, and keeps nothing else waiting', async (_what, write) => {
    const path = join(tempFolder(), 'test.eventloom');
    const file = Workspace.open(path, true);
    fillWorkspace(file.db, 5, 4);
    file.close();
    const harness = new EngineHarness();
    const { engine } = harness;
    await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    await harness.rhythmIs('measured');
    const { codebook } = await engine.codebook();
    const type = codebook.types.find(({ id }) => id !== codebook.other)?.id ?? '';
    const other = otherProgram(path);
    other.lock();
    let isDone = false;
    const began = performance.now();
    const done = write(engine, type).then(() => (isDone = true));
    await expect.poll(() => harness.payloads('locked')).toEqual([{ path }]);
    // Windows go on: this thread answers.
    expect((await engine.workspaceInfo()).users).toBe(5);
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    expect(isDone).toBe(false);
    other.unlock();
    await done;
    expect(isDone).toBe(true);
  });

  it('lets a measure wait that is to be stored', async () => {
    const path = join(tempFolder(), 'test.eventloom');
    const file = Workspace.open(path, true);
    fillWorkspace(file.db, 5, 4);
    file.close();
    const harness = new EngineHarness();
    await harness.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    const other = otherProgram(path);
    other.lock();
    await expect.poll(() => harness.payloads('locked')).toEqual([{ path }]);
    expect((await harness.engine.rhythm()).status).toBe('measuring');
    other.unlock();
    await harness.rhythmIs('measured');
    expect(harness.payloads('damaged')).toEqual([]);
  });

  it('lets an answer of a model wait that is paid for, and asks for none twice', async () => {
    const harness = await ModelHarness.open({ users: 6, server: { latency: 300 } });
    const other = otherProgram(harness.path);
    await harness.start();
    await harness.until(({ model }) => (model?.inFlight ?? 0) > 0);
    other.lock();
    expect(await harness.until(({ waitsForLock }) => waitsForLock)).toMatchObject({ status: 'running' });
    other.unlock();
    expect(await harness.ended()).toMatchObject({
      status: 'completed',
      successCount: 6,
      waitsForLock: false,
    });
    const ledger = harness.ledger();
    expect(ledger.every(({ state }) => state === 'answered')).toBe(true);
    expect(harness.server.journal.entries).toHaveLength(ledger.length);
    expect(harness.problems).toEqual([]);
  });
});

describe('a workspace that another program has locked when it is opened', () => {
  const made = (): string => {
    const path = join(tempFolder(), 'test.eventloom');
    const file = Workspace.open(path, true);
    fillWorkspace(file.db, 5, 4);
    file.close();
    return path;
  };
  const open = (engine: EngineApi, path: string): Promise<unknown> =>
    engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });

  it.each([
    ['to be written to', 'BEGIN IMMEDIATE'],
    ['to be read', 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = value'],
  ])('(%s) is waited for, with a word, and the thread answers', async (_what, sql) => {
    const path = made();
    const harness = new EngineHarness();
    const other = new DatabaseSync(path);
    other.exec(sql);
    const began = performance.now();
    let isOpen = false;
    const opened = open(harness.engine, path).then(() => (isOpen = true));
    await expect.poll(() => harness.payloads('locked')).toEqual([{ path }]);
    await harness.engine.rulesInfo();
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    expect(isOpen).toBe(false);
    other.exec('ROLLBACK');
    other.close();
    await opened;
    expect((await harness.engine.workspaceInfo()).users).toBe(5);
    await harness.rhythmIs('measured');
    await harness.engine.closeWorkspace();
  });

  it('is kept once before its format changes, however often that is tried', async () => {
    const path = made();
    const db = new DatabaseSync(path);
    db.exec(`${BEFORE_FORMAT_13} PRAGMA user_version = 12;`);
    db.close();
    const harness = new EngineHarness();
    const other = otherProgram(path);
    other.lock();
    const opened = harness.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    await expect.poll(() => harness.payloads('locked')).toEqual([{ path }]);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    other.unlock();
    expect((await opened).formatBackup).toBe(join(dirname(path), 'test.format-12.eventloom'));
    expect(readdirSync(dirname(path)).filter((name) => name.includes('format-'))).toHaveLength(1);
    await harness.engine.closeWorkspace();
  });

  it('is let go of at once when the application ends', async () => {
    const path = made();
    const harness = new EngineHarness();
    const other = otherProgram(path);
    other.lock();
    const opened = open(harness.engine, path);
    const refused = expect(opened).rejects.toMatchObject({ code: 'workspace.locked' });
    await expect.poll(() => harness.payloads('locked')).toEqual([{ path }]);
    const began = performance.now();
    await harness.engine.closeWorkspace();
    await refused;
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    other.unlock();
    // Nothing of it is left: another process can have it.
    const next = new EngineHarness();
    await open(next.engine, path);
    await next.engine.closeWorkspace();
  });
});

describe('files of one import', () => {
  it('wait one by one for another program that locks the workspace between them, and can be cancelled meanwhile', async () => {
    const path = join(tempFolder(), 'test.eventloom');
    let lock = (): void => undefined;
    const harness = new EngineHarness({}, (event, payload) => {
      if (event !== 'import' || (payload as ImportSnapshot).files[0]?.status !== 'completed') return;
      lock();
      lock = () => undefined;
    });
    await harness.engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
    const other = otherProgram(path);
    ({ lock } = other);
    await harness.engine.startImports(
      [newLog(), newLog()].map((file) => ({ path: file, kind: 'behaviours' })),
    );
    await expect.poll(() => harness.payloads('locked')).toEqual([{ path }]);
    expect(await harness.engine.cancelImport()).toMatchObject({ status: 'cancelled' });
    other.unlock();
    expect((await harness.engine.workspaceInfo()).users).toBe(1);
    await harness.engine.closeWorkspace();
  });
});
