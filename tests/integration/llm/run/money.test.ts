import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../../support/model-harness.ts';
import { failure } from '../../../support/scripted-client.ts';
import type { Reply, ScriptedCall } from '../../../support/scripted-client.ts';
import { ScriptedRun } from '../../../support/scripted-run.ts';
import { shoppers } from '../../../support/shoppers.ts';

const PRICE_IN = 100;
const PRICE_OUT = 400;
const MINUTE_MS = 60_000;

const priceOf = (inputTokens: number, outputTokens: number): number =>
  (inputTokens * PRICE_IN + outputTokens * PRICE_OUT) / 1e6;

/** What the provider bills for a right answer with so many times its tokens in thoughts. */
const usageWith =
  (thoughts: number) =>
  ({ request }: ScriptedCall): { inputTokens: number; outputTokens: number } => {
    const answer = 9 * request.asked.reduce((sum, { unit }) => sum + unit.behaviours.length, 0);
    return { inputTokens: request.inputTokens, outputTokens: Math.round(answer * (1 + thoughts)) };
  };

interface Billed {
  on: ScriptedRun;
  billed: () => number;
}

/** A run whose provider keeps books of its own. */
async function billing(
  reply: (call: ScriptedCall) => Reply & { bill?: { inputTokens: number; outputTokens: number } },
  users = 60,
): Promise<Billed> {
  let sum = 0;
  const on = await ScriptedRun.open(
    (call) => {
      const { bill, ...said } = reply(call);
      if (bill) sum += priceOf(bill.inputTokens, bill.outputTokens);
      return said;
    },
    { users: shoppers(users), settings: { priceIn: PRICE_IN, priceOut: PRICE_OUT } },
  );
  return { on, billed: () => sum };
}

const right =
  (thoughts: number) =>
  (call: ScriptedCall): Reply & { bill: ReturnType<ReturnType<typeof usageWith>> } => {
    const usage = usageWith(thoughts)(call);
    return { usage, bill: usage };
  };

describe('what is booked', () => {
  it('is what is billed where thoughts are billed beside the answer', async () => {
    const { on, billed } = await billing(right(4));
    expect(figuresOf(await on.run()).cost).toBeCloseTo(billed(), 9);
  });

  it('is nothing for refusals inside a 200, and a cap is not used up by them', async () => {
    const refusal = failure('rate_limited', 'Rate limit exceeded: free-models-per-min', {
      httpStatus: 200,
      billing: 'none',
    });
    const { on, billed } = await billing((call) =>
      call.at < 5 * MINUTE_MS ? { error: refusal } : right(0)(call),
    );
    const last = await on.run(60 * MINUTE_MS, { maxCost: 20 });
    expect(last).toMatchObject({ status: 'completed', successCount: 60 });
    expect(figuresOf(last).cost).toBeCloseTo(billed(), 9);
  });

  it('is what the provider reports, or an estimate, for answers that cannot be read', async () => {
    const { on, billed } = await billing((call) => {
      const usage = { ...usageWith(0)(call), reported: true };
      const partial = call.number % 2 === 0 ? { text: '', reasoning: '', usage } : null;
      return { error: failure('not_an_answer', 'JSON', { httpStatus: 200, partial }), bill: usage };
    });
    const last = await on.run(2 * MINUTE_MS);
    expect(last.status).toBe('failed');
    const booked = figuresOf(last).cost ?? 0;
    expect(booked / billed()).toBeGreaterThan(0.85);
    expect(booked / billed()).toBeLessThan(1.15);
  });
});

describe('a cap over a provider that bills thoughts beyond the limit', () => {
  it.each([0, 1, 4, 10])(
    '(%i times the answer) is not overrun by more than the first request',
    async (thoughts) => {
      const faultless = await billing(right(thoughts));
      const whole = figuresOf(await faultless.on.run()).cost ?? 0;
      for (const share of [0.3, 0.6]) {
        const { on, billed } = await billing(right(thoughts));
        const last = await on.run(60 * MINUTE_MS, { maxCost: whole * share });
        expect(last.error?.code).toBe('run.budget_reached');
        expect(billed()).toBeLessThanOrEqual(whole * share);
        expect(figuresOf(last).cost).toBeCloseTo(billed(), 9);
      }
    },
  );
});
