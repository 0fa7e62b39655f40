import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import { NO_EXPORT } from '../../../src/shared/export.ts';
import { NO_INDUCTION } from '../../../src/shared/induction.ts';
import type { InductionSnapshot } from '../../../src/shared/induction.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import { LastWins } from '../../../src/main/status/last-wins.ts';
import { inductionNotice, isWanted, runNotice } from '../../../src/main/status/run-notice.ts';
import { NOTHING_ASKED } from '../../../src/shared/asking.ts';
import { activeWork, shellStatus } from '../../../src/main/status/shell-status.ts';
import { heldSeconds } from '../../../src/main/status/wait-line.ts';
import type { ShellStatus, StatusInput } from '../../../src/main/status/shell-status.ts';
import { inductionWait } from '../../../src/main/status/induction-status.ts';
import { parseSettings } from '../../../src/main/settings/settings-service.ts';
import { RING_STEPS, trayImageName } from '../../../src/main/status/tray-image.ts';
import { durationText, waitText } from '../../../src/main/texts/texts.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';
import type { ImportSnapshot } from '../../../src/shared/import.ts';
import { FILE_TASKS } from '../../../src/shared/workspace.ts';
import type { ModelFigures } from '../../../src/shared/model.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { icoSizes } from '../../../tools/package/check/icon-files.ts';
import { waitOf } from '../../../src/shared/waiting.ts';
import { ManualScheduler } from './fakes.ts';

const NO_IMPORT = new LatestSnapshots().import;
const NOW = 1_000_000;
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

/** The figures of a run with a model, as far as the shell reads them. */
function figures(model: Partial<ModelFigures>): ModelFigures {
  const calm = {
    throttledUntil: null,
    throttledBy: null,
    throttledDetail: null,
    waitingSince: null,
    unfinishedSince: null,
  };
  return { ...calm, pacedUntil: null, pilotDone: false, ...model } as ModelFigures;
}

const OVER_BUDGET: Partial<RunSnapshot> = {
  status: 'failed',
  resumable: true,
  error: { code: 'run.budget_reached', params: { spent: '¥ 5.00', cap: '¥ 5.00' } },
};

function input(run: Partial<RunSnapshot>, more: Partial<StatusInput> = {}): StatusInput {
  return {
    run: { ...RUN, ...run },
    import: NO_IMPORT,
    induction: NO_INDUCTION,
    workspace: { open: true, error: null },
    modelChangedAt: null,
    locale: 'zh-CN',
    now: NOW,
    ...more,
  };
}

