// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { shallowRef } from 'vue';
import { NO_INDUCTION } from '@shared/induction';
import type { ModelFigures } from '@shared/model';
import { useWaitText } from '@/composables/useWaitText';
import { setLocale } from '@/i18n';
import { formatClock } from '@/i18n/format';
import RunReason from '@/pages/extract/RunReason.vue';
import RunThrottle from '@/pages/extract/RunThrottle.vue';
import RunCurrent from '@/pages/extract/RunCurrent.vue';
import { installBridge, settled } from './support/fake-bridge';
import { mountComponent, mountComposable, unmountAll } from './support/mount';
import { modelFigures, runSnapshot } from './support/samples';

const NOW = new Date(2026, 10, 25, 14, 0, 0).getTime();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  installBridge();
  setLocale('zh-CN');
});
afterEach(() => {
  unmountAll();
  vi.useRealTimers();
});

function waiting(patch: Partial<ModelFigures>, status: 'running' | 'paused' = 'running') {
  const run = shallowRef(runSnapshot({ status, model: modelFigures(patch) }));
  return { run, ...mountComposable(() => useWaitText(() => run.value)).result };
}

describe('a run that waits', () => {
  test('says why, until when by the clock, and counts down', async () => {
    const wait = waiting({ throttledUntil: NOW + 6000, throttledBy: 'rate_limited' });
    expect(wait.text.value).toBe('服务限流，14:00:06 继续（6 秒后）');
    expect(wait.short.value).toBe('限流，6 秒后继续');
    expect(wait.wait.value?.kind).toBe('held');
    await vi.advanceTimersByTimeAsync(2000);
    expect(wait.text.value).toBe('服务限流，14:00:06 继续（4 秒后）');
    await vi.advanceTimersByTimeAsync(4000);
    expect(wait.text.value).toBe('服务限流，正在重新请求…');
    expect(wait.short.value).toBe('限流，正在重试');
    wait.run.value = runSnapshot({ revision: 2, model: modelFigures() });
    await settled();
    expect([wait.wait.value, wait.text.value]).toEqual([null, '']);
  });

  test('of hours says the day, since when it waits, and what the provider said', async () => {
    const wait = waiting({
      throttledUntil: NOW + 12 * 3_600_000,
      throttledBy: 'usage_limit',
      throttledDetail: '5-hour limit reached',
      waitingSince: NOW - 90_000,
    });
    expect(wait.text.value).toBe('用量已达上限，2026-11-26 02:00 继续（12 小时后）');
    expect(wait.short.value).toBe('用量上限，等到 11-26 02:00');
    expect(wait.since.value).toBe('已等待 1 分 30 秒');
    expect(wait.detail.value).toBe('5-hour limit reached');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(wait.since.value).toBe('已等待 2 分钟');
  });

  test('of seconds shows nothing that would come and go', () => {
    const wait = waiting({
      throttledUntil: NOW + 3000,
      throttledBy: 'rate_limited',
      throttledDetail: 'slow down',
      waitingSince: NOW - 100,
    });
    expect([wait.since.value, wait.detail.value]).toEqual(['', '']);
  });

  test("without an end is seen too, with the provider's words once it lasts", () => {
    const wait = waiting({
      throttledBy: 'not_an_answer',
      throttledDetail: '<html>',
      waitingSince: NOW - 60_000,
    });
    expect(wait.wait.value?.kind).toBe('trying');
    expect(wait.since.value).toBe('已等待 1 分钟');
    expect(wait.text.value).toBe('收到的不是模型的回答，正在重新请求…');
    expect(wait.detail.value).toBe('<html>');
  });

  test('is no wait while the run is paused, and a reason without words of its own is said in general', () => {
    expect(waiting({ throttledUntil: NOW + 9000 }, 'paused').wait.value).toBeNull();
    expect(waiting({ throttledUntil: NOW + 9000, throttledBy: 'empty' }).text.value).toContain(
      '服务暂不可用',
    );
    expect(waiting({ throttledUntil: NOW + 9000, throttledBy: 'forbidden' }).text.value).toContain(
      '服务拒绝请求',
    );
  });

  test('for a silent model is shown, and how long it has been silent', async () => {
    const { element } = mountComponent(RunThrottle, {
      run: runSnapshot({ model: modelFigures({ waitingSince: NOW - 20_000 }) }),
    });
    const line = (): string => element.querySelector('p')?.textContent?.trim() ?? '';
    expect(line()).toBe('模型没有回应，仍在等待回答 · 已等待 20 秒');
    await vi.advanceTimersByTimeAsync(5000);
    expect(line()).toBe('模型没有回应，仍在等待回答 · 已等待 25 秒');
    expect(waiting({ waitingSince: NOW - 40_000 }).short.value).toBe('等待模型回答，45 秒');
  });

  test('for answers that do not end is shown, and for how long', () => {
    const { element } = mountComponent(RunThrottle, {
      run: runSnapshot({ model: modelFigures({ unfinishedSince: NOW - 50_000 }) }),
    });
    expect(element.querySelector('p')?.textContent?.trim()).toBe(
      '模型回答得很慢，正在到来的回答还没有一个完成 · 已等待 50 秒',
    );
    expect(waiting({ unfinishedSince: NOW - 50_000 }).short.value).toBe('模型回答较慢，50 秒');
  });

  test('for a limit per minute says so; for a locked workspace too, without a model', () => {
    expect(waiting({ pacedUntil: NOW + 40_000 }).text.value).toBe(
      '已到每分钟的限额，14:00:40 继续（40 秒后）',
    );
    const { element } = mountComponent(RunThrottle, { run: runSnapshot({ waitsForLock: true }) });
    expect(element.textContent).toContain('工作区正被其他程序');
  });

  test('of an induction is shown like that of a run', () => {
    const induction = { ...NO_INDUCTION, status: 'running' as const, waitingSince: NOW - 30_000 };
    const { element } = mountComponent(RunThrottle, { run: { ...induction, model: induction } });
    expect(element.querySelector('[data-kind]')?.getAttribute('data-kind')).toBe('silent');
  });

  test('is shown with its words, in English too', () => {
    setLocale('en');
    const model = modelFigures({
      throttledUntil: NOW + 900_000,
      throttledBy: 'rate_limited',
      throttledDetail: 'Rate limit reached for requests',
      waitingSince: NOW - 30_000,
    });
    const { element } = mountComponent(RunThrottle, { run: runSnapshot({ model }) });
    expect([...element.querySelectorAll('p')].map((line) => line.textContent?.trim())).toEqual([
      'Rate limited, continues at 14:15:00 (in 15 min) · waiting for 30 s',
      'The provider says: Rate limit reached for requests',
    ]);
  });
});

