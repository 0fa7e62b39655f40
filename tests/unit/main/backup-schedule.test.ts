import { beforeEach, describe, expect, test } from 'vitest';
import {
  BACKUP_EVERY_MS,
  BackupSchedule,
  FIRST_LOOK_MS,
  isBackupDue,
  LOOK_EVERY_MS,
} from '../../../src/main/backup/backup-schedule.ts';
import type { BackupFile } from '../../../src/shared/workspace.ts';
import { ManualScheduler, RecordingLog } from './fakes.ts';

const backup = (time: number, kind: BackupFile['kind'] = 'regular'): BackupFile => ({
  path: `/w.${time}.db`,
  kind,
  format: null,
  time,
  sizeBytes: 1,
});
const NOW = 100 * BACKUP_EVERY_MS;

test('a backup is due when none of the last week is there; those of a change of format do not count', () => {
  expect(isBackupDue([], NOW)).toBe(true);
  expect(isBackupDue([backup(NOW - 1)], NOW)).toBe(false);
  expect(isBackupDue([backup(NOW - BACKUP_EVERY_MS)], NOW)).toBe(true);
  expect(isBackupDue([backup(NOW - 1, 'format')], NOW)).toBe(true);
  expect(isBackupDue([backup(NOW + 1)], NOW)).toBe(true);
});

describe('the schedule of backups', () => {
  let scheduler: ManualScheduler;
  let log: RecordingLog;
  let made: number[];
  let kept: number;
  let known: BackupFile[] | null;
  let problem: Error | null;
  let schedule: BackupSchedule;

  beforeEach(() => {
    scheduler = new ManualScheduler();
    log = new RecordingLog();
    [made, kept, known, problem] = [[], 4, [], null];
    schedule = new BackupSchedule({
      keep: () => kept,
      list: async () => known,
      make: async (keep) => {
        if (problem) throw problem;
        made.push(keep);
      },
      scheduler,
      now: () => NOW,
      log,
    });
  });

  /** Lets time pass and everything that is due then be done. */
  async function pass(ms: number): Promise<void> {
    scheduler.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  test('looks soon after an opening, then every hour', async () => {
    schedule.opened();
    await pass(FIRST_LOOK_MS - 1);
    expect(made).toEqual([]);
    await pass(1);
    expect(made).toEqual([4]);
    known = [backup(NOW)];
    await pass(LOOK_EVERY_MS);
    expect(made).toEqual([4]);
    known = [];
    await pass(LOOK_EVERY_MS);
    expect(made).toEqual([4, 4]);
  });

  test('makes none where none are wanted, or nothing is there', async () => {
    schedule.opened();
    kept = 0;
    await pass(FIRST_LOOK_MS);
    [kept, known] = [4, null];
    await pass(LOOK_EVERY_MS);
    expect(made).toEqual([]);
  });

  test('tries again after a failure, and watches only the workspace that was opened last', async () => {
    problem = new Error('full');
    schedule.opened();
    schedule.opened();
    expect(scheduler.waiting).toBe(1);
    await pass(FIRST_LOOK_MS);
    expect(log.lines).toEqual([expect.stringContaining('no backup was made')]);
    problem = null;
    await pass(LOOK_EVERY_MS);
    expect(made).toEqual([4]);
  });
});
