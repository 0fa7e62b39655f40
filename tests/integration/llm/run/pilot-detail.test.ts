import { describe, expect, it } from 'vitest';
import { DETAILS } from '../../../../src/shared/abstraction.ts';
import type { Detail } from '../../../../src/shared/abstraction.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { isConversion, themedShoppers } from '../../../support/shoppers.ts';

const USERS = 18;
const PILOT = 6;
const BEHAVIOURS = 40;
const users = themedShoppers(USERS, BEHAVIOURS);
const CONVERSIONS = users.reduce((sum, user) => sum + user.behaviours.filter(isConversion).length, 0);

/** A run that waits at the end of its pilot. */
async function piloted(detail: Detail): Promise<ModelHarness> {
  const harness = await ModelHarness.open({ users });
  await harness.start({ detail, pilotUsers: PILOT });
  await harness.untilStatus('paused');
  return harness;
}

const groupsOf = (harness: ModelHarness): string[] =>
  harness.events().map(({ userId, type, evidence }) => `${userId} ${type} ${evidence.join(' ')}`);

describe('a pilot with a model', () => {
  it('shows three of its users at each detail, and about how many events the whole log will have', async () => {
    const harness = await piloted('standard');
    const requests = harness.ledger().length;
    const preview = await harness.engine.previewPilot();
    expect(preview.behaviours).toBe(USERS * BEHAVIOURS);
    expect(preview.users).toHaveLength(3);
    // As asked: what is stored.
    const stored = harness.events();
    expect(preview.events.standard).toBe(Math.round((stored.length / PILOT) * USERS));
    for (const { userId, counts } of preview.users) {
      const own = stored.filter((event) => event.userId === userId);
      expect(counts.standard).toBe(own.length);
      expect(counts.fine).toBeGreaterThan(counts.standard);
      expect(counts.brief).toBeLessThan(counts.standard);
    }
    expect(harness.ledger()).toHaveLength(requests);
  });

  it.each(DETAILS.flatMap((from) => DETAILS.filter((to) => to !== from).map((to) => ({ from, to }))))(
    'asked at $from goes on at $to: its users are regrouped as they were shown, without a request',
    async ({ from, to }) => {
      const harness = await piloted(from);
      const preview = await harness.engine.previewPilot();
      const before = await harness.engine.runSnapshot();
      await harness.server.control({ clearJournal: true });
      const resumed = await harness.engine.resumeRun({ detail: to });
      expect(resumed.detail).toBe(to);
      const run = await harness.ended();
      expect(run).toMatchObject({ status: 'completed', detail: to, successCount: USERS });
      expect(figuresOf(run).pilotDetail).toBe(from);
      expect(figuresOf(run).regroupedEvents).toBeGreaterThan(figuresOf(before).regroupedEvents);
      const asked = harness.server.journal.entries.reduce((sum, { units }) => sum + units, 0);
      expect(asked).toBe(USERS - PILOT);
      expect(harness.problems).toEqual([]);

      const events = harness.events();
      expect(run.eventCount).toBe(events.length);
      const ids = events.flatMap(({ evidence }) => evidence);
      expect(ids).toHaveLength(USERS * BEHAVIOURS);
      expect(new Set(ids).size).toBe(ids.length);
      const converted = events.filter(({ category }) => category === 'conversion');
      expect(converted).toHaveLength(CONVERSIONS);
      expect(converted.every(({ evidence }) => evidence.length === 1)).toBe(true);
      for (const { userId, counts } of preview.users) {
        const { events: made, user } = await harness.engine.getUser(userId);
        expect(made).toHaveLength(counts[to]);
        expect(user.eventCount).toBe(made.length);
        expect(user.conversionCount).toBe(made.filter(({ category }) => category === 'conversion').length);
      }
    },
  );

  it('asked at fine has the events of a run at standard, with its types', async () => {
    const harness = await piloted('fine');
    await harness.engine.resumeRun({ detail: 'standard' });
    await harness.ended();
    const undisturbed = await ModelHarness.open({ users });
    await undisturbed.run({ detail: 'standard' });
    expect(groupsOf(harness)).toEqual(groupsOf(undisturbed));
  });

  it('is found at its new detail after a restart, and goes on there', async () => {
    const harness = await piloted('standard');
    // Without a key nothing goes on: nothing is regrouped then either.
    await harness.use({ baseUrl: '' });
    await expect(harness.engine.resumeRun({ detail: 'brief' })).rejects.toMatchObject({
      code: 'model.not_configured',
    });
    const stored = groupsOf(harness);
    expect(await harness.engine.runSnapshot()).toMatchObject({ status: 'paused', detail: 'standard' });
    await harness.use({ baseUrl: `${harness.server.url}/v1` });
    await harness.engine.resumeRun({ detail: 'brief' });
    await harness.reopen('leave');
    expect(await harness.engine.runSnapshot()).toMatchObject({ detail: 'brief' });
    expect(groupsOf(harness)).not.toEqual(stored);
    const { status } = await harness.engine.runSnapshot();
    if (status !== 'completed') await harness.engine.resumeRun();
    expect(await harness.ended()).toMatchObject({ detail: 'brief', successCount: USERS });
  });
});

describe('a pilot whose run has ended', () => {
  it('is still shown at each detail, from what is stored, also after a restart', async () => {
    const harness = await piloted('standard');
    const waiting = await harness.engine.previewPilot();
    await harness.engine.resumeRun();
    expect(await harness.ended()).toMatchObject({ status: 'completed', detail: 'standard' });
    const requests = harness.ledger().length;
    const ended = await harness.engine.previewPilot();
    expect(ended).toEqual(waiting);
    await harness.reopen('leave');
    expect(await harness.engine.previewPilot()).toEqual(ended);
    expect(harness.ledger()).toHaveLength(requests);
  });
});

describe('a run that does not wait at the end of a pilot', () => {
  it('keeps its detail, and shows no pilot', async () => {
    const harness = await ModelHarness.open({ users });
    await expect(harness.engine.previewPilot()).rejects.toMatchObject({ code: 'run.no_pilot' });
    await harness.start({ detail: 'standard' });
    await harness.engine.pauseRun();
    await expect(harness.engine.resumeRun({ detail: 'brief' })).rejects.toMatchObject({
      code: 'run.detail_fixed',
    });
    await expect(harness.engine.previewPilot()).rejects.toMatchObject({ code: 'run.no_pilot' });
    await harness.engine.resumeRun({ detail: 'standard' });
    expect(await harness.ended()).toMatchObject({ status: 'completed', detail: 'standard' });
    expect((await harness.engine.runHistory())[0]?.model?.pilotDetail).toBeNull();
  });
});
