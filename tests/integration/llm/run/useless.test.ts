import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../../support/model-harness.ts';
import type { Reply, ScriptedCall } from '../../../support/scripted-client.ts';
import { ScriptedRun } from '../../../support/scripted-run.ts';
import { shoppers } from '../../../support/shoppers.ts';

/** An answer that is all thought, up to the limit. */
const thoughts = ({ request }: ScriptedCall): Reply => ({
  text: '',
  reasoning: '让我想想。'.repeat(50),
  finish: 'length',
  usage: { outputTokens: request.maxOutputTokens },
});
/** A thought of so many tokens, and the answer where the limit leaves room for it. */
const thinking =
  (tokens: number) =>
  (call: ScriptedCall): Reply => {
    const { maxOutputTokens, predictedOutputTokens } = call.request;
    // What an answer has at the least, by the examples of the prompt.
    const answer = Math.min(predictedOutputTokens, 20 * call.userIds.length * 10);
    return tokens + answer > maxOutputTokens
      ? { ...thoughts(call), ms: 2_000 }
      : { ms: 2_000, usage: { outputTokens: tokens + answer } };
  };

const USELESS: [string, (call: ScriptedCall) => Reply][] = [
  ['is empty', () => ({ text: '' })],
  ['is no JSON', () => ({ text: 'I went through the list, and it looks fine.' })],
  ['is all thought, and cut off', thoughts],
  ['says nothing of anybody', () => ({ text: '{"users":[]}' })],
];

describe('a model of which every answer', () => {
  it.each(USELESS.flatMap(([what, reply]) => [24, 200].map((users) => [what, users, reply] as const)))(
    '%s stops a run of %i users after a handful',
    async (_, count, reply) => {
      const faultless = await ScriptedRun.open(() => ({}), { users: shoppers(count) });
      const perUser = (figuresOf(await faultless.run()).cost ?? 0) / count;
      const on = await ScriptedRun.open(reply, { users: shoppers(count) });
      const last = await on.run();
      expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0, successCount: 0 });
      expect(last.error?.code).toBe('model.useless');
      expect(on.client.calls.length).toBeLessThanOrEqual(24);
      expect(figuresOf(last).cost).toBeLessThan(7 * perUser * 24);
    },
  );

  it.each([1, 2, 3])('is all thought stops a run of %i users, too', async (users) => {
    const on = await ScriptedRun.open(thoughts, { users: shoppers(users) });
    const last = await on.run();
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(on.client.calls.length).toBeLessThanOrEqual(10);
  });

  it.each([1_500, 6_000, 12_000])(
    'begins with %i tokens of thought is given room for them',
    async (tokens) => {
      const on = await ScriptedRun.open(thinking(tokens), { users: shoppers(100) });
      expect(await on.run()).toMatchObject({ status: 'completed', successCount: 100 });
    },
  );

  it('is of no use by chance, now and then, stops nothing', async () => {
    const on = await ScriptedRun.open(({ number }) => (number <= 5 || number % 3 === 0 ? { text: '' } : {}), {
      users: shoppers(60),
    });
    expect(await on.run()).toMatchObject({ status: 'completed', successCount: 60 });
  });
});

describe('a user', () => {
  const users = shoppers(24);
  const bad = users[7]?.id ?? '';

  it.each([
    ['refused by a filter that ends the answer', 3, { text: '', finish: 'content_filter' }],
    ['left out', 12, null],
    ['of whom nothing is ever said', 12, { text: '' }],
  ] as const)('%s is asked about a few times', async (_, most, reply) => {
    const on = await ScriptedRun.open(
      ({ userIds }) => {
        if (!userIds.includes(bad)) return {};
        return reply ?? { text: '{"users":[]}' };
      },
      { users },
    );
    expect(await on.run()).toMatchObject({ status: 'completed', successCount: 23, failedCount: 1 });
    const alone = on.client.about(bad).filter(({ userIds }) => userIds.length === 1);
    expect(alone.length).toBeLessThanOrEqual(most);
  });
});
