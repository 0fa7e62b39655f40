import { expect, it } from 'vitest';
import { ModelError } from '../../../src/core/extract/llm/types.ts';
import { Patience } from '../../../src/core/induct/patience.ts';
import { FAILURE_CLASSES } from '../../../src/shared/failure-classes.ts';

const error = (
  failure: (typeof FAILURE_CLASSES)[number],
  retryAfterMs: number | null = null,
  recognised = false,
): ModelError =>
  new ModelError(failure, 'no', { providerText: 'the words of the provider', retryAfterMs, recognised });

it.each(FAILURE_CLASSES)('a service that fails for ever with %s is not asked for ever', (failure) => {
  const patience = new Patience(60);
  let now = 0;
  for (let tries = 1; tries <= 1000; tries += 1) {
    const next = patience.failed(error(failure), now);
    if (next.kind === 'stop') {
      expect(next.error.code).toMatch(/^model\./);
      expect(next.error.params['detail']).toBe('the words of the provider');
      return;
    }
    expect(next.waitMs).toBeGreaterThan(0);
    now += next.waitMs;
  }
  throw new Error('it never stops');
});

it('waits for as long as it is asked to, and longer each time where it is not', () => {
  const patience = new Patience(60);
  expect(patience.failed(error('rate_limited', 30_000), 0)).toEqual({ kind: 'again', waitMs: 30_000 });
  patience.answered();
  const waits = [1, 2, 3].map((now) => patience.failed(error('server_error'), now));
  expect(waits.map((next) => (next.kind === 'again' ? next.waitMs : null))).toEqual([1000, 2000, 4000]);
});

it('stops where the wait would be longer than the settings allow, and says when it ends', () => {
  const next = new Patience(10).failed(error('usage_limit', 3_600_000), 5);
  expect(next).toMatchObject({
    kind: 'stop',
    error: { code: 'model.usage_limit', params: { until: 3_600_005 } },
  });
});

it('stops at once for a rejected key before any answer, and not at the first one after', () => {
  expect(new Patience(60).failed(error('unauthorized', null, true), 0).kind).toBe('stop');
  const patience = new Patience(60);
  patience.answered();
  expect(patience.failed(error('unauthorized', null, true), 0).kind).toBe('again');
});
