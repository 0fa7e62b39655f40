import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import { LastWins } from '../../../src/main/status/last-wins.ts';
import { activeWork, shellStatus } from '../../../src/main/status/shell-status.ts';
import type { StatusInput } from '../../../src/main/status/shell-status.ts';
import { trayImageName } from '../../../src/main/status/tray-image.ts';
import { durationText } from '../../../src/main/texts/texts.ts';
import type { ImportSnapshot } from '../../../src/shared/import.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { ManualScheduler } from './fakes.ts';

const NO_IMPORT = new LatestSnapshots().import;
const RUN: RunSnapshot = {
  ...NO_RUN,
  workspaceId: 'w',
  runId: 1,
  status: 'running',
  totalUsers: 500,
  processedUsers: 226,
  successCount: 226,
  progressPercent: 45.2,
  estimatedRemainingSeconds: 175,
};

function input(run: Partial<RunSnapshot>, more: Partial<StatusInput> = {}): StatusInput {
  return {
    run: { ...RUN, ...run },
    import: NO_IMPORT,
    workspace: { open: true, error: null },
    locale: 'zh-CN',
    ...more,
  };
}

describe('what tray and taskbar show', () => {
  test('a running run, with its numbers, in both languages', () => {
    expect(shellStatus(input({}))).toEqual({
      icon: 'running',
      text: '批量抽象进行中 45.2 %（226/500，失败 0，预计剩余 3分钟）',
      canPause: true,
      canResume: false,
      progress: { fraction: 0.45, mode: 'normal' },
      awake: true,
    });
    expect(shellStatus(input({}, { locale: 'en' })).text).toBe(
      'Abstracting 45.2 % (226/500, 0 failed, 3 min left)',
    );
  });

  test('no promise while the rest cannot be told', () => {
    const { text } = shellStatus(input({ estimatedRemainingSeconds: null }));
    expect(text).toBe('批量抽象进行中 45.2 %（226/500，失败 0）');
  });

  test.each([
    ['paused', {}, { icon: 'paused', canPause: false, canResume: true, awake: false }],
    ['interrupted', { resumable: true }, { icon: 'attention', canResume: true }],
    ['interrupted', { resumable: false }, { icon: 'attention', canResume: false }],
    ['failed', { resumable: true }, { icon: 'attention', canResume: true, progress: { mode: 'error' } }],
    ['failed', { dismissed: true }, { icon: 'idle', progress: null }],
    ['completed', { failedCount: 0 }, { icon: 'idle', progress: null, awake: false }],
    ['completed', { failedCount: 2 }, { icon: 'attention', progress: null }],
    ['completed', { failedCount: 2, dismissed: true }, { icon: 'idle' }],
    ['cancelled', {}, { icon: 'idle', progress: null }],
    ['idle', {}, { icon: 'idle', text: '没有正在进行的任务' }],
  ] as [RunSnapshot['status'], Partial<RunSnapshot>, object][])('%s %j', (status, more, expected) => {
    expect(shellStatus(input({ status, ...more }))).toMatchObject(expected);
  });

  test('an import, and that its last step cannot be told', () => {
    const importing: ImportSnapshot = {
      ...NO_IMPORT,
      status: 'running',
      fileName: 'a {b} @c|d.csv',
      progressPercent: 12.34,
    };
    const reading = shellStatus(input(NO_RUN, { import: importing }));
    expect(reading).toMatchObject({
      icon: 'running',
      awake: true,
      canPause: false,
      progress: { fraction: 0.12 },
    });
    expect(reading.text).toBe('正在导入 a {b} @c|d.csv：12.3 %');
    const finishing = shellStatus(input(NO_RUN, { import: { ...importing, phase: 'finishing' } }));
    expect(finishing.progress?.mode).toBe('indeterminate');
  });

  test('a workspace that cannot be opened needs somebody', () => {
    const workspace = { open: false, error: { code: 'workspace.damaged' as const } };
    expect(shellStatus(input(NO_RUN, { workspace })).icon).toBe('attention');
  });

  test('what closing and quitting must not lose', () => {
    expect(activeWork(RUN, NO_IMPORT)).toBe('run');
    expect(activeWork({ ...RUN, status: 'paused' }, NO_IMPORT)).toBeNull();
    expect(activeWork(NO_RUN, { ...NO_IMPORT, status: 'running' })).toBe('import');
  });
});

test.each([
  [0, '0秒', '0 sec'],
  [58.2, '59秒', '59 sec'],
  [59.2, '1分钟', '1 min'],
  [60, '1分钟', '1 min'],
  [61, '2分钟', '2 min'],
  [3600, '1小时', '1 hr'],
  [3661, '1小时 2分钟', '1 hr 2 min'],
  [34_901, '9小时 42分钟', '9 hr 42 min'],
])('%d seconds are %s, %s', (seconds, chinese, english) => {
  expect(durationText('zh-CN', seconds)).toBe(chinese);
  expect(durationText('en', seconds)).toBe(english);
});

test('there is a picture for every state, platform and panel', () => {
  const resources = new URL('../../../resources/tray/', import.meta.url);
  for (const state of ['idle', 'running', 'paused', 'attention'] as const) {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      for (const dark of [true, false]) {
        const name = trayImageName(state, platform, dark);
        expect(existsSync(fileURLToPath(new URL(name, resources))), name).toBe(true);
      }
    }
  }
});

test('a menu changes once a second at the most, the last change wins, and an equal one is none', () => {
  const scheduler = new ManualScheduler();
  const applied: [string, number][] = [];
  const updates = new LastWins<string>(
    (value) => applied.push([value, scheduler.now()]),
    (value) => value,
    1000,
    scheduler,
  );
  for (const value of ['a', 'b', 'c']) updates.offer(value);
  scheduler.advance(1000);
  updates.offer('c');
  scheduler.advance(5000);
  updates.offer('d');
  updates.offer('e');
  updates.dispose();
  scheduler.advance(5000);
  expect(applied).toEqual([
    ['a', 0],
    ['c', 1000],
    ['d', 6000],
  ]);
});
