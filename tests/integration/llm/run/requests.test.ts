import { describe, expect, it } from 'vitest';
import type { ModelSettings, RequestDetail } from '../../../../src/shared/model.ts';
import { answerUnit } from '../../../../tools/fault-server/answer-from-prompt.ts';
import { KEY, ModelHarness } from '../../../support/model-harness.ts';
import { startScriptedModel } from '../../../support/scripted-model.ts';
import type { ScriptedAnswer } from '../../../support/scripted-model.ts';
import { shoppers } from '../../../support/shoppers.ts';

/** A run over four users whose first answer is this one, and whose later answers are good; gives its first request. */
async function firstRequest(
  answer: (users: NonNullable<ScriptedAnswer['users']>) => ScriptedAnswer,
): Promise<{ harness: ModelHarness; first: RequestDetail }> {
  const model = await startScriptedModel((units, request) => {
    const users = units.map(answerUnit);
    return request === 1 ? answer(users) : { users };
  });
  const harness = await ModelHarness.open({
    users: shoppers(4, { seed: 2, behaviours: 12 }),
    settings: { baseUrl: model.baseUrl },
  });
  expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 4 });
  const first = await harness.engine.getRequest(1);
  if (!first) throw new Error('the first request is not in the ledger');
  return { harness, first };
}

const reasons = ({ verdicts }: RequestDetail): (string | null)[] => verdicts.map(({ reason }) => reason);

describe('the list of requests', () => {
  it('tells whose they were, what they took and how many users were accepted, the latest first', async () => {
    const harness = await ModelHarness.open({ users: 30 });
    const last = await harness.run();
    const requests = await harness.engine.listRequests(100);
    expect(requests).toHaveLength(harness.server.journal.entries.length);
    expect(requests.map(({ id }) => id)).toEqual(requests.map((_, index) => requests.length - index));
    expect(requests.flatMap(({ userIds }) => userIds).toSorted()).toEqual(
      harness.users.map(({ id }) => id).toSorted(),
    );
    for (const request of requests) {
      expect(request).toMatchObject({
        runId: last.runId,
        state: 'answered',
        accepted: request.userIds.length,
        failure: null,
        httpStatus: 200,
        finishReason: 'stop',
        isEstimated: false,
      });
      expect(request.latencyMs).toBeGreaterThanOrEqual(request.firstTokenMs ?? Infinity);
      expect(request.cost).toBeGreaterThan(0);
    }
    expect(await harness.engine.listRequests(2)).toEqual(requests.slice(0, 2));
  });

  it('marks tokens and cost as an estimate where the provider counted nothing', async () => {
    const harness = await ModelHarness.open({ users: 4, server: { usage: 'never' } });
    await harness.run();
    const [request] = await harness.engine.listRequests(10);
    expect(request).toMatchObject({ isEstimated: true, inputTokens: expect.any(Number) as number });
    expect(request?.cost).toBeGreaterThan(0);
  });

  it('shows a refused one with its reason in words, and without the key', async () => {
    const harness = await ModelHarness.open({ users: 4, server: { outage: '402' } });
    await harness.run();
    const [summary] = await harness.engine.listRequests(10);
    expect(summary).toMatchObject({
      state: 'failed',
      failure: 'quota',
      httpStatus: 402,
      accepted: 0,
      cost: 0,
    });
    const detail = await harness.engine.getRequest(summary?.id ?? 0);
    expect(detail).toMatchObject({
      failureDetail: expect.stringMatching(/Insufficient Balance/) as string,
      verdicts: [],
    });
    expect(JSON.stringify(harness.read((db) => db.prepare('SELECT * FROM requests').all()))).not.toContain(
      KEY,
    );
  });
});

describe('what was sent with a request', () => {
  const answering = async (settings: Partial<ModelSettings> = {}) => {
    const model = await startScriptedModel((units) => ({ users: units.map(answerUnit) }));
    const harness = await ModelHarness.open({
      users: shoppers(4, { seed: 2, behaviours: 12 }),
      settings: { baseUrl: model.baseUrl, ...settings },
    });
    await harness.run();
    return { harness, model };
  };

  it('is kept letter for letter, after a restart and a change of the settings too', async () => {
    const { harness, model } = await answering();
    await harness.use({ sendUserIds: true });
    await harness.reopen();
    const requests = await harness.engine.listRequests(10);
    const kept = await Promise.all(requests.toReversed().map(({ id }) => harness.engine.requestPrompt(id)));
    expect(kept).toEqual(model.received);
    expect(kept[0]?.user).toContain('@u1');
    expect(JSON.stringify(kept)).not.toContain('user-0000');
  });

  it('shows real ids where they were sent', async () => {
    const { harness } = await answering({ sendUserIds: true });
    expect((await harness.engine.requestPrompt(1))?.user).toContain('user_id=user-0000');
  });

  it('is deleted with the data, and unknown for a request that never was', async () => {
    const { harness } = await answering();
    expect(await harness.engine.requestPrompt(99)).toBeNull();
    await harness.engine.clearWorkspace('events');
    expect(await harness.engine.requestPrompt(1)).not.toBeNull();
    await harness.engine.clearWorkspace('all');
    expect(await harness.engine.requestPrompt(1)).toBeNull();
    expect(harness.read((db) => db.prepare('SELECT count(*) AS n FROM sent_prompts').get())).toEqual({
      n: 0,
    });
  });
});

