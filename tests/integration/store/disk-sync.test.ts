import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DiskSync } from '../../../src/core/store/disk-sync.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** Values of `PRAGMA synchronous`. */
const [NORMAL, FULL] = [1, 2];

let db: DatabaseSync;
let sync: DiskSync;
/** A number that changes with each commit of the workspace, as another connection sees it. */
let commits: () => unknown;

beforeEach(() => {
  vi.useFakeTimers();
  const path = join(tempFolder(), 'w.eventloom');
  const workspace = Workspace.open(path, true);
  db = workspace.db;
  sync = new DiskSync(db);
  const other = new DatabaseSync(path);
  const version = other.prepare('PRAGMA data_version');
  commits = () => version.get()?.['data_version'];
  onTestFinished(() => {
    other.close();
    workspace.close();
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const mode = (): unknown => db.prepare('PRAGMA synchronous').get()?.['synchronous'];
const write = (): unknown => {
  db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('test', '1')").run();
  return mode();
};

describe('a commit that does not wait for the disk', () => {
  it('is followed by one that does, once for all of a tenth of a second', () => {
    expect([sync.later(write), mode()]).toEqual([NORMAL, FULL]);
    sync.later(write);
    const before = commits();
    vi.advanceTimersByTime(99);
    expect(commits()).toBe(before);
    vi.advanceTimersByTime(1);
    const after = commits();
    expect(after).not.toBe(before);
    vi.advanceTimersByTime(1_000);
    sync.now();
    expect(commits()).toBe(after);
  });

  it('is waited for at once where somebody is told of it', () => {
    sync.later(write);
    const before = commits();
    sync.now();
    expect(commits()).not.toBe(before);
  });

  it('is followed by one once another program no longer has the workspace locked', () => {
    sync.later(write);
    const other = new DatabaseSync(db.location() ?? '');
    other.exec('BEGIN IMMEDIATE');
    const before = commits();
    sync.now();
    expect(commits()).toBe(before);
    other.exec('ROLLBACK');
    other.close();
    vi.advanceTimersByTime(100);
    expect(commits()).not.toBe(before);
  });
});
