import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { errorText } from '../../../src/cli/error-text.ts';
import { stopLines } from '../../../src/cli/outcome.ts';
import { Output } from '../../../src/cli/output.ts';
import { localTime } from '../../../src/cli/terminal-text.ts';
import { waitText, WaitNotes } from '../../../src/cli/waiting.ts';
import { progressJson } from '../../../src/server/progress-json.ts';
import type { ErrorInfo } from '../../../src/shared/errors.ts';
import type { ModelFigures } from '../../../src/shared/model.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';

/** Noon, local time, so that some minutes later is the same day everywhere. */
const NOW = new Date(2026, 0, 31, 12, 0, 0).getTime();
const MINUTE = 60_000;

function waiting(model: Partial<ModelFigures>, status: RunSnapshot['status'] = 'running'): RunSnapshot {
  const figures = {
    throttledUntil: null,
    throttledBy: null,
    throttledDetail: null,
    waitingSince: null,
    unfinishedSince: null,
    pacedUntil: null,
    ...model,
  };
  return { ...NO_RUN, status, model: figures as ModelFigures };
}

const inEnglish = (error: ErrorInfo): string => errorText('en', error);

const limited = (untilMs: number, more: Partial<ModelFigures> = {}): RunSnapshot =>
  waiting({ throttledUntil: NOW + untilMs, throttledBy: 'rate_limited', ...more });

describe('what a run waits for', () => {
  it('is told with the reason, the time and the words of the provider', () => {
    const snapshot = limited(30_000, { throttledDetail: 'Too many requests' });
    expect(waitText('en', snapshot, NOW)).toBe(
      'waiting: rate limited, until 12:00:30; the provider says: “Too many requests”',
    );
    expect(waitText('zh-CN', snapshot, NOW)).toBe(
      '等待服务：限流，到 12:00:30；服务商说：“Too many requests”',
    );
  });

  it('has a date when it is not today, and says so when requests are rejected', () => {
    const snapshot = limited(24 * 60 * MINUTE, { throttledBy: 'refused' });
    expect(waitText('en', snapshot, NOW)).toBe('waiting: requests are rejected, until 2026-02-01 12:00');
  });

  it.each([
    ['when nothing holds', waiting({})],
    ['when the run is paused', waiting({ throttledUntil: NOW + MINUTE }, 'paused')],
    ['without a model', { ...NO_RUN, status: 'running' } satisfies RunSnapshot],
  ])('is nothing %s', (_when, snapshot) => {
    expect(waitText('en', snapshot, NOW)).toBeNull();
  });
});

describe('a run in which one request tries', () => {
  it.each([
    ['without a time', waiting({ throttledBy: 'network', throttledDetail: 'ECONNREFUSED' })],
    ['whose time has come', limited(0, { throttledBy: 'network', throttledDetail: 'ECONNREFUSED' })],
  ])('is told %s, with the reason and the words', (_which, snapshot) => {
    expect(waitText('en', snapshot, NOW)).toBe(
      'waiting: it cannot be reached, trying again; the provider says: “ECONNREFUSED”',
    );
    expect(waitText('zh-CN', snapshot, NOW)).toBe('等待服务：网络中断，正在重试；服务商说：“ECONNREFUSED”');
  });

  it('has a line of its own where it is the first that is told of a long wait', () => {
    const notes = new WaitNotes();
    const since = { throttledBy: 'network', waitingSince: NOW - 2 * MINUTE } as const;
    expect(notes.next('en', waiting(since), NOW)).toBe(
      'Waiting for the service since 11:58:00: it cannot be reached; trying again',
    );
    expect(notes.next('en', waiting(since), NOW + 10_000)).toBeNull();
    expect(notes.next('en', limited(25_000, { ...since }), NOW + 20_000)).toBeNull();
    expect(notes.next('en', limited(5 * MINUTE, { ...since }), NOW + 30_000)).toContain('next try at 12:05');
  });
});

