import { describe, expect, it } from 'vitest';
import type { ModelErrorDetails } from '../../../../src/core/extract/llm/types.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';
import { eventProblems } from '../../../support/model-books.ts';
import { failure } from '../../../support/scripted-client.ts';
import type { Reply } from '../../../support/scripted-client.ts';
import { ScriptedRun } from '../../../support/scripted-run.ts';
import { shoppers } from '../../../support/shoppers.ts';

const USERS = 24;
const MINUTE_MS = 60_000;
const LANES = [1, 4, 16];

const BLOCK_PAGE = 'Attention Required! | Cloudflare: Sorry, you have been blocked';
const status = (httpStatus: number, more: ModelErrorDetails = {}): ModelErrorDetails => ({
  httpStatus,
  ...more,
});

/** A refusal as a client reports it: class, words, details. */
type Refusal = [FailureClass, string, ModelErrorDetails];
const fail = ([failureClass, words, details]: Refusal): Reply => ({
  error: failure(failureClass, words, details),
});

/** Refusals whose words name the class. */
const NAMED: Refusal[] = [
  ['unauthorized', 'Incorrect API key provided', status(401, { recognised: true })],
  ['forbidden', 'Your key does not have access to this model', status(403, { recognised: true })],
  ['model_unknown', 'The model has been decommissioned', status(400, { recognised: true })],
  ['quota', 'insufficient balance (1008)', status(500, { recognised: true })],
];

/** Refusals of which no table knows what they mean. */
const UNNAMED: Refusal[] = [
  ['unauthorized', 'Denied', status(401)],
  ['forbidden', BLOCK_PAGE, status(403)],
  ['model_unknown', 'Not Found', status(404)],
  ['bad_request', 'Organization is in a state that cannot use this', status(400)],
  ['server_error', 'Plan has lapsed, code 7', status(500)],
  ['server_error', 'Error code: 400 - Invalid schema', status(500)],
];

describe('a refusal that no user can escape', () => {
  it.each(NAMED)('and that is named (%s) stops the run after one request', async (...refusal) => {
    const on = await ScriptedRun.open(() => fail(refusal));
    const last = await on.run();
    expect(last).toMatchObject({ status: 'failed', resumable: true, processedUsers: 0, failedCount: 0 });
    expect(last.error).toMatchObject({ code: `model.${refusal[0]}`, params: { detail: refusal[1] } });
    expect(on.client.calls).toHaveLength(1);
  });

  it.each(UNNAMED)('and that no table knows (%s: %s) stops the run within a minute', async (...refusal) => {
    const on = await ScriptedRun.open(() => fail(refusal));
    const last = await on.run(MINUTE_MS);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error).toMatchObject({ code: `model.${refusal[0]}`, params: { detail: refusal[1] } });
    expect(on.client.calls.length).toBeLessThanOrEqual(10);
  });

  it.each(LANES.flatMap((lanes) => [...NAMED, ...UNNAMED].map((refusal) => [lanes, ...refusal] as const)))(
    'stops a run under way with %i lanes (%s: %s) within a minute, and fails no user',
    async (maxConcurrency, ...refusal) => {
      const on = await ScriptedRun.open(({ at }) => (at < 700 ? {} : fail(refusal)), {
        users: shoppers(200),
        settings: { maxConcurrency },
      });
      const last = await on.run(MINUTE_MS);
      expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
      expect(last.processedUsers).toBeGreaterThan(0);
      expect(last.error).toMatchObject({ code: `model.${refusal[0]}`, params: { detail: refusal[1] } });
      expect(on.client.failures().length).toBeLessThanOrEqual(maxConcurrency + 24);
    },
  );

  it('stops a run for a balance that is spent at once, also after answers', async () => {
    const on = await ScriptedRun.open(
      ({ number }) =>
        number <= 4 ? {} : fail(['quota', 'Insufficient balance', status(401, { recognised: true })]),
      { settings: { maxConcurrency: 4 } },
    );
    const last = await on.run(10_000);
    expect(last.error?.code).toBe('model.quota');
    expect(on.client.failures().length).toBeLessThanOrEqual(4);
  });
});

