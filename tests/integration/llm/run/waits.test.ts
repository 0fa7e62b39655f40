import { describe, expect, it } from 'vitest';
import type { ModelErrorDetails } from '../../../../src/core/extract/llm/types.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';
import { eventProblems } from '../../../support/model-books.ts';
import { failure } from '../../../support/scripted-client.ts';
import type { Reply } from '../../../support/scripted-client.ts';
import { waitOf } from '../../../../src/shared/waiting.ts';
import { ScriptedRun } from '../../../support/scripted-run.ts';
import { shoppers } from '../../../support/shoppers.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const WIFI = 'Hotel Wi-Fi Login: please sign in';
const LIMIT = 'usage limit exceeded, 5-hour usage limit reached';

const fail = (failureClass: FailureClass, words: string, details: ModelErrorDetails = {}): Reply => ({
  error: failure(failureClass, words, details),
});

/** What a service says, or does, that is down. */
const OUTAGES: [string, Reply][] = [
  ['no connection', { error: failure('network', '', {}) }],
  [
    'an internal error',
    fail('server_error', 'The server had an error while processing the request.', { httpStatus: 500 }),
  ],
  ['a gateway page', fail('server_error', '', { httpStatus: 502 })],
  ['a sign-in page', fail('not_an_answer', WIFI, { httpStatus: 200, billing: 'none', recognised: true })],
  ['no answer at all', { hang: true }],
  ['a rate limit', fail('rate_limited', 'Rate limit reached', { httpStatus: 429 })],
];

describe('a service that is down in the middle of a run', () => {
  it.each(OUTAGES)('with %s for ten minutes is waited for, visibly, and costs no user', async (_, outage) => {
    const users = shoppers(60);
    const on = await ScriptedRun.open(({ at }) => (at >= 600 && at < 10 * MINUTE_MS ? outage : {}), {
      users,
      settings: { maxConcurrency: 4 },
    });
    const waiting = await on.after(5 * MINUTE_MS);
    expect(waiting).toMatchObject({ status: 'running', failedCount: 0 });
    expect(waiting.model?.throttledBy).not.toBeNull();
    expect(waiting.model?.throttledDetail).toBe(outage.error?.providerText || null);
    expect(waiting.model?.waitingSince).toBeLessThan(on.clock.now() - 4 * MINUTE_MS);
    const last = await on.clock.run(on.harness.ended());
    expect(last).toMatchObject({ status: 'completed', successCount: 60, failedCount: 0 });
    expect(last.model).toMatchObject({ throttledBy: null, throttledDetail: null, waitingSince: null });
    expect(on.seconds).toBeLessThan(12 * 60);
    expect(on.client.calls.length).toBeLessThan(120);
    expect(eventProblems(users, on.harness.events())).toEqual([]);
  });

  it.each(OUTAGES.slice(0, 4))(
    'with %s while its last requests are out costs no user either',
    async (_, outage) => {
      const on = await ScriptedRun.open(({ at }) => (at >= 400 && at < 5 * MINUTE_MS ? outage : {}), {
        settings: { maxConcurrency: 4 },
      });
      expect(await on.run()).toMatchObject({ status: 'completed', successCount: 24, failedCount: 0 });
    },
  );

  it('and never answers is stopped asking after some paid requests', async () => {
    const on = await ScriptedRun.open(({ at }) => (at >= 600 ? { hang: true } : {}), { users: shoppers(60) });
    const last = await on.run(DAY_MS);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error?.code).toBe('model.timeout');
    expect(on.client.calls.length).toBeLessThan(60);
  });

  it('and bills answers that cannot be read is not asked for long', async () => {
    const usage = { inputTokens: 100, outputTokens: 100, reported: true };
    const billed = { httpStatus: 200, partial: { text: '', reasoning: '', usage }, recognised: true };
    const on = await ScriptedRun.open(
      ({ at }) => (at >= 600 ? fail('not_an_answer', 'JSON of another form', billed) : {}),
      { users: shoppers(60) },
    );
    const last = await on.run(5 * MINUTE_MS);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error).toMatchObject({
      code: 'model.not_an_answer',
      params: { detail: 'JSON of another form' },
    });
    expect(on.client.failures().length).toBeLessThan(30);
  });
});

