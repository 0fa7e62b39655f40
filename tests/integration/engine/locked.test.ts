import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
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
