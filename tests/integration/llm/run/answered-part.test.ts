import { describe, expect, it, vi } from 'vitest';
import { answerUnit, renderUsers } from '../../../../tools/fault-server/answer-from-prompt.ts';
import { eventProblems } from '../../../support/model-books.ts';
import { ModelHarness } from '../../../support/model-harness.ts';
import { startScriptedModel } from '../../../support/scripted-model.ts';
import type { ScriptedModel } from '../../../support/scripted-model.ts';
import { shoppers } from '../../../support/shoppers.ts';

const BEHAVIOURS = 80;

/** A model whose first answer is cut off after that share of it. */
function cutOnce(share: number): Promise<ScriptedModel> {
  return startScriptedModel((units, request) => {
    const text = renderUsers(units.map(answerUnit), 'compact');
    return request === 1
      ? { text: text.slice(0, Math.floor(text.length * share)), finish: 'length' }
      : { text };
  });
}

async function open(model: ScriptedModel): Promise<ModelHarness> {
  const users = shoppers(1, { seed: 6, behaviours: BEHAVIOURS });
  const harness = await ModelHarness.open({ users, settings: { baseUrl: model.baseUrl, maxConcurrency: 1 } });
  // One user says too little of the rhythm of a log: the gap that these users were made with has to be set.
  await harness.engine.setSessionGap(30);
  return harness;
}

const asked = (model: ScriptedModel): number[] =>
  model.asked.map((units) => units.reduce((sum, { behaviours }) => sum + behaviours.length, 0));

describe('a user in whom an answer broke off', () => {
  it('is asked about from the end of the last session that was answered', async () => {
    const model = await cutOnce(0.6);
    const harness = await open(model);
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 1, failedCount: 0 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    const [first, second, ...more] = asked(model);
    expect(first).toBe(BEHAVIOURS);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThan(BEHAVIOURS * 0.6);
    expect(more).toEqual([]);

    const whole = await open(await startScriptedModel((units) => ({ users: units.map(answerUnit) })));
    await whole.run();
    expect(harness.events()).toEqual(whole.events());
  });

  it('is shown with what was kept of the answer', async () => {
    const harness = await open(await cutOnce(0.6));
    await harness.run();
    const [last, cut] = await harness.engine.listRequests(10);
    const details = await harness.engine.getRequest(cut?.id ?? 0);
    const [verdict, ...others] = details?.verdicts ?? [];
    expect(others).toEqual([]);
    expect(verdict).toMatchObject({ accepted: false, reason: 'truncated' });
    expect(verdict?.coverage).toBeGreaterThan(0.3);
    expect(verdict?.coverage).toBeLessThan(0.8);
    expect(verdict?.events).toBeGreaterThan(0);
    expect(last).toMatchObject({ accepted: 1 });
  });

  it('is done when nothing was left to be said of him', async () => {
    // Only the brackets at the end are missing.
    const model = await cutOnce(0.999);
    const harness = await open(model);
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 1 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expect(asked(model)).toEqual([BEHAVIOURS]);
  });

  it('is asked about again when there is nothing to cut: a few answers cut off are bad luck', async () => {
    const model = await startScriptedModel((units, request) => {
      const text = renderUsers(units.map(answerUnit), 'compact');
      return request <= 4 ? { text: text.slice(0, 20), finish: 'length' } : { text };
    });
    const users = shoppers(1, { seed: 6, behaviours: 1 });
    const harness = await ModelHarness.open({ users, settings: { baseUrl: model.baseUrl } });
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 1, failedCount: 0 });
    expect(model.asked).toHaveLength(5);
  });

  it('is answered piece by piece by a model that never says more than so much', async () => {
    const users = shoppers(12, { seed: 6, behaviours: BEHAVIOURS });
    const model = await startScriptedModel((units) => {
      const text = renderUsers(units.map(answerUnit), 'compact');
      return text.length > 600 ? { text: text.slice(0, 600), finish: 'length' } : { text };
    });
    const settings = { baseUrl: model.baseUrl, maxConcurrency: 1, maxOutputTokens: 1_500 };
    const harness = await ModelHarness.open({ users, settings });
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 12, failedCount: 0 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    // In a row, most of them cut, and yet none useless.
    expect(model.asked.length).toBeGreaterThan(30);
    expect(model.asked.length).toBeLessThan(80);
  });

  it('is found answered so far by the next process, and by a later run', async () => {
    const users = shoppers(1, { seed: 6, behaviours: BEHAVIOURS });
    const harness = await ModelHarness.open({
      users,
      // Slow enough that what was sent is read before the reset, which discards the rest.
      server: { mix: { reset: 100 }, seed: 5, latency: 400 },
      settings: { maxConcurrency: 1 },
    });
    const count = (): number =>
      harness.read((db) => Number(db.prepare('SELECT count(*) AS n FROM answers').get()?.['n']));
    await harness.start();
    await vi.waitFor(() => expect(count()).toBeGreaterThan(0), { timeout: 20_000, interval: 20 });
    await harness.reopen();
    const before = harness.server.journal.entries.length;
    await harness.server.control({ mix: 'none' });
    await harness.engine.resumeRun();
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: 1 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    const parts = harness.read((db) =>
      db
        .prepare(`SELECT asked FROM requests WHERE state = 'answered'`)
        .all()
        .map((row) => (JSON.parse(String(row['asked'])) as number[][])[0]?.[3] ?? 0),
    );
    expect(parts.length).toBeGreaterThan(0);
    for (const behaviours of parts) expect(behaviours).toBeLessThan(BEHAVIOURS);

    const sent = harness.server.journal.entries.length;
    expect(sent).toBeGreaterThan(before);
    await harness.engine.clearWorkspace('events');
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 1 });
    expect(harness.server.journal.entries).toHaveLength(sent);
  });
});
