import { describe, expect, it } from 'vitest';
import { expectSameBooks } from '../../../support/model-books.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';

const USERS = 120;
const unpriced = { priceIn: null, priceOut: null };

/** Tokens that the whole run uses without a cap. */
async function allTokens(): Promise<number> {
  const harness = await ModelHarness.open({ users: USERS, settings: unpriced });
  const { inputTokens, outputTokens } = figuresOf(await harness.run());
  return inputTokens + outputTokens;
}

function billedTokens(harness: ModelHarness): number {
  const { billedInputTokens, billedOutputTokens } = harness.server.journal.totals();
  return billedInputTokens + billedOutputTokens;
}

describe('a cap in tokens', () => {
  it('needs no price, is never exceeded, and a higher one lets the run go on', async () => {
    const maxTokens = Math.round((await allTokens()) * 0.6);
    const harness = await ModelHarness.open({ users: USERS, settings: unpriced });
    const stopped = await harness.run({ maxTokens });
    expect(stopped).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(stopped.error).toMatchObject({ code: 'run.budget_reached', params: { unit: 'tokens' } });
    expect(stopped.processedUsers).toBeGreaterThan(0);
    expect(stopped.processedUsers).toBeLessThan(USERS);
    expect(billedTokens(harness)).toBeLessThanOrEqual(maxTokens);
    expect(figuresOf(stopped)).toMatchObject({ maxTokens, maxCost: null, cost: null });

    await harness.reopen('resume');
    await harness.engine.resumeRun();
    expect((await harness.ended()).error?.code).toBe('run.budget_reached');
    expect(billedTokens(harness)).toBeLessThanOrEqual(maxTokens);

    await harness.engine.resumeRun({ maxTokens: null });
    expect(await harness.untilStatus('completed')).toMatchObject({
      runId: stopped.runId,
      successCount: USERS,
    });
    expectSameBooks(harness.ledger(), harness.server.journal.entries);
  });

  it('holds when requests are lost on the way, of which it is not known whether they were billed', async () => {
    const maxTokens = Math.round((await allTokens()) * 0.5);
    const harness = await ModelHarness.open({
      users: USERS,
      settings: unpriced,
      server: { mix: { reset: 30, cut: 10 }, seed: 5 },
    });
    const stopped = await harness.run({ maxTokens });
    expect(stopped.error?.code).toBe('run.budget_reached');
    const served = harness.server.journal.entries.filter((entry) => entry.served);
    const billed = served.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
    expect(billed).toBeLessThanOrEqual(maxTokens);
  });

  it('is told beforehand what a single request reserves', async () => {
    const harness = await ModelHarness.open({ users: 30, settings: unpriced });
    const { estimate } = await harness.engine.preflightRun({ kind: 'remaining' }, 'llm', false, 'fine');
    expect(estimate).toMatchObject({ cost: null, reserve: null });
    const stopped = await harness.run({ maxTokens: 10 });
    expect(stopped).toMatchObject({ processedUsers: 0, error: { code: 'run.budget_reached' } });
    const least = Number(stopped.error?.params?.['least']);
    expect(least).toBeGreaterThan(10);
    expect(least).toBeLessThanOrEqual(estimate?.reserveTokens ?? 0);
    await harness.engine.resumeRun({ maxTokens: least });
    expect(figuresOf(await harness.ended()).requests).toBeGreaterThan(0);
  });

  it('holds beside a cap in money: the one that is reached first stops the run', async () => {
    const harness = await ModelHarness.open({ users: 30 });
    const stopped = await harness.run({ maxTokens: 10, maxCost: 1_000 });
    expect(stopped.error).toMatchObject({ code: 'run.budget_reached', params: { unit: 'tokens' } });
  });
});