describe('a run that stopped', () => {
  const shown = (props: Record<string, unknown>): string[] =>
    [...mountComponent(RunReason, props).element.querySelectorAll('p')].map((line) => line.textContent ?? '');

  test("says the reason, the end of the limit in local time, and the provider's words", () => {
    const until = NOW + 5 * 3_600_000;
    const error = { code: 'model.usage_limit', params: { detail: 'weekly limit', until } };
    const [reason] = shown({ error });
    expect(reason).toContain('用量已达上限');
    expect(reason).toContain('19:00');
    expect(reason).toContain('服务商的说明：weekly limit');
  });

  test('does not repeat words that are part of the reason', () => {
    const error = { code: 'model.bad_request', params: { detail: 'unknown field' } };
    expect(shown({ error })).toHaveLength(1);
    expect(shown({ error: { code: 'model.quota' } })).toHaveLength(1);
  });
});

describe('the users that are being processed', () => {
  test('are named, and the others are counted without them', () => {
    const props = { ids: ['a', 'b', 'c', 'd', 'e'], count: 6, waiting: false };
    expect(mountComponent(RunCurrent, props).element.textContent).toContain('另 1 个');
    setLocale('en');
    expect(mountComponent(RunCurrent, props).element.textContent).toContain('and 1 more');
  });

  test('are none while the service is waited for', () => {
    setLocale('en');
    const props = { ids: [], count: 0, waiting: true };
    expect(mountComponent(RunCurrent, props).element.textContent).toBe(
      'Waiting for the service; no user is being processed',
    );
  });
});

test('a clock time has its date when that is not today', () => {
  expect(formatClock(NOW + 1000)).toBe('14:00:01');
  expect(formatClock(NOW + 86_400_000)).toBe('2026-11-26 14:00');
});
