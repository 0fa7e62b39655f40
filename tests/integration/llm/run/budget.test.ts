import { describe, expect, it } from 'vitest';
import { eventProblems, expectSameBooks, priceOf } from '../../../support/model-books.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';

const USERS = 120;

/** What the whole run costs without a cap. */
async function wholeCost(): Promise<number> {
  const harness = await ModelHarness.open({ users: USERS });
  return figuresOf(await harness.run()).cost ?? 0;
}

describe('a spending cap', () => {
  it('is never exceeded, stops the run with its own reason, and a higher one lets it go on', async () => {
    const cap = (await wholeCost()) * 0.6;
    const harness = await ModelHarness.open({ users: USERS });
    const stopped = await harness.run({ maxCost: cap });
    expect(stopped).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(stopped.error?.code).toBe('run.budget_reached');
    expect(stopped.processedUsers).toBeGreaterThan(0);
    expect(stopped.processedUsers).toBeLessThan(USERS);
    expect(priceOf(harness.server.journal.entries, harness.settings)).toBeLessThanOrEqual(cap);
    const shown = harness.snapshots.map(({ model }) => model?.cost ?? 0);
    expect(Math.max(...shown)).toBeLessThanOrEqual(cap);
    const spent = figuresOf(stopped).cost ?? 0;

    await harness.engine.resumeRun();
    const again = await harness.ended();
    expect(again).toMatchObject({ status: 'failed', processedUsers: stopped.processedUsers });

    await harness.engine.resumeRun({ maxCost: null });
    const last = await harness.untilStatus('completed');
    expect(last).toMatchObject({ runId: stopped.runId, successCount: USERS });
    expect(figuresOf(last).cost).toBeGreaterThan(spent);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expectSameBooks(harness.ledger(), harness.server.journal.entries);
  });

  it('counts what was spent before a restart', async () => {
    const cap = (await wholeCost()) * 0.6;
    const harness = await ModelHarness.open({ users: USERS });
    const stopped = await harness.run({ maxCost: cap });
    await harness.reopen('resume');
    const found = await harness.engine.runSnapshot();
    expect(figuresOf(found)).toMatchObject({
      requests: figuresOf(stopped).requests,
      inputTokens: figuresOf(stopped).inputTokens,
      outputTokens: figuresOf(stopped).outputTokens,
      maxCost: cap,
    });
    const raised = cap * 1.2;
    await harness.engine.resumeRun({ maxCost: raised });
    const again = await harness.ended();
    expect(again.error?.code).toBe('run.budget_reached');
    expect(priceOf(harness.ledger(), harness.settings)).toBeLessThanOrEqual(raised);
    expect(figuresOf(again).cost).toBeCloseTo(priceOf(harness.server.journal.entries, harness.settings), 9);
  });

  it('holds when requests are lost on the way, of which nobody knows what they cost', async () => {
    const harness = await ModelHarness.open({
      users: USERS,
      server: { mix: { reset: 30, cut: 10 }, seed: 5 },
    });
    const cap = (await wholeCost()) * 0.5;
    const stopped = await harness.run({ maxCost: cap });
    expect(stopped.error?.code).toBe('run.budget_reached');
    const served = harness.server.journal.entries.filter((entry) => entry.served);
    expect(priceOf(served, harness.settings)).toBeLessThanOrEqual(cap);
  });

  it('below what one request may cost asks nothing at all', async () => {
    const harness = await ModelHarness.open({ users: 5 });
    const stopped = await harness.run({ maxCost: 0 });
    expect(stopped.error?.code).toBe('run.budget_reached');
    expect(harness.server.journal.entries).toEqual([]);
  });

  it('keeps a run from going on once the prices that it is counted by are gone', async () => {
    const harness = await ModelHarness.open({ users: USERS });
    const stopped = await harness.run({ maxCost: (await wholeCost()) * 0.5 });
    await harness.use({ priceIn: null, priceOut: null });
    await expect(harness.engine.resumeRun()).rejects.toMatchObject({ code: 'run.cap_needs_price' });
    await harness.reopen('resume');
    const found = await harness.engine.runSnapshot();
    expect(found).toMatchObject({ status: 'failed', processedUsers: stopped.processedUsers });
    await harness.engine.resumeRun({ maxCost: null });
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: USERS });
  });

  it('can be set when a run goes on, once the prices are known', async () => {
    const harness = await ModelHarness.open({
      users: USERS,
      server: { outage: '402' },
      settings: { priceIn: null, priceOut: null },
    });
    await harness.run();
    await harness.server.control({ outage: null });
    await harness.use({ priceIn: 100, priceOut: 400 });
    const cap = (await wholeCost()) * 0.5;
    await harness.engine.resumeRun({ maxCost: cap });
    const stopped = await harness.ended();
    expect(stopped.error?.code).toBe('run.budget_reached');
    expect(figuresOf(stopped).cost).toBeLessThanOrEqual(cap);
    expect(figuresOf(stopped).cost).toBeGreaterThan(0);
  });

  it('is refused where no price is known, at the start and when a run goes on', async () => {
    const harness = await ModelHarness.open({
      users: 30,
      settings: { priceIn: null, priceOut: null },
      server: { latency: 30 },
    });
    await expect(harness.start({ maxCost: 1 })).rejects.toMatchObject({ code: 'run.cap_needs_price' });
    expect((await harness.engine.runSnapshot()).status).toBe('idle');
    await harness.start();
    await harness.engine.pauseRun();
    await expect(harness.engine.resumeRun({ maxCost: 1 })).rejects.toMatchObject({
      code: 'run.cap_needs_price',
    });
    await harness.engine.resumeRun();
    expect(figuresOf(await harness.ended())).toMatchObject({ cost: null, projectedCost: null });
  });

  it('is told beforehand what a single request sets aside, and afterwards what the next one needs', async () => {
    const harness = await ModelHarness.open({ users: 30 });
    const { estimate } = await harness.engine.preflightRun({ kind: 'remaining' }, 'llm', false, 'fine');
    const reserve = estimate?.reserve ?? 0;
    expect(reserve).toBeGreaterThan(0);
    const stopped = await harness.run({ maxCost: 0.000_1 });
    expect(stopped).toMatchObject({ processedUsers: 0, error: { code: 'run.budget_reached' } });
    expect(figuresOf(stopped).requests).toBe(0);
    const least = Number(stopped.error?.params?.['least']);
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThanOrEqual(reserve);
    await harness.engine.resumeRun({ maxCost: least });
    expect(figuresOf(await harness.ended()).requests).toBeGreaterThan(0);
  });
});