describe('a request in detail', () => {
  it('shows what came, and that all of it was taken', async () => {
    const { first } = await firstRequest((users) => ({ users }));
    expect(first.verdicts).toMatchObject(
      ['user-0000', 'user-0001', 'user-0002', 'user-0003'].map((userId) => ({
        userId,
        accepted: true,
        reason: null,
        coverage: 1,
        unsupported: 0,
      })),
    );
    expect(first.answer).toContain('"user_id":"u4"');
  });

  it('says of each user why his answer was not taken', async () => {
    const { first } = await firstRequest((users) => {
      const [one, two, three, four] = users;
      if (!one || !two || !three || !four) throw new Error('four users were expected');
      const little = { ...two, events: two.events.slice(0, 1) };
      const contradiction = { ...three, events: three.events.slice(0, 2) };
      return { users: [one, little, three, contradiction] };
    });
    expect(reasons(first)).toEqual([null, 'low_coverage', 'duplicate_user', 'missing_user']);
    expect(first.verdicts.map(({ accepted }) => accepted)).toEqual([true, false, false, false]);
    expect(first.verdicts[1]?.coverage).toBeLessThan(0.5);
    expect(first.verdicts[3]?.coverage).toBeNull();
    expect(first.accepted).toBe(1);
  });

  it.each<[string, ScriptedAnswer, string]>([
    ['nothing', { text: '' }, 'empty'],
    ['prose', { text: '好的，我来看看这些用户。' }, 'bad_format'],
    ['a refusal', { text: '抱歉，我无法协助完成该请求。' }, 'refused'],
    ['a cut beginning', { text: '{"users":[{"user_id":"u1","eve', finish: 'length' }, 'truncated'],
  ])('says so of an answer of %s', async (_what, answer, reason) => {
    const { first, harness } = await firstRequest(() => answer);
    expect(reasons(first)).toEqual([reason, reason, reason, reason]);
    const model = harness.snapshots.at(-1)?.model;
    expect(model?.retriesByReason).toHaveProperty(reason);
  });

  it('tells the evidence that is another user’s from that of his own', async () => {
    const { first, harness } = await firstRequest((users) => ({
      users: users.map((user, index) => ({
        ...user,
        events: [...user.events, ...(index === 0 ? (users[1]?.events.slice(0, 1) ?? []) : [])],
      })),
    }));
    expect(first.verdicts.map(({ unsupported }) => unsupported)).toEqual([1, 0, 0, 0]);
    expect(harness.snapshots.at(-1)?.model?.unsupportedEvents).toBe(1);
  });

  it('keeps its verdicts for good, and the raw answer of the latest only', async () => {
    const harness = await ModelHarness.open({ users: 8 });
    await harness.run();
    await harness.tamper((db) => {
      const columns = 'run_id, client_id, state, start_time, asked, answer, reasoning, judged, verdicts';
      const insert = db.prepare(
        `INSERT INTO requests (${columns}) SELECT run_id, ?, state, start_time, asked, answer, reasoning, judged, verdicts FROM requests WHERE id = 1`,
      );
      for (let copy = 0; copy < 420; copy += 1) insert.run(`copy ${copy}`);
    });
    await harness.reopen();
    const userIds = ['user-0000'];
    expect(await harness.engine.requestPrompt(1)).not.toBeNull();
    for (let run = 0; run < 50; run += 1) {
      await harness.run({ scope: { kind: 'users', userIds }, fresh: true });
    }
    expect(await harness.engine.requestPrompt(1)).toBeNull();
    const old = await harness.engine.getRequest(100);
    expect(old?.answer).toBeNull();
    expect(old?.verdicts).toHaveLength(8);
    const newest = (await harness.engine.listRequests(1))[0];
    expect((await harness.engine.getRequest(newest?.id ?? 0))?.answer).toContain('"users"');
  });
});
