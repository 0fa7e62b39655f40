// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import type { RequestSummary } from '@shared/model';
import type { Tone } from '@shared/outcome';
import type { RunSnapshot } from '@shared/run';
import { setLocale } from '@/i18n';
import { runStateText } from '@/run-state-text';
import { hasEventCount, requestTone, runTone, userTone } from '@/tone';
import { requestDetail, runSnapshot, userRow } from './support/samples';

// Read by Vite and not imported: the shell is type-checked apart from the window.
const [shell] = Object.values(
  import.meta.glob<{ runTone: typeof runTone }>('../../../src/main/status/run-tone.ts', { eager: true }),
);

const CAP = { code: 'run.budget_reached' } as const;

describe('a run', () => {
  test.each([
    ['running, no user failed', { status: 'running', successCount: 3 }, 'active', '进行中'],
    ['running, all failed so far', { status: 'running', failedCount: 3 }, 'active', '进行中'],
    ['paused', { status: 'paused', successCount: 3 }, 'waiting', '已暂停'],
    ['interrupted', { status: 'interrupted' }, 'waiting', '中断'],
    ['completed, no user failed', { status: 'completed', successCount: 6 }, 'success', '已完成'],
    ['completed without users', { status: 'completed' }, 'success', '已完成'],
    [
      'completed, one of six failed',
      { status: 'completed', successCount: 5, failedCount: 1 },
      'partial',
      '部分失败',
    ],
    ['completed, six of six failed', { status: 'completed', failedCount: 6 }, 'failure', '全部失败'],
    ['stopped', { status: 'failed', error: { code: 'model.quota' }, successCount: 5 }, 'failure', '已停止'],
    ['stopped at its cap', { status: 'failed', error: CAP }, 'waiting', '已达预算上限'],
    ['continued after a stop at its cap', { status: 'running', error: null }, 'active', '进行中'],
    ['cancelled', { status: 'cancelled', failedCount: 2 }, 'neutral', '已取消'],
  ] as [string, Partial<RunSnapshot>, Tone, string][])(
    '%s: the same in window and shell',
    (_name, patch, tone, text) => {
      setLocale('zh-CN');
      const run = runSnapshot({ successCount: 0, failedCount: 0, ...patch });
      expect([runTone(run), shell?.runTone(run), runStateText(run)]).toEqual([tone, tone, text]);
    },
  );
});

describe('a request', () => {
  const ten = Array.from({ length: 10 }, (_, index) => `u${index}`);
  test.each([
    [{ state: 'sending' }, 'active'],
    [{ state: 'streaming' }, 'active'],
    [{ state: 'answered', judged: false, accepted: 0 }, 'active'],
    [{ state: 'answered', accepted: 10 }, 'success'],
    [{ state: 'answered', accepted: 4 }, 'partial'],
    [{ state: 'answered', accepted: 0 }, 'failure'],
    [{ state: 'failed', accepted: 0 }, 'failure'],
    [{ state: 'aborted', accepted: 0 }, 'neutral'],
    [{ state: 'lost', accepted: 0 }, 'partial'],
  ] as [Partial<RequestSummary>, Tone][])('about ten users, %j: %s', (patch, tone) => {
    expect(requestTone(requestDetail(1, { userIds: ten, ...patch }))).toBe(tone);
  });
});

describe('a user', () => {
  test('is a success, a partial one, or a failure', () => {
    expect(userTone(userRow('a'))).toBe('neutral');
    expect(userTone(userRow('a', { status: 'succeeded' }))).toBe('success');
    expect(userTone(userRow('a', { status: 'succeeded', lowCoverage: true }))).toBe('partial');
    expect(userTone(userRow('a', { status: 'failed' }))).toBe('failure');
  });

  test('has a number of events only when there was a result', () => {
    expect(hasEventCount(userRow('a'))).toBe(false);
    expect(hasEventCount(userRow('a', { status: 'succeeded', eventCount: 0 }))).toBe(true);
    expect(hasEventCount(userRow('a', { status: 'failed', eventCount: 0 }))).toBe(false);
    // A failed retry keeps the events of the earlier success.
    expect(hasEventCount(userRow('a', { status: 'failed', eventCount: 4 }))).toBe(true);
  });
});