describe('a refusal that passes', () => {
  it.each([...NAMED.slice(0, 3), ...UNNAMED.slice(0, 4)])(
    'of a single request (%s: %s) is tried again',
    async (...refusal) => {
      const on = await ScriptedRun.open(({ number }) => (number === 3 ? fail(refusal) : {}));
      const last = await on.run(MINUTE_MS);
      expect(last).toMatchObject({ status: 'completed', successCount: USERS, failedCount: 0 });
      expect(on.client.failures()).toHaveLength(1);
    },
  );

  it.each([
    ['unauthorized', 'Authentication Fails (governor)', status(401, { recognised: true })],
    ['forbidden', 'Just a moment...', status(403)],
    ['model_unknown', 'wait a moment and try again', status(404)],
  ] as Refusal[])('of all requests for five seconds (%s) is waited for', async (...refusal) => {
    const on = await ScriptedRun.open(({ at }) => (at >= 600 && at < 5_600 ? fail(refusal) : {}));
    expect(await on.run(MINUTE_MS)).toMatchObject({ status: 'completed', successCount: USERS });
  });

  it('of the first requests by a content filter goes by', async () => {
    const refusal: Refusal = [
      'refused',
      'The content you provided is blocked.',
      status(451, { recognised: true }),
    ];
    const on = await ScriptedRun.open(({ number }) => (number <= 6 ? fail(refusal) : {}));
    expect(await on.run(MINUTE_MS)).toMatchObject({ status: 'completed', successCount: USERS });
  });
});

describe('a refusal about one user', () => {
  const CASES: [...Refusal, most: number][] = [
    ['forbidden', BLOCK_PAGE, status(403), 7],
    ['unauthorized', 'Denied', status(401), 7],
    ['model_unknown', 'Not Found', status(404), 7],
    ['bad_request', 'cannot parse this', status(400), 7],
    // These words say trouble that may pass: the last user is asked about twice more.
    ['server_error', 'Internal server error', status(500), 9],
    ['server_error', 'codec failed', status(500), 7],
    ['not_an_answer', 'Blocked by policy', status(200, { billing: 'none' }), 7],
    ['refused', 'content_filter', status(400, { recognised: true }), 7],
  ];

  it.each(
    CASES.flatMap((each) =>
      [0, 7, USERS - 1].flatMap((who) => LANES.slice(0, 2).map((lanes) => [who, lanes, ...each] as const)),
    ),
  )(
    '(number %i of 24, %i lanes, %s: %s) fails that user alone, in few tries',
    async (who, maxConcurrency, failureClass, words, details, most) => {
      const users = shoppers(USERS);
      const poisoned = users[who]?.id ?? '';
      const on = await ScriptedRun.open(
        ({ userIds }) => (userIds.includes(poisoned) ? fail([failureClass, words, details]) : {}),
        { users, settings: { maxConcurrency } },
      );
      const last = await on.run(MINUTE_MS);
      expect(last).toMatchObject({ status: 'completed', successCount: USERS - 1, failedCount: 1 });
      expect(await on.failures()).toEqual([
        { code: `model.${failureClass}`, detail: words, users: [poisoned] },
      ]);
      expect(on.client.about(poisoned).length).toBeLessThanOrEqual(most);
      const others = eventProblems(users, on.harness.events());
      expect(others).toEqual([`${users[who]?.behaviours.length} behaviours are in no event`]);
    },
  );

  it.each(CASES.slice(0, 5))('of two such users (%s) ends, too', async (failureClass, words, details) => {
    const users = shoppers(USERS);
    const poisoned = [users[2]?.id ?? '', users[13]?.id ?? ''];
    const on = await ScriptedRun.open(
      ({ userIds }) =>
        poisoned.some((id) => userIds.includes(id)) ? fail([failureClass, words, details]) : {},
      { users },
    );
    const last = await on.run(2 * MINUTE_MS);
    expect(last).toMatchObject({ status: 'completed', successCount: USERS - 2, failedCount: 2 });
  });

  it('who is all that is left of a run fails it no more', async () => {
    const users = shoppers(USERS);
    const poisoned = users[5]?.id ?? '';
    let isOpen = false;
    const on = await ScriptedRun.open(
      ({ userIds }) => {
        if (isOpen && userIds.includes(poisoned)) return fail(['forbidden', BLOCK_PAGE, status(403)]);
        if (userIds.includes(poisoned)) return fail(['quota', 'spent', status(402, { recognised: true })]);
        return {};
      },
      { users, settings: { maxConcurrency: 1 } },
    );
    expect((await on.run()).error?.code).toBe('model.quota');
    isOpen = true;
    expect(await on.resume(2 * MINUTE_MS)).toMatchObject({ status: 'completed', failedCount: 1 });
  });
});

describe('a filter that refuses everybody', () => {
  it('stops the run, and fails no user', async () => {
    const on = await ScriptedRun.open(() => fail(['refused', 'flagged', status(400, { recognised: true })]));
    const last = await on.run(MINUTE_MS);
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error).toMatchObject({ code: 'model.refused', params: { detail: 'flagged' } });
  });
});
