import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { restoreBackup } from '../../../src/core/store/backup.ts';
import { throttled } from '../../../src/core/store/file-task.ts';
import type { Watch } from '../../../src/core/store/file-task.ts';
import { startRescue, startRestore } from '../../../src/core/store/file-task-job.ts';
import { fileSystem } from '../../../src/core/store/file-system.ts';
import type { FileSystem } from '../../../src/core/store/file-system.ts';
import { rescueWorkspace } from '../../../src/core/store/rescue.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import type { FileTaskProgress, FileTaskStep } from '../../../src/shared/workspace.ts';
import { bundled } from '../../support/bundled.ts';
import { damagePage } from '../../support/damage-page.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const PAGE = 4096;
const BACKUP = 'w.backup-20260101-000000.db';

let whole = Buffer.alloc(0);

beforeEach(() => {
  if (whole.length > 0) return;
  const path = join(tempFolder(), 'w.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 60, 60);
  workspace.close();
  whole = readFileSync(path);
});

const WITHOUT_LINKS: FileSystem = {
  ...fileSystem,
  link: () => {
    throw Object.assign(new Error('no hard links'), { code: 'ENOTSUP' });
  },
};

/** A task on a small workspace in a folder of its own. */
interface Case {
  prepare: (folder: string, path: string) => void;
  carryOut: (path: string, watch: Watch, files: FileSystem) => unknown;
}

const rescue = (path: string, watch: Watch, files: FileSystem): unknown =>
  rescueWorkspace(path, { now: 0, watch, files });

const CASES: Record<string, Case> = {
  'a rescue of a workspace with a damaged page': {
    prepare: (_folder, path) => {
      writeFileSync(path, whole);
      damagePage(path, 'behaviours');
    },
    carryOut: rescue,
  },
  'a rescue of a workspace without its first page': {
    prepare: (_folder, path) => writeFileSync(path, Buffer.from(whole).fill(0xff, 100, PAGE)),
    carryOut: rescue,
  },
  'a restore over a workspace': {
    prepare: (folder, path) => {
      writeFileSync(path, whole);
      writeFileSync(join(folder, BACKUP), whole);
    },
    carryOut: (path, watch, files) => restoreBackup(path, join(path, '..', BACKUP), { now: 0, watch, files }),
  },
};

function prepared({ prepare }: Case): { folder: string; path: string } {
  const folder = tempFolder();
  const path = join(folder, 'w.db');
  prepare(folder, path);
  return { folder, path };
}

/** What is in a folder; the lock of a workspace stays when it is closed. */
const contentOf = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder)
      .filter((name) => !name.endsWith('-lock'))
      .sort()
      .map((name) => [
        name,
        createHash('sha1')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );

describe.each(Object.entries(CASES))('%s', (_name, task) => {
  it.each([
    ['with hard links', fileSystem],
    ['without hard links', WITHOUT_LINKS],
  ])('that is stopped at any moment leaves everything as it was, on a disk %s', (_disk, files) => {
    let moments = 0;
    task.carryOut(prepared(task).path, () => (moments += 1), files);
    expect(moments).toBeGreaterThan(3);
    for (let n = 1; n <= moments; n += 1) {
      const { folder, path } = prepared(task);
      const before = contentOf(folder);
      let calls = 0;
      const watch = (): void => {
        calls += 1;
        if (calls === n) throw new AppError('workspace.rescue_cancelled', { path });
      };
      expect(() => task.carryOut(path, watch, files)).toThrow(
        expect.objectContaining({ code: 'workspace.rescue_cancelled' }),
      );
      expect([...contentOf(folder)]).toEqual([...before]);
    }
  });

  it('tells shares that never fall within a step, of bytes, pages or rows', () => {
    const told: [FileTaskStep, number | null][] = [];
    const { path } = prepared(task);
    task.carryOut(path, (step, share) => told.push([step, share]), WITHOUT_LINKS);
    expect(told.map(([step]) => step)).toContain('finishing');
    told.forEach(([step, share], at) => {
      const [stepBefore, before] = told[at - 1] ?? [];
      expect(share === null || (share >= 0 && share <= 1)).toBe(true);
      if (step === stepBefore && share !== null && before !== null && before !== undefined && share !== 0)
        expect(share).toBeGreaterThanOrEqual(before);
    });
    expect(told.some(([step, share]) => step === 'copying' && share === 1)).toBe(true);
  });
});

it('a rescue tells the share of the rows that it has read', () => {
  const { path } = prepared(CASES['a rescue of a workspace with a damaged page'] as Case);
  const shares: number[] = [];
  rescueWorkspace(path, {
    now: 0,
    watch: (step, share) => {
      if (step === 'reading' && share !== null) shares.push(share);
    },
  });
  expect(shares.length).toBeGreaterThan(10);
  expect(shares[0]).toBe(0);
  expect(Math.max(...shares)).toBeGreaterThan(0.9);
});

it('progress is told ten times a second at the most, and the begin of a step at once', () => {
  let now = 0;
  const told: FileTaskProgress[] = [];
  const watch = throttled(
    (progress) => told.push(progress),
    () => now,
  );
  for (; now < 250; now += 10) watch('copying', now / 1000);
  watch('checking', null);
  expect(told).toEqual([
    { step: 'copying', share: 0 },
    { step: 'copying', share: 0.1 },
    { step: 'copying', share: 0.2 },
    { step: 'checking', share: null },
  ]);
});

describe('in a thread of its own', () => {
  const params = { now: 0, workerUrl: bundled('file-task-worker') };

  it('a rescue is done, and tells how far it is', async () => {
    const { path } = prepared(CASES['a rescue of a workspace with a damaged page'] as Case);
    const told: FileTaskProgress[] = [];
    const { done } = startRescue({ ...params, workspacePath: path, onProgress: (p) => told.push(p) });
    expect(await done).toMatchObject({ users: 60, damagedTables: ['behaviours'] });
    expect(told.map(({ step }) => step)).toContain('reading');
    Workspace.open(path, false).close();
  });

  it('a rescue that is cancelled before it begins changes nothing', async () => {
    const { folder, path } = prepared(CASES['a rescue of a workspace with a damaged page'] as Case);
    const before = contentOf(folder);
    const job = startRescue({ ...params, workspacePath: path, onProgress: () => undefined });
    job.cancel();
    await expect(job.done).rejects.toMatchObject({ code: 'workspace.rescue_cancelled', params: { path } });
    expect([...contentOf(folder)]).toEqual([...before]);
  });

  it('a restore is done, or cancelled, or refused as by itself', async () => {
    const { folder, path } = prepared(CASES['a restore over a workspace'] as Case);
    const before = contentOf(folder);
    const restore = (backup: string): ReturnType<typeof startRestore> =>
      startRestore({
        ...params,
        workspacePath: path,
        backupPath: join(folder, backup),
        onProgress: () => undefined,
      });
    const cancelled = restore(BACKUP);
    cancelled.cancel();
    await expect(cancelled.done).rejects.toMatchObject({ code: 'workspace.restore_cancelled' });
    await expect(restore('none.db').done).rejects.toMatchObject({ code: 'workspace.backup_unusable' });
    expect([...contentOf(folder)]).toEqual([...before]);
    expect(await restore(BACKUP).done).toBe(join(folder, 'w.replaced-19700101-000000.db'));
  });
});
