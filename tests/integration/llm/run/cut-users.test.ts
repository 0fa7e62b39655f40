import { describe, expect, it, vi } from 'vitest';
import { answerUnit, renderUsers } from '../../../../tools/fault-server/answer-from-prompt.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { startScriptedModel } from '../../../support/scripted-model.ts';
import type { ScriptedModel } from '../../../support/scripted-model.ts';
import { shoppers } from '../../../support/shoppers.ts';
import type { TestUser } from '../../../support/shoppers.ts';

type Units = Parameters<Parameters<typeof startScriptedModel>[0]>[0];

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** One user with sessions of so many behaviours each, two hours apart, each about one thing. */
function inSessions(...counts: number[]): TestUser[] {
  const behaviours = counts.flatMap((count, session) =>
    Array.from({ length: count }, (_, index) => ({
      time: Date.UTC(2026, 0, 5, 8) + session * 2 * HOUR_MS + index * MINUTE_MS,
      action: 'browse',
      item: `x${session}`,
    })),
  );
  return [{ id: 'a', behaviours }];
}

/** An answer with an event for each pair of indexes: the first and last behaviour of it. */
function saying(units: Units, ...spans: [first: number, last: number][]): string {
  const users = units.map(({ alias, behaviours }) => ({
    user_id: alias,
    events: spans.map(
      ([first, last]) => `浏览|${behaviours[first]?.number ?? 0}-${behaviours[last]?.number ?? 0}`,
    ),
  }));
  return JSON.stringify({ users });
}

const open = (model: ScriptedModel, users: TestUser[]): Promise<ModelHarness> =>
  ModelHarness.open({ users, settings: { baseUrl: model.baseUrl, maxConcurrency: 1 } });

const asked = (model: ScriptedModel): number[] =>
  model.asked.map((units) => units.reduce((sum, { behaviours }) => sum + behaviours.length, 0));

describe('the rest of a user in whom an answer broke off', () => {
  it('may leave out as much as the whole user might', async () => {
    // Six of 72 are left out on purpose: less than a tenth of them, and half of the last session.
    const spans = [0, 1, 2, 3, 4].map((session): [number, number] => [session * 12, session * 12 + 11]);
    const model = await startScriptedModel((units, request) => {
      if (request > 1) return { text: saying(units, [0, 5]) };
      const text = saying(units, ...spans, [60, 65]);
      return { text: text.slice(0, text.lastIndexOf('"浏览') + 3), finish: 'length' };
    });
    const harness = await open(model, inSessions(12, 12, 12, 12, 12, 12));
    expect(figuresOf(await harness.run())).toMatchObject({ lowCoverageUsers: 0, requests: 2 });
    expect(asked(model)).toEqual([72, 12]);
    expect(harness.events()).toHaveLength(6);
  });

  it('may have nothing to say when it is short', async () => {
    const model = await startScriptedModel((units, request) => {
      if (request > 1) return { text: saying(units) };
      return { text: saying(units, [0, 5], [6, 11]).slice(0, -4), finish: 'length' };
    });
    const harness = await open(model, inSessions(6, 6, 1));
    expect(figuresOf(await harness.run())).toMatchObject({ lowCoverageUsers: 0, requests: 2 });
    expect(asked(model)).toEqual([13, 1]);
  });

  it('keeps the best answer so far, when nothing better comes', async () => {
    const model = await startScriptedModel((units, request) => {
      if (request === 1) return { text: saying(units, [0, 5], [8, 9]) };
      if (request === 2) return { text: saying(units, [0, 5], [6, 11]).slice(0, -12), finish: 'length' };
      return { text: 'no data at all' };
    });
    const harness = await open(model, inSessions(6, 14));
    const last = await harness.run();
    expect(last).toMatchObject({ successCount: 1, failedCount: 0 });
    expect(figuresOf(last).lowCoverageUsers).toBe(1);
    expect(asked(model).slice(0, 3)).toEqual([20, 20, 14]);
    expect(harness.events().map(({ evidence }) => evidence.length)).toEqual([6, 2]);
  });
});

describe('the answer to a whole user', () => {
  it('is found again after a later one broke off', async () => {
    let broken = false;
    const model = await startScriptedModel((units) => {
      const text = renderUsers(units.map(answerUnit), 'compact');
      return broken ? { text: text.slice(0, Math.floor(text.length * 0.6)), finish: 'length' } : { text };
    });
    const harness = await open(model, shoppers(1, { seed: 6, behaviours: 80 }));
    await harness.run();
    const events = harness.events();
    broken = true;
    await harness.engine.clearWorkspace('events');
    await harness.start({ fresh: true });
    const cuts = (): number =>
      harness.read((db) =>
        Number(db.prepare("SELECT count(*) AS n FROM learned WHERE key LIKE 'cut %'").get()?.['n']),
      );
    await vi.waitFor(() => expect(cuts()).toBeGreaterThan(0), { timeout: 20_000, interval: 5 });
    await harness.engine.cancelRun();
    broken = false;
    const before = model.asked.length;
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'completed', successCount: 1 });
    expect(figuresOf(last)).toMatchObject({ cachedUsers: 1, requests: 0 });
    expect(model.asked.slice(before)).toEqual([]);
    expect(harness.events()).toEqual(events);
  });
});

describe('an answer that broke off', () => {
  it.each([
    ['before the mark that ends its thoughts', '好的，打个草稿：\n', '\n</think>\n'],
    ['before the channel that is meant for the reader', 'analysisWe draft first: ', 'assistantfinal'],
  ])('%s is no answer', async (_when, opening, closing) => {
    const model = await startScriptedModel((units, request) => {
      const draft = saying(units, [0, 5], [6, 11]).replaceAll('浏览', '草稿');
      if (request === 1) return { text: opening + draft.slice(0, -6), finish: 'length' };
      return { text: opening + draft + closing + saying(units, [0, 11]) };
    });
    const harness = await open(model, inSessions(6, 6));
    expect(await harness.run()).toMatchObject({ successCount: 1 });
    expect(asked(model)).toEqual([12, 12]);
    // No event goes on over the end of a session.
    expect(harness.events().map(({ type }) => type)).toEqual(['浏览', '浏览']);
  });

  it('within a list of events, one a line, does not end the user', async () => {
    const lines = (units: Units): string[] =>
      units.flatMap(({ alias, behaviours }) =>
        behaviours.map(({ number }) =>
          JSON.stringify({ user_id: alias, event_type: '浏览', behavior_ids: [number] }),
        ),
      );
    const model = await startScriptedModel((units, request) =>
      request === 1
        ? { text: `${lines(units)[0] ?? ''}\n`, finish: 'length' }
        : { text: lines(units).join('\n') },
    );
    const harness = await open(model, inSessions(5));
    expect(await harness.run()).toMatchObject({ successCount: 1 });
    expect(asked(model)).toEqual([5, 5]);
    expect(harness.events().map(({ evidence }) => evidence.length)).toEqual([5]);
  });
});
