import { describe, expect, it } from 'vitest';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { ExplainRequest } from '../../../src/shared/explanation.ts';
import { modelSettingsSchema } from '../../../src/shared/model.ts';
import { ALL } from '../../support/engine-harness.ts';
import { InductionHarness } from '../../support/induction-harness.ts';
import { failure } from '../../support/scripted-client.ts';
import type { Reply, ScriptedCall } from '../../support/scripted-client.ts';

const NO_CAP = { maxCost: null, maxTokens: null } as const;
const OVERVIEW: ExplainRequest = { question: questionSchema.parse({ analysis: 'overview' }), ...NO_CAP };

/** The events and users of the first row of the table in a prompt, as they stand there. */
function firstRow({ request }: ScriptedCall): { type: string; events: string; users: string } {
  const [, type = '', , events = '', users = ''] =
    request.user
      .split('\n')
      .find((line) => line.startsWith('1\t'))
      ?.split('\t') ?? [];
  return { type, events, users };
}

/** A true sentence, and one with a number that is in no cell. */
function answer(call: ScriptedCall): Reply {
  const { type, events, users } = firstRow(call);
  const figures = [
    { row: 1, column: 'users' },
    { row: 1, column: 'events' },
  ];
  return {
    text: JSON.stringify({
      sentences: [
        { text: `${type}：${users} 个用户，${events} 个事件。`, figures },
        { text: `${type}有 987654 个用户。`, figures },
      ],
    }),
  };
}

/** A workspace with events. */
async function open(script: (call: ScriptedCall) => Reply = answer): Promise<InductionHarness> {
  const harness = await InductionHarness.open({ script });
  await harness.engine.startRun({ ...ALL, detail: 'standard' });
  await expect.poll(async () => (await harness.engine.runSnapshot()).status).toBe('completed');
  return harness;
}

