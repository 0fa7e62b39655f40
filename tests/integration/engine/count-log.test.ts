import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ALL_USERS, countLog } from '../../../src/core/abstraction/measure.ts';
import { countInThreads } from '../../../src/core/engine/count-log.ts';
import type { CountLogOptions } from '../../../src/core/engine/count-log.ts';
import { SqliteLogReader } from '../../../src/core/store/log-reader.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { bundled } from '../../support/bundled.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const BEHAVIOURS = 20_000;
const workerUrl = bundled('measure-worker');

interface Log {
  db: DatabaseSync;
  log: SqliteLogReader;
  options: CountLogOptions;
  shares: number[];
}

/** A log of some users, of which a second thread counts the half. */
function openLog(users: number): Log {
  const workspacePath = join(tempFolder(), 'w.eventloom');
  const workspace = Workspace.open(workspacePath, true);
  onTestFinished(() => workspace.close());
  fillWorkspace(workspace.db, users, BEHAVIOURS / users);
  const shares: number[] = [];
  const onProgress = (share: number): void => void shares.push(share);
  const { signal } = new AbortController();
  return {
    db: workspace.db,
    log: new SqliteLogReader(workspace.db),
    options: { workspacePath, workerUrl, signal, onProgress, leastForThread: 1 },
    shares,
  };
}

const alone = (log: SqliteLogReader): ReturnType<typeof countLog> =>
  countLog(log, ALL_USERS, { signal: new AbortController().signal, onRead: () => undefined });

describe('a log that two threads count', () => {
  it.each([1, 50])('has the same counts as one that one counts, with %i users', async (users) => {
    const { log, options, shares } = openLog(users);
    const counts = await countInThreads(log, options);
    expect(counts).toEqual(await alone(log));
    expect(counts.rhythm).toMatchObject({ users, behaviours: BEHAVIOURS });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it('has about half of its behaviours on either side of the middle, also where one user has most of them', () => {
    const { db, log } = openLog(50);
    expect(log.middleUser()).toBe(25);
    db.exec('UPDATE behaviours SET user_no = 2 WHERE user_no <= 40');
    expect(log.middleUser()).toBe(2);
  });

  it('is no longer counted once the measure is not wanted', async () => {
    const { log, options } = openLog(50);
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(new Error('enough'));
    const counting = countInThreads(log, { ...options, signal: abort.signal, onProgress });
    await expect(counting).rejects.toThrow('enough');
  });

  it('fails with what the second thread met', async () => {
    const { log, options } = openLog(50);
    const broken = join(tempFolder(), 'broken.eventloom');
    writeFileSync(broken, 'this is no database, but long enough to be taken for the header of one');
    const counting = countInThreads(log, { ...options, workspacePath: broken });
    await expect(counting).rejects.toMatchObject({ code: 'workspace.not_a_workspace' });
  });
});