describe('a silent model', () => {
  const silent = waiting({ waitingSince: NOW - 20_000 });

  it('is told with the time since when', () => {
    expect(waitText('en', silent, NOW)).toBe('waiting: the model has been silent since 11:59:40');
    expect(waitText('zh-CN', silent, NOW)).toBe('等待模型：从 11:59:40 起没有回应');
  });

  it('has a line of its own after a minute, once', () => {
    const notes = new WaitNotes();
    expect(notes.next('en', silent, NOW)).toBeNull();
    expect(notes.next('en', silent, NOW + MINUTE)).toBe(
      'Waiting for the model: nothing has come from it since 11:59:40',
    );
    expect(notes.next('en', silent, NOW + 2 * MINUTE)).toBeNull();
  });
});

it('answers that come and do not end are told, after a minute in a line of their own', () => {
  const slow = waiting({ unfinishedSince: NOW - 50_000 });
  expect(waitText('en', slow, NOW)).toBe('waiting: answers are coming, none has ended since 11:59:10');
  const notes = new WaitNotes();
  expect(notes.next('zh-CN', slow, NOW)).toBeNull();
  expect(notes.next('zh-CN', slow, NOW + MINUTE)).toBe(
    '等待模型：回答正在到来，但从 11:59:10 起没有一个完成',
  );
  expect(notes.next('zh-CN', slow, NOW + 2 * MINUTE)).toBeNull();
});

it('a limit per minute and a locked workspace are waits too', () => {
  const paced = waiting({ pacedUntil: NOW + 40_000 });
  expect(waitText('en', paced, NOW)).toBe('waiting: limit per minute, until 12:00:40');
  const locked: RunSnapshot = { ...NO_RUN, status: 'running', waitsForLock: true };
  expect(waitText('en', locked, NOW)).toBe('waiting: another program has locked the workspace');
  expect(new WaitNotes().next('zh-CN', locked, NOW)).toBe('工作区正被其他程序占用，释放后自动继续');
});

describe('a line of its own', () => {
  it('is for waits of more than a minute, once each', () => {
    const notes = new WaitNotes();
    expect(notes.next('en', limited(50_000), NOW)).toBeNull();
    const long = limited(5 * MINUTE, { throttledDetail: 'Slow down' });
    expect(notes.next('en', long, NOW)).toBe(
      'Waiting for the service: rate limited; next try at 12:05:00; the provider says: “Slow down”',
    );
    expect(notes.next('en', long, NOW + 1_000)).toBeNull();
  });

  it('comes again when the end has moved by a minute, or the words are others', () => {
    const notes = new WaitNotes();
    expect(notes.next('en', limited(5 * MINUTE), NOW)).not.toBeNull();
    expect(notes.next('en', limited(5.5 * MINUTE), NOW)).toBeNull();
    expect(notes.next('en', limited(6 * MINUTE), NOW)).toContain('12:06:00');
    expect(notes.next('en', limited(6 * MINUTE, { throttledDetail: 'other' }), NOW)).toContain('other');
  });

  it('tells short waits too once they add up to more than a minute, and since when', () => {
    const notes = new WaitNotes();
    const since = { throttledBy: 'network', waitingSince: NOW - 2 * MINUTE } as const;
    const trying = { throttledUntil: null, ...since };
    expect(notes.next('zh-CN', limited(5_000, since), NOW)).toBe(
      '从 11:58:00 起等待服务：网络中断，12:00:05 再试',
    );
    // Between two tries nothing holds, and the same wait goes on.
    expect(notes.next('zh-CN', waiting(trying), NOW + 5_000)).toBeNull();
    expect(notes.next('zh-CN', limited(12_000, since), NOW + 6_000)).toBeNull();
  });

  it('comes again for the same wait once the service has answered in between', () => {
    const notes = new WaitNotes();
    expect(notes.next('en', limited(5 * MINUTE), NOW)).not.toBeNull();
    expect(notes.next('en', waiting({}), NOW)).toBeNull();
    expect(notes.next('en', limited(5 * MINUTE), NOW)).not.toBeNull();
  });
});