it('is waited for without end, without a connection, once something was kept', async () => {
  const on = await ScriptedRun.open(({ at }) => (at >= 600 && at < 2 * HOUR_MS ? fail('network', '') : {}), {
    users: shoppers(60),
    settings: { maxConcurrency: 4 },
  });
  expect(await on.run(3 * HOUR_MS)).toMatchObject({ status: 'completed', successCount: 60 });
});

describe('a service of which nothing was ever kept', () => {
  it.each([
    ['not_an_answer', WIFI, { httpStatus: 200, billing: 'none' }],
    ['server_error', '', { httpStatus: 502 }],
    ['server_error', 'Internal error', { httpStatus: 500 }],
    ['network', 'connection lost', { httpStatus: 200 }],
    ['bad_format', 'a chunk cannot be read', { httpStatus: 200 }],
  ] as const)(
    'stops the run within a minute (%s: %s), with its words',
    async (...[failureClass, words, details]) => {
      const on = await ScriptedRun.open(() => fail(failureClass, words, details));
      const last = await on.run(MINUTE_MS);
      expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
      expect(last.error?.code).toBe(`model.${failureClass}`);
      if (words !== '') expect(last.error?.params?.['detail']).toBe(words);
      expect(on.client.calls.length).toBeLessThanOrEqual(10);
    },
  );

  it('is waited for while it loads its model', async () => {
    const on = await ScriptedRun.open(({ at }) =>
      at < 5 * MINUTE_MS ? fail('server_error', 'Loading model', { httpStatus: 503 }) : {},
    );
    expect(await on.run()).toMatchObject({ status: 'completed', successCount: 24 });
    expect(on.client.calls.length).toBeLessThan(40);
  });

  it('stops the run after five minutes without a connection, visibly until then; a resume goes on', async () => {
    const refused = { error: failure('network', '', {}) };
    const on = await ScriptedRun.open(({ at }) => (at < 20 * MINUTE_MS ? refused : {}), {
      settings: { baseUrl: 'http://localhost:11434/v1' },
    });
    expect(waitOf(await on.after(4 * MINUTE_MS), on.clock.now())).toMatchObject({ reason: 'network' });
    const last = await on.clock.run(on.harness.ended(), 2 * MINUTE_MS);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error).toMatchObject({
      code: 'model.unreachable',
      params: { host: 'localhost:11434', minutes: 5 },
    });
    await on.clock.advance(20 * MINUTE_MS);
    expect(await on.resume()).toMatchObject({ status: 'completed', successCount: 24 });
  });

  it('stops the run where it takes longer than the time-out of the settings, and says so', async () => {
    const on = await ScriptedRun.open(() => ({ keepAliveMs: 1_000, ms: 8_000 }), {
      settings: { timeoutSeconds: 5 },
    });
    const last = await on.run(MINUTE_MS);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error).toEqual({ code: 'model.timeout_too_short', params: { seconds: 5 } });
  });

  it('is shown as silent while the first request is out', async () => {
    const on = await ScriptedRun.open(() => ({ hang: true }));
    const before = await on.after(14_000);
    expect(waitOf(before, on.clock.now())).toBeNull();
    // No request begins or ends meanwhile: the silence itself is sent to windows, tray and command line.
    await on.clock.advance(2_000);
    expect(waitOf(on.latest, on.clock.now())).toEqual({ kind: 'silent', since: on.startedAt });
  });

  it('is shown as silent while keep-alives come for minutes, and no longer once an answer begins', async () => {
    const on = await ScriptedRun.open(({ number }) =>
      number === 1 ? { keepAliveMs: 5_000, ms: 4 * MINUTE_MS } : {},
    );
    expect(waitOf(await on.after(2 * MINUTE_MS), on.clock.now())).toMatchObject({ kind: 'silent' });
    expect(await on.clock.run(on.harness.ended())).toMatchObject({ status: 'completed' });
  });

  it('is shown with the reason and the words while one request tries', async () => {
    const on = await ScriptedRun.open(({ number }) =>
      number > 3 ? { hang: true } : fail('server_error', 'out of memory', { httpStatus: 500 }),
    );
    const waiting = await on.after(20_000);
    expect(on.client.calls.at(-1)?.outcome).toBe('open');
    expect(waitOf(waiting, on.clock.now())).toMatchObject({
      kind: 'trying',
      reason: 'server_error',
      detail: 'out of memory',
    });
  });
});