describe('an explanation', () => {
  it('keeps what stands in the table, counts what does not, and is on the books once', async () => {
    const harness = await open();
    const before = await harness.engine.preflightExplanation(OVERVIEW.question);
    const explanation = await harness.engine.explainInsight(OVERVIEW);
    const answered = await harness.engine.askInsight(OVERVIEW.question);
    if (answered.analysis !== 'overview') throw new Error('another answer');
    const [top] = answered.types;
    expect(explanation).toMatchObject({ dropped: 1, data: answered.data, model: 'scripted' });
    expect(explanation.sentences).toHaveLength(1);
    const [kept] = explanation.sentences;
    expect(kept?.figures.map(({ start, end, key }) => [kept.text.slice(start, end), key])).toEqual([
      [String(top?.users), top?.key],
      [String(top?.events), null],
    ]);
    expect(before).toMatchObject({ kept: false, problem: null });

    const [row, ...others] = harness.ledger();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ state: 'answered' });
    expect(before.estimate?.inputTokens).toBe(row?.inputTokens);
    expect(row?.cost).toBeLessThanOrEqual(before.estimate?.most ?? 0);
    expect(row?.cost).toBeGreaterThan(0);

    // The same again costs nothing, also after a restart.
    await harness.reopen('leave');
    expect(await harness.engine.preflightExplanation(OVERVIEW.question)).toMatchObject({ kept: true });
    expect(await harness.engine.explainInsight(OVERVIEW)).toEqual(explanation);
    expect(harness.client.calls).toHaveLength(1);
    // Another model, and another question, are asked.
    await harness.engine.explainInsight({
      ...OVERVIEW,
      question: questionSchema.parse({ analysis: 'graph' }),
    });
    await harness.use({ model: 'another' });
    await harness.engine.explainInsight(OVERVIEW);
    expect(harness.client.calls).toHaveLength(3);
  });

  it('sends names and figures, and no id of a user', async () => {
    const harness = await open();
    await harness.engine.explainInsight(OVERVIEW);
    const ids = harness.read((db) =>
      db
        .prepare('SELECT id FROM users')
        .all()
        .map(({ id }) => String(id)),
    );
    const [call] = harness.client.calls;
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(call?.request.user).not.toContain(id);
    expect(call?.request.asked).toEqual([]);
  });

  it('is refused without a model or a key, with a cap in money without prices, and where there is nothing', async () => {
    const harness = await open();
    await harness.use({ model: '' });
    await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({
      code: 'model.not_configured',
    });
    expect((await harness.engine.preflightExplanation(OVERVIEW.question)).problem?.code).toBe(
      'model.not_configured',
    );
    const address = { preset: 'deepseek', baseUrl: 'http://127.0.0.1:9/v1', model: 'scripted' };
    const settings = modelSettingsSchema.parse(address);
    await harness.engine.useModel({ settings, apiKey: null, promptTemplate: null });
    await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({ code: 'model.no_key' });
    await harness.use();
    const nobody = questionSchema.parse({ analysis: 'overview', select: { from: '2090-01-01' } });
    await expect(harness.engine.explainInsight({ ...OVERVIEW, question: nobody })).rejects.toMatchObject({
      code: 'insight.explain_empty',
    });
    await harness.use({ model: 'scripted', priceIn: null });
    await expect(harness.engine.explainInsight({ ...OVERVIEW, maxCost: 1 })).rejects.toMatchObject({
      code: 'run.cap_needs_price',
    });
    expect(harness.client.calls).toEqual([]);
  });

  it('that could cost more than the cap sends nothing', async () => {
    const harness = await open();
    await expect(harness.engine.explainInsight({ ...OVERVIEW, maxCost: 0.000_001 })).rejects.toMatchObject({
      code: 'run.budget_reached',
    });
    await expect(harness.engine.explainInsight({ ...OVERVIEW, maxTokens: 10 })).rejects.toMatchObject({
      code: 'run.budget_reached',
    });
    expect(harness.client.calls).toEqual([]);
    const { estimate } = await harness.engine.preflightExplanation(OVERVIEW.question);
    await harness.engine.explainInsight({ ...OVERVIEW, maxCost: estimate?.most ?? null });
    expect(harness.client.calls).toHaveLength(1);
  });

  it('that fails says what the provider said; what may pass is tried again', async () => {
    const wrongKey = failure('unauthorized', 'wrong key', { httpStatus: 401, recognised: true });
    const harness = await open(() => ({ error: wrongKey }));
    const failed = harness.engine.explainInsight(OVERVIEW);
    await expect(failed).rejects.toMatchObject({ code: 'model.unauthorized' });
    await expect(failed).rejects.toMatchObject({ params: { detail: expect.stringContaining('wrong key') } });
    expect(harness.client.calls).toHaveLength(1);

    const busy = failure('server_error', 'try again later', { httpStatus: 503 });
    harness.script = (call) => (call.number === 2 ? { error: busy } : answer(call));
    expect((await harness.engine.explainInsight(OVERVIEW)).sentences).toHaveLength(1);
    expect(harness.ledger().map(({ state }) => state)).toEqual(['failed', 'failed', 'answered']);
  });

  it('that cannot be read is asked for a few times, and kept by nobody', async () => {
    const harness = await open(() => ({ text: 'I would rather talk about something else.' }));
    await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({ code: 'model.bad_format' });
    expect(harness.client.calls.length).toBeGreaterThan(1);
    const { estimate, kept } = await harness.engine.preflightExplanation(OVERVIEW.question);
    expect(kept).toBe(false);
    // A cap that allows one request is kept to, and the error is still that of the answer.
    const before = harness.client.calls.length;
    await expect(
      harness.engine.explainInsight({ ...OVERVIEW, maxCost: estimate?.most ?? null }),
    ).rejects.toMatchObject({ code: 'model.bad_format' });
    expect(harness.client.calls).toHaveLength(before + 1);
  });

  it('is one at a time, keeps others from beginning, and can be cancelled', async () => {
    const harness = await open(() => ({ hang: true }));
    const hanging = harness.engine.explainInsight(OVERVIEW);
    const cancelled = expect(hanging).rejects.toMatchObject({ code: 'insight.explain_cancelled' });
    await expect.poll(() => harness.client.calls.length).toBe(1);
    const busy = { code: 'insight.explain_busy' };
    await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject(busy);
    await expect(harness.start()).rejects.toMatchObject(busy);
    await expect(harness.engine.startRun(ALL)).rejects.toMatchObject(busy);
    await expect(harness.engine.startSampleImport()).rejects.toMatchObject(busy);
    await expect(harness.engine.clearWorkspace('events')).rejects.toMatchObject(busy);
    await harness.engine.cancelExplanation();
    await cancelled;
    expect(harness.ledger().map(({ state }) => state)).toEqual(['aborted']);
    // An induction keeps it from beginning.
    await harness.start();
    await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({
      code: 'insight.explain_induction_active',
    });
    await harness.engine.cancelInduction();
  });

  it('ends with the workspace, whose books are in order', async () => {
    const harness = await open(() => ({ hang: true }));
    const hanging = expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({
      code: 'insight.explain_cancelled',
    });
    await expect.poll(() => harness.client.calls.length).toBe(1);
    await harness.reopen('leave');
    await hanging;
    expect(harness.ledger().map(({ state }) => state)).toEqual(['aborted']);
  });

  it('tells what it waits for, in the words of the provider, and that it has ended', async () => {
    const slow = failure('rate_limited', 'slow down, please', { httpStatus: 429, retryAfterMs: 30_000 });
    const harness = await open((call) => (call.number === 1 ? { error: slow } : answer(call)));
    await harness.engine.explainInsight(OVERVIEW);
    const held = harness.asking.find(({ wait }) => wait?.throttledBy === 'rate_limited');
    expect(held).toMatchObject({
      asked: { kind: 'explain', question: OVERVIEW.question },
      answer: null,
    });
    expect(held?.wait).toMatchObject({
      throttledDetail: 'slow down, please',
      throttledUntil: expect.any(Number) as number,
    });
    expect(harness.asking.at(-1)?.wait).toBeNull();
    // A model that says nothing is a wait, too.
    harness.script = () => ({ hang: true });
    await harness.use({ model: 'another' });
    const hanging = expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({
      code: 'insight.explain_cancelled',
    });
    await expect.poll(() => harness.asking.at(-1)?.wait?.waitingSince ?? null).not.toBeNull();
    await harness.engine.cancelExplanation();
    await hanging;
    expect(harness.asking.at(-1)).toMatchObject({ asked: null, wait: null, answer: null });
  });

  it('is known to who did not ask, until somebody has shown it; one that was kept is known to who asks only', async () => {
    const harness = await open();
    const explanation = await harness.engine.explainInsight(OVERVIEW);
    const asked = { kind: 'explain', question: OVERVIEW.question };
    const told = harness.asking.map(({ asked: of, wait, answer: came }) => ({
      asked: of,
      wait,
      answer: came,
    }));
    expect(told[0]).toMatchObject({ asked, answer: null });
    expect(told.at(-1)).toEqual({ asked, wait: null, answer: { kind: 'explained', explanation } });
    const revisions = harness.asking.map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    await harness.engine.dismissAsking();
    expect(harness.asking.at(-1)).toMatchObject({ asked: null, answer: null });

    const before = harness.asking.length;
    await harness.engine.explainInsight(OVERVIEW);
    await harness.engine.dismissAsking();
    expect(harness.asking).toHaveLength(before);

    harness.script = () => ({
      error: failure('unauthorized', 'wrong key', { httpStatus: 401, recognised: true }),
    });
    await harness.use({ model: 'another' });
    await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({
      code: 'model.unauthorized',
    });
    expect(harness.asking.at(-1)?.answer).toMatchObject({
      kind: 'failed',
      error: { code: 'model.unauthorized' },
    });
    await harness.reopen('leave');
    expect(harness.asking.at(-1)).toMatchObject({ asked: null, answer: null });
  });

  it('that a limit of hours refuses says so at once, with its end, and tries again when it is asked again', async () => {
    const limited = failure('rate_limited', 'come back later', { httpStatus: 429, retryAfterMs: 1_800_000 });
    const harness = await open((call) => (call.number === 1 ? { error: limited } : answer(call)));
    await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({
      code: 'model.usage_limit',
      params: { detail: 'come back later', until: expect.any(Number) as number },
    });
    expect((await harness.engine.explainInsight(OVERVIEW)).sentences).toHaveLength(1);
    expect(harness.client.calls).toHaveLength(2);
  });

  it('that is refused says what the model said, without what it repeats of the prompt', async () => {
    const harness = await open((call) => ({ text: `抱歉，我无法回答“${firstRow(call).type}”的问题。` }));
    const refused = harness.engine.explainInsight(OVERVIEW);
    await expect(refused).rejects.toMatchObject({
      code: 'model.refused',
      params: { detail: '抱歉，我无法回答“[…]”的问题。' },
    });
    expect(harness.client.calls).toHaveLength(3);
  });

  it.each([
    ['too_long', 1],
    ['refused', 3],
  ] as const)(
    'that would be the same again is sent no more often than that helps (%s)',
    async (reason, requests) => {
      const harness = await open(() => ({
        error: failure(reason, 'no', { httpStatus: 400, recognised: true }),
      }));
      await expect(harness.engine.explainInsight(OVERVIEW)).rejects.toMatchObject({
        code: `model.${reason}`,
      });
      expect(harness.client.calls).toHaveLength(requests);
    },
  );
});
