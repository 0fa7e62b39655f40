import { expect, it } from 'vitest';
import { eventProblems, expectSameBooks } from '../../../support/model-books.ts';
import { ModelHarness } from '../../../support/model-harness.ts';
import { QuickClock } from '../../../support/quick-clock.ts';
import type { FaultMix } from '../../../../tools/fault-server/faults.ts';

const USERS = 200;

async function run(mix: FaultMix): Promise<ModelHarness> {
  const harness = await ModelHarness.open({
    users: USERS,
    clock: new QuickClock(10),
    server: { mix, seed: 7, latency: 100 },
    settings: { maxConcurrency: 8, timeoutSeconds: 15 },
  });
  expect(await harness.run()).toMatchObject({ status: 'completed', successCount: USERS, failedCount: 0 });
  return harness;
}

it('a run stores no draft, and books to the token what odd answers cost', { timeout: 60_000 }, async () => {
  const harness = await run({
    draft_abort: 20,
    no_finish: 10,
    in_reasoning: 10,
    in_tool_call: 10,
    hidden_thoughts: 15,
    keep_alive: 10,
  });
  expect(eventProblems(harness.users, harness.events())).toEqual([]);
  expect(harness.events().filter(({ type }) => type === '草稿事件')).toEqual([]);
  expectSameBooks(harness.ledger(), harness.server.journal.entries, ['failed']);
  // Each of these answers is used: only drafts are asked for again.
  const drafts = harness.server.journal.entries.filter(({ fault }) => fault === 'draft_abort').length;
  const again = harness.ledger().filter(({ cause }) => cause !== null).length;
  expect([drafts > 0, again <= 3 * drafts]).toEqual([true, true]);
});

it(
  'a run keeps every user right where nothing tells that an answer was whole',
  { timeout: 60_000 },
  async () => {
    const harness = await run({ draft_no_finish: 30, no_finish: 70 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expect(harness.events().filter(({ type }) => type === '草稿事件')).toEqual([]);
  },
);