describe('the JSON of a run with a model', () => {
  it('says what is waited for, why, since and until when', () => {
    const snapshot = limited(30_000, { throttledDetail: 'Slow down', waitingSince: NOW - 1_000 });
    expect(progressJson(snapshot, inEnglish, NOW)).toMatchObject({
      wait: {
        kind: 'held',
        reason: 'rate_limited',
        detail: 'Slow down',
        since: new Date(NOW - 1_000).toISOString(),
        until: new Date(NOW + 30_000).toISOString(),
      },
      throttled_until: new Date(NOW + 30_000).toISOString(),
      throttled_by: 'rate_limited',
      throttled_detail: 'Slow down',
      waiting_since: new Date(NOW - 1_000).toISOString(),
    });
    expect(progressJson(waiting({}), inEnglish)).toMatchObject({
      wait: null,
      throttled_until: null,
      throttled_by: null,
      throttled_detail: null,
      waiting_since: null,
    });
  });

  it('says the same of silence, of one request that tries, and of a lock', () => {
    const kinds = [
      waiting({ waitingSince: NOW - 20_000 }),
      waiting({ unfinishedSince: NOW - 50_000 }),
      waiting({ throttledBy: 'network', waitingSince: NOW }),
      { ...NO_RUN, status: 'running', waitsForLock: true } satisfies RunSnapshot,
    ].map((snapshot) => (progressJson(snapshot, inEnglish, NOW)['wait'] as { kind: string }).kind);
    expect(kinds).toEqual(['silent', 'unfinished', 'trying', 'locked']);
  });

  it('says why a run stopped, in the words of the provider', () => {
    const params = { detail: 'Your balance is 0', until: NOW };
    const failed: RunSnapshot = { ...NO_RUN, status: 'failed', error: { code: 'model.quota', params } };
    expect(progressJson(failed, inEnglish)).toMatchObject({
      wait: {
        kind: 'stopped',
        reason: 'usage_limit',
        detail: 'Your balance is 0',
        since: null,
        until: new Date(NOW).toISOString(),
      },
      error_code: 'model.quota',
      error_detail: 'Your balance is 0',
      error_until: new Date(NOW).toISOString(),
    });
    const other: RunSnapshot = { ...failed, error: { code: 'workspace.io', params: { detail: 'EIO' } } };
    expect(progressJson(other, inEnglish)).toMatchObject({ error_detail: null, error_until: null });
  });
});

describe('a run that stopped', () => {
  it('tells the words of the provider and when the limit ends', () => {
    const until = NOW + 90 * MINUTE;
    const lines = stopLines(
      'en',
      { code: 'model.usage_limit', params: { detail: 'Weekly limit', until } },
      NOW,
    );
    expect(lines[0]).toMatch(/^The run failed: Usage limit reached/);
    expect(lines.join('\n')).toContain('Weekly limit');
    expect(lines.join('\n')).toContain(localTime(until, NOW));
    const chinese = stopLines(
      'zh-CN',
      { code: 'model.usage_limit', params: { detail: '周限额', until } },
      NOW,
    );
    expect(chinese.join('\n')).toContain('周限额');
    expect(chinese.join('\n')).toMatch(/[：:]30/);
  });

  it('does not repeat words that the reason has already', () => {
    const lines = stopLines('en', { code: 'model.bad_request', params: { detail: 'no such field' } }, NOW);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('no such field');
  });

  it('says nothing of a provider that said nothing', () => {
    expect(stopLines('en', { code: 'model.quota' }, NOW)).toHaveLength(1);
  });
});

it('a wait is in the JSON however soon it follows the snapshot before it: the next one may be hours away', () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => void vi.restoreAllMocks());
  const output = new Output('en', { json: true });
  output.runProgress(waiting({}));
  output.runProgress(limited(10 * MINUTE));
  write.mockRestore();
  expect(lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['throttled_by'])).toEqual([
    null,
    'rate_limited',
  ]);
});