describe('a service that shows that it is alive', () => {
  it('is waited for up to ten minutes for the first piece of an answer', async () => {
    const on = await ScriptedRun.open(({ number }) =>
      number < 8 ? {} : { keepAliveMs: 5_000, ms: 10 * MINUTE_MS - 5_000 },
    );
    expect(await on.run()).toMatchObject({ status: 'completed', successCount: 24 });
    expect(on.client.calls.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
  });

  it('is not waited for for ever', async () => {
    const on = await ScriptedRun.open(({ number }) =>
      number === 3 ? { keepAliveMs: 5_000, hang: true } : {},
    );
    expect(await on.run()).toMatchObject({ status: 'completed', successCount: 24 });
    expect(on.seconds).toBeLessThan(12 * 60);
  });

  it('cannot drip for ever, even when nothing is known of its answers', async () => {
    const on = await ScriptedRun.open(({ number }) => (number === 1 ? { dripMs: 1_000, hang: true } : {}));
    expect(await on.run()).toMatchObject({ status: 'completed', successCount: 24 });
    expect(on.seconds).toBeLessThan(12 * 60);
  });
});

describe('a limit that lasts', () => {
  const limited = (details: ModelErrorDetails): Reply =>
    fail('usage_limit', LIMIT, { httpStatus: 429, recognised: true, ...details });

  it('is waited for, visibly, where its end is near', async () => {
    const until = 40 * MINUTE_MS;
    const on = await ScriptedRun.open(({ at }) =>
      at >= 400 && at < until ? limited({ retryAfterMs: until - at - 20 }) : {},
    );
    const waiting = await on.after(10 * MINUTE_MS);
    expect(waiting.model).toMatchObject({ throttledBy: 'usage_limit', throttledDetail: LIMIT });
    expect(waiting.model?.throttledUntil).toBe(on.startedAt + until);
    const asked = on.client.calls.length;
    expect(await on.clock.run(on.harness.ended())).toMatchObject({ status: 'completed', successCount: 24 });
    expect(on.client.calls[asked]?.at).toBeGreaterThanOrEqual(until);
  });

  it.each([
    ['a usage limit', 'usage_limit'],
    ['a rate limit with a Retry-After of hours', 'rate_limited'],
  ] as const)('(%s) stops the run where its end is far, and tells when', async (_, failureClass) => {
    const until = 5 * HOUR_MS;
    const on = await ScriptedRun.open(({ at }) =>
      at >= 400 ? fail(failureClass, LIMIT, { httpStatus: 429, retryAfterMs: until - at - 20 }) : {},
    );
    const last = await on.run(10_000);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error).toEqual({
      code: 'model.usage_limit',
      params: { detail: LIMIT, until: on.startedAt + until },
    });
  });

  it('is waited for as long as the settings allow', async () => {
    const until = 5 * HOUR_MS;
    const on = await ScriptedRun.open(
      ({ at }) => (at >= 400 && at < until ? limited({ retryAfterMs: until - at - 20 }) : {}),
      { settings: { maxWaitMinutes: 600 } },
    );
    expect(await on.run(6 * HOUR_MS)).toMatchObject({ status: 'completed', successCount: 24 });
  });

  it('of unknown end is asked about rarely, and stops the run in the end', async () => {
    const on = await ScriptedRun.open(({ at }) => (at >= 400 ? limited({}) : {}), {
      settings: { maxConcurrency: 1 },
    });
    const last = await on.run(2 * HOUR_MS);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error).toEqual({ code: 'model.usage_limit', params: { detail: LIMIT } });
    expect(on.seconds).toBeLessThan(3600);
    expect(on.client.failures().length).toBeLessThan(10);
    const polls = on.client.failures().map(({ at }) => at);
    const waits = polls.slice(1).map((at, index) => Math.round((at - (polls[index] ?? 0)) / MINUTE_MS));
    expect(waits.slice(0, 4)).toEqual([1, 2, 5, 10]);
  });

  it('of unknown end goes by itself', async () => {
    const on = await ScriptedRun.open(({ at }) => (at >= 400 && at < 20 * MINUTE_MS ? limited({}) : {}));
    expect(await on.run(2 * HOUR_MS)).toMatchObject({ status: 'completed', successCount: 24 });
  });

  it('stops the run at once where the settings allow no wait', async () => {
    const on = await ScriptedRun.open(() => limited({}), { settings: { maxWaitMinutes: 0 } });
    expect((await on.run(10_000)).error?.code).toBe('model.usage_limit');
    expect(on.client.calls).toHaveLength(1);
  });

  it('is tried with one request when the user resumes the run', async () => {
    let isOver = false;
    const on = await ScriptedRun.open(({ at }) =>
      at >= 400 && !isOver ? limited({ retryAfterMs: 5 * HOUR_MS }) : {},
    );
    await on.run(10_000);
    const asked = on.client.calls.length;
    expect((await on.resume(10_000)).error?.code).toBe('model.usage_limit');
    expect(on.client.calls).toHaveLength(asked + 1);
    isOver = true;
    expect(await on.resume(60_000)).toMatchObject({ status: 'completed', successCount: 24 });
  });

  it('is kept to after a restart: nothing is asked before its end', async () => {
    const until = 50 * MINUTE_MS;
    const on = await ScriptedRun.open(({ at }) =>
      at >= 400 && at < until ? limited({ retryAfterMs: until - at - 20 }) : {},
    );
    await on.after(10 * MINUTE_MS);
    const asked = on.client.calls.length;
    // Another pace keeps nothing in memory of the one before: what it knows was stored.
    await on.harness.use({ maxConcurrency: 5 });
    await on.harness.reopen('resume');
    await on.clock.advance(1_000);
    expect(on.latest.model).toMatchObject({ throttledBy: 'usage_limit', throttledDetail: LIMIT });
    expect(await on.clock.run(on.harness.untilStatus('completed'))).toMatchObject({ successCount: 24 });
    expect(on.client.calls[asked]?.at).toBeGreaterThanOrEqual(until);
  });

  it('that turns out to be far stops a run that goes on by itself after a restart, without a request', async () => {
    const until = 50 * MINUTE_MS;
    const on = await ScriptedRun.open(({ at }) =>
      at >= 400 && at < until ? limited({ retryAfterMs: until - at - 20 }) : {},
    );
    await on.after(MINUTE_MS);
    const asked = on.client.calls.length;
    await on.harness.use({ maxWaitMinutes: 10, maxConcurrency: 5 });
    await on.harness.reopen('resume');
    const last = await on.clock.run(on.harness.untilStatus('failed'));
    expect(last.error).toEqual({
      code: 'model.usage_limit',
      params: { detail: LIMIT, until: on.startedAt + until },
    });
    expect(on.client.calls).toHaveLength(asked);
  });
});

describe('Retry-After: 0', () => {
  it.each([
    ['rate_limited', 429],
    ['rate_limited', 503],
    ['server_error', 503],
  ] as const)('is no permission to ask without a pause (%s, %i)', async (failureClass, httpStatus) => {
    const on = await ScriptedRun.open(({ at }) =>
      at >= 400 && at < 15_000 ? fail(failureClass, 'busy', { httpStatus, retryAfterMs: 0 }) : {},
    );
    expect(await on.run()).toMatchObject({ status: 'completed', successCount: 24 });
    expect(on.client.failures().length).toBeLessThan(25);
  });
});