describe('what tray and taskbar show', () => {
  test('a running run, with its numbers, in both languages', () => {
    expect(shellStatus(input({}))).toEqual({
      icon: 'running',
      text: '批量抽象进行中 45.2 %（226/500，失败 0，预计剩余 3分钟）',
      details: [],
      canPause: true,
      canResume: false,
      settings: null,
      progress: { fraction: 0.45, mode: 'normal' },
      awake: true,
    });
    expect(shellStatus(input({}, { locale: 'en' })).text).toBe(
      'Abstracting 45.2 % (226/500, 0 failed, 3 min left)',
    );
  });

  test('that another program has locked the workspace', () => {
    expect(shellStatus(input({ waitsForLock: true }, { locale: 'en' })).text).toBe(
      'Another program has locked the workspace; goes on by itself · 45.2 % (226/500)',
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
    [
      'completed',
      { failedCount: 6, successCount: 0, progressPercent: 100 },
      {
        icon: 'attention',
        text: '批量抽象没有成功：6 个用户全部失败',
        progress: { fraction: 1, mode: 'error' },
      },
    ],
    ['completed', { failedCount: 6, successCount: 0, dismissed: true }, { icon: 'idle', progress: null }],
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
    const undoing = shellStatus(input(NO_RUN, { import: { ...importing, work: 'undo' } }));
    expect(undoing.text).toBe('正在撤销导入 a {b} @c|d.csv：12.3 %');
    const finishing = shellStatus(input(NO_RUN, { import: { ...importing, phase: 'finishing' } }));
    expect(finishing.progress?.mode).toBe('indeterminate');
  });

  test('a workspace that cannot be opened needs somebody', () => {
    const workspace = { open: false, error: { code: 'workspace.damaged' as const } };
    expect(shellStatus(input(NO_RUN, { workspace })).icon).toBe('attention');
  });

  test('what closing and quitting must not lose', () => {
    const idle = {
      run: NO_RUN,
      import: NO_IMPORT,
      export: NO_EXPORT,
      induction: NO_INDUCTION,
      asking: NOTHING_ASKED,
    };
    expect(activeWork({ ...idle, run: RUN }, null)).toBe('run');
    expect(activeWork({ ...idle, run: { ...RUN, status: 'paused' } }, null)).toBeNull();
    expect(activeWork({ ...idle, import: { ...NO_IMPORT, status: 'running' } }, null)).toBe('import');
    expect(activeWork({ ...idle, import: { ...NO_IMPORT, work: 'undo', status: 'running' } }, null)).toBe(
      'undo',
    );
    expect(activeWork({ ...idle, export: { ...NO_EXPORT, status: 'running' } }, null)).toBe('export');
    expect(activeWork({ ...idle, induction: { ...NO_INDUCTION, status: 'running' } }, null)).toBe(
      'induction',
    );
    const asked = { ...NOTHING_ASKED, asked: { kind: 'words', words: 'how many?' } as const };
    expect(activeWork({ ...idle, asking: asked }, null)).toBe('asking');
    const answer = { kind: 'failed', error: { code: 'model.quota' } } as const;
    expect(activeWork({ ...idle, asking: { ...asked, answer } }, null)).toBeNull();
    // A proposal waits on disk.
    expect(activeWork({ ...idle, induction: { ...NO_INDUCTION, status: 'proposed' } }, null)).toBeNull();
    for (const task of FILE_TASKS) expect(activeWork(idle, task)).toBe(task);
    // A run goes on beside a backup, and is what is asked about.
    expect(activeWork({ ...idle, run: RUN }, 'backup')).toBe('run');
  });
});

describe('what tray and taskbar show of an induction', () => {
  const INDUCTION: InductionSnapshot = {
    ...NO_INDUCTION,
    workspaceId: 'w',
    inductionId: 1,
    status: 'running',
    kind: 'types',
    total: 40,
    done: 12,
    step: 3,
    steps: 8,
  };
  const shown = (
    induction: Partial<InductionSnapshot>,
    run: Partial<RunSnapshot> = NO_RUN,
    more: Partial<StatusInput> = {},
  ): ShellStatus => shellStatus(input(run, { induction: { ...INDUCTION, ...induction }, ...more }));

  test('is how far it is, in each kind and language, and the machine stays awake', () => {
    expect(shown({})).toEqual({
      icon: 'running',
      text: '模型正在归纳事件类型 38 %（已看 12/40 个用户）',
      details: [],
      canPause: false,
      canResume: false,
      settings: null,
      progress: { fraction: 0.38, mode: 'normal' },
      awake: true,
    });
    expect(shown({ kind: 'words' }).text).toBe('模型正在归并候选词 38 %（12/40）');
    expect(shown({ kind: 'themes' }, NO_RUN, { locale: 'en' }).text).toBe(
      'The model is assigning themes 38 % (12/40)',
    );
    expect(shown({ steps: 0, step: 0 }).progress?.fraction).toBe(0);
    expect(shown({ step: 9 }).progress?.fraction).toBe(1);
  });

  test('counts down while it waits for the service', () => {
    const waits = { throttledUntil: NOW + 4_200, throttledBy: 'rate_limited' } as const;
    expect(shown(waits).text).toBe('服务限流，5 秒后继续 · 模型正在归纳事件类型 38 %（已看 12/40 个用户）');
    const left = (more: Partial<InductionSnapshot>): number =>
      heldSeconds(inductionWait({ ...INDUCTION, ...more }, NOW), NOW);
    expect(left(waits)).toBe(5);
    expect(left({ ...waits, status: 'paused' })).toBe(0);
    expect(left({})).toBe(0);
    expect(shown({ waitingSince: NOW - 20_000 }).text).toMatch(
      /^模型从 .+ 起没有回应，仍在等待 · 模型正在归纳/u,
    );
  });

  test('stands before a run that waits or has ended, and after one that goes on', () => {
    for (const status of ['paused', 'interrupted', 'failed', 'completed'] as const)
      expect(shown({}, { status }).text).toContain('模型正在归纳');
    expect(shown({}, { status: 'running' }).text).toContain('批量抽象进行中');
  });

  test.each(['idle', 'paused', 'proposed', 'failed', 'cancelled', 'interrupted'] as const)(
    'is nothing when it is %s',
    (status) => {
      expect(shown({ status })).toMatchObject({ icon: 'idle', progress: null, awake: false });
    },
  );
});

describe('what tray and taskbar show of a run with a model', () => {
  test('why it waits and for how long, counted down', () => {
    const model = figures({ throttledUntil: NOW + 36_200, throttledBy: 'rate_limited' });
    expect(shellStatus(input({ model })).text).toBe('服务限流，37 秒后继续 · 45.2 %（226/500）');
    expect(shellStatus(input({ model }, { locale: 'en', now: NOW + 30_200 })).text).toBe(
      'Rate limited, goes on in 6 s · 45.2 % (226/500)',
    );
    expect(shellStatus(input({ model }))).toMatchObject({ icon: 'running', canPause: true, awake: true });
  });

  test('what the provider says about a wait or a stop, on one short line', () => {
    const throttledDetail = `Limit reached.\n${'x'.repeat(300)}`;
    const model = figures({ throttledUntil: NOW + 36_200, throttledBy: 'usage_limit', throttledDetail });
    const waiting = shellStatus(input({ model }));
    expect(waiting.text).toContain('用量已达上限，37 秒后继续');
    expect(waiting.details).toEqual([expect.stringMatching(/^服务商的说明：Limit reached\. x+…$/)]);
    expect(waiting.details[0]?.length).toBeLessThan(110);
    const error = { code: 'model.quota', params: { detail: 'balance is 0' } } as const;
    expect(shellStatus(input({ status: 'failed', error })).details).toEqual([
      '余额不足：账户余额或额度已用完。充值后继续。',
      '服务商的说明：balance is 0',
    ]);
    expect(shellStatus(input({ status: 'failed', error, dismissed: true })).details).toEqual([]);
  });

  test('why and until when a run that has stopped is held, in text and menu', () => {
    const until = new Date(1970, 0, 1, 23, 30).getTime();
    const error = { code: 'model.usage_limit', params: { detail: 'weekly limit', until } } as const;
    const stopped = shellStatus(input({ status: 'failed', error }, { now: until - 3_600_000 }));
    expect(stopped.text).toBe('批量抽象已停止 45.2 %（226/500）：用量已达上限，到 23:30 解除');
    expect(stopped.details[0]).toContain('到 1970-01-01 23:30 为止');
    expect(stopped.details[1]).toBe('服务商的说明：weekly limit');
    const english = { locale: 'en', now: until - 86_400_000 } as const;
    expect(shellStatus(input({ status: 'failed', error }, english)).text).toBe(
      'Abstraction stopped at 45.2 % (226/500): Usage limit reached, until 1970-01-01 23:30',
    );
    expect(shellStatus(input({ status: 'failed', error }, { now: until + 1 })).text).toBe(
      '批量抽象已停止 45.2 %（226/500）：用量已达上限，需要您处理',
    );
    const other = { code: 'workspace.io', params: { detail: 'EIO' } } as const;
    expect(shellStatus(input({ status: 'failed', error: other })).text).toBe(
      '批量抽象已停止 45.2 %（226/500），需要您处理',
    );
    expect(shellStatus(input({ status: 'failed', error: other })).details).toHaveLength(1);
  });

  test('that one request tries, with the reason and the words, and that a silent model is waited for', () => {
    const model = figures({ throttledBy: 'network', throttledDetail: 'ECONNREFUSED' });
    const trying = shellStatus(input({ model }));
    expect(trying.text).toBe('网络中断，正在重试 · 45.2 %（226/500）');
    expect(trying.details).toEqual(['服务商的说明：ECONNREFUSED']);
    const at = new Date(2026, 0, 31, 14, 5, 10).getTime();
    const silent = figures({ waitingSince: at - 60_000 });
    expect(shellStatus(input({ model: silent }, { locale: 'en', now: at })).text).toBe(
      'Model silent since 14:04, still waiting · 45.2 % (226/500)',
    );
    const slow = figures({ unfinishedSince: at - 60_000 });
    expect(shellStatus(input({ model: slow }, { locale: 'en', now: at })).text).toBe(
      'Model slow, no answer has ended since 14:04 · 45.2 % (226/500)',
    );
    const paced = figures({ pacedUntil: NOW + 40_000 });
    expect(shellStatus(input({ model: paced })).text).toBe(
      '已到每分钟的限额，40 秒后继续 · 45.2 %（226/500）',
    );
  });

  test('a long wait in minutes, and a refusal as such', () => {
    const model = figures({ throttledUntil: NOW + 300_000, throttledBy: 'refused' });
    expect(shellStatus(input({ model })).text).toContain('服务拒绝请求，5分钟后继续');
  });

  test.each([
    ['is over', { throttledUntil: NOW }, {}],
    ['is none', { throttledUntil: null }, {}],
    ['belongs to a run that is paused', { throttledUntil: NOW + 9_000 }, { status: 'paused' }],
  ] as [string, Partial<ModelFigures>, Partial<RunSnapshot>][])('no wait when it %s', (_why, model, run) => {
    const snapshot = { ...RUN, ...run, model: figures(model) };
    expect(heldSeconds(waitOf(snapshot, NOW), NOW)).toBe(0);
    expect(shellStatus(input(snapshot)).text).not.toContain('后继续');
  });

  test('a spent budget needs somebody, and is no failure', () => {
    expect(shellStatus(input(OVER_BUDGET))).toEqual({
      icon: 'attention',
      text: '已达预算上限 45.2 %（226/500），需要您处理',
      details: [expect.stringMatching(/^已达预算上限：已花费 ¥ 5\.00/)],
      canPause: false,
      canResume: true,
      settings: null,
      progress: { fraction: 0.45, mode: 'paused' },
      awake: false,
    });
    expect(shellStatus(input({ ...OVER_BUDGET, dismissed: true })).icon).toBe('idle');
  });

  test.each([
    ['model.unauthorized', null, { canResume: false, settings: 'model' }],
    ['model.unauthorized', 499, { canResume: false, settings: 'model' }],
    ['model.unauthorized', 501, { canResume: true, settings: null }],
    ['model.model_unknown', null, { canResume: false, settings: 'model' }],
    ['rules.invalid', 501, { canResume: false, settings: 'rules' }],
    ['model.network', null, { canResume: true, settings: null }],
  ] as [ErrorCode, number | null, Partial<ShellStatus>][])(
    'a stop for %s, with the model changed at %s: what helps first',
    (code, modelChangedAt, offered) => {
      const stopped = { status: 'failed', resumable: true, error: { code }, endTime: 500 } as const;
      expect(shellStatus(input(stopped, { modelChangedAt }))).toMatchObject(offered);
      expect(shellStatus(input({ ...stopped, dismissed: true }, { modelChangedAt })).settings).toBeNull();
    },
  );

  test('a pilot that is done needs somebody, a pause does not', () => {
    const paused = { status: 'paused' } as const;
    const done = shellStatus(input({ ...paused, model: figures({ pilotDone: true }) }));
    expect(done).toMatchObject({
      icon: 'attention',
      text: '试跑完成，等待您确认（226/500，失败 0）',
      canResume: false,
    });
    expect(shellStatus(input({ ...paused, model: figures({}) })).icon).toBe('paused');
  });
});

describe('what a person who looks elsewhere is told', () => {
  const told = (now: Partial<RunSnapshot>, before: Partial<RunSnapshot> = {}): string | null =>
    runNotice('zh-CN', { ...RUN, ...now }, { ...RUN, ...before })?.title ?? null;

  test('that a run has completed, with its numbers', () => {
    expect(runNotice('zh-CN', { ...RUN, status: 'completed', failedCount: 3 }, RUN)).toEqual({
      kind: 'completed',
      title: '批量抽象已完成，有 3 个用户失败',
      body: '共 500 个用户：成功 226，失败 3。',
      page: 'extract',
      conversionsOf: 1,
    });
    expect(told({ status: 'completed' })).toBe('批量抽象已完成');
    expect(told({ status: 'completed', successCount: 0, failedCount: 6 })).toBe(
      '批量抽象没有成功：全部用户失败',
    );
  });

  test('in the words of the provider, once', () => {
    const error = { code: 'model.quota', params: { detail: 'balance is 0' } } as const;
    const { body } = runNotice('en', { ...RUN, status: 'failed', error }, RUN) ?? {};
    expect(body).toMatch(/^Out of balance.*The provider says: balance is 0$/);
    const refused = { code: 'model.bad_request', params: { detail: 'no such field' } } as const;
    const told = runNotice('en', { ...RUN, status: 'failed', error: refused }, RUN)?.body ?? '';
    expect(told.split('no such field')).toHaveLength(2);
  });

  test('that a run has stopped, and why', () => {
    const failed = { ...RUN, status: 'failed', error: { code: 'model.unauthorized' } } as const;
    expect(runNotice('en', failed, RUN)).toEqual({
      kind: 'failed',
      title: 'Abstraction stopped',
      body: expect.stringContaining('Key rejected'),
      page: 'extract',
    });
  });

  test('that the money is spent, with the sums', () => {
    const notice = runNotice('zh-CN', { ...RUN, ...OVER_BUDGET }, RUN);
    expect(notice?.title).toBe('已达预算上限');
    expect(notice?.body).toContain('¥ 5.00');
  });

  test('that a pilot is done, once, whatever the pause and the pilot come in', () => {
    const done = { status: 'paused', model: figures({ pilotDone: true }) } as const;
    expect(told(done)).toBe('试跑完成，等待您确认');
    expect(told(done, { status: 'paused', model: figures({}) })).toBe('试跑完成，等待您确认');
    expect(told({ ...done, processedUsers: 227 }, done)).toBeNull();
  });

  test.each([
    ['a pause', { status: 'paused', model: figures({}) }, {}],
    ['progress', { processedUsers: 300 }, {}],
    ['a run that is found at the start', { status: 'failed' }, { runId: null, status: 'idle' }],
    ['what had ended before', { status: 'completed', dismissed: true }, { status: 'completed' }],
  ] as [string, Partial<RunSnapshot>, Partial<RunSnapshot>][])('nothing of %s', (_what, now, before) => {
    expect(told(now, before)).toBeNull();
  });
});

describe('which notifications are wanted', () => {
  const settings = parseSettings({ notifyFailed: false });
  const wanted = (now: Partial<RunSnapshot>): boolean => {
    const notice = runNotice('en', { ...RUN, ...now }, RUN);
    return notice !== null && isWanted(notice, settings);
  };

  test('each kind has a switch', () => {
    expect(wanted({ status: 'completed' })).toBe(true);
    expect(wanted({ status: 'completed', successCount: 0, failedCount: 6 })).toBe(false);
    expect(wanted({ status: 'failed', error: { code: 'model.unauthorized' } })).toBe(false);
    expect(wanted(OVER_BUDGET)).toBe(true);
  });

  test('of an induction: that its proposal waits, and where', () => {
    const running = { ...NO_INDUCTION, inductionId: 3, status: 'running' as const };
    const told = (now: object): unknown => inductionNotice('en', { ...running, ...now }, running);
    expect(told({ status: 'proposed' })).toMatchObject({ kind: 'needsYou', page: 'types' });
    expect(told({ status: 'proposed', kind: 'themes' })).toMatchObject({ kind: 'needsYou', page: 'themes' });
    expect(told({ status: 'failed', error: { code: 'model.unauthorized' } })).toMatchObject({
      kind: 'failed',
    });
    expect(told({ status: 'failed', error: OVER_BUDGET.error })).toMatchObject({ kind: 'needsYou' });
    expect([told({ status: 'cancelled' }), told({ status: 'paused' }), told({ inductionId: 4 })]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

test('a wait is told in seconds as long as they can be followed', () => {
  expect([waitText('zh-CN', 99), waitText('en', 37), waitText('zh-CN', 100)]).toEqual([
    '99 秒',
    '37 s',
    '2分钟',
  ]);
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
        for (const ring of [null, 0, 0.5, 1]) {
          const name = trayImageName({ state, ring }, platform, dark);
          const file = new URL(name, resources);
          expect(existsSync(fileURLToPath(file)), name).toBe(true);
          // The small icon of Windows at 100 to 300 %.
          if (platform === 'win32')
            expect([name, icoSizes(readFileSync(file))]).toEqual([name, [16, 20, 24, 28, 32, 40, 48]]);
        }
      }
    }
  }
});

test('the ring of progress has steps, and only what runs has one', () => {
  const name = (state: 'running' | 'paused', ring: number | null): string =>
    trayImageName({ state, ring }, 'win32', false);
  const rings = Array.from({ length: 101 }, (_, percent) => name('running', percent / 100));
  expect(new Set(rings).size).toBe(RING_STEPS + 1);
  expect([name('running', 0.06), name('running', 0.07), name('running', 1)]).toEqual([
    'running-0-light.ico',
    'running-1-light.ico',
    'running-16-light.ico',
  ]);
  expect([name('running', null), name('paused', 0.5)]).toEqual(['running-light.ico', 'paused-light.ico']);
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
