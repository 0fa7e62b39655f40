import { describe, expect, it, onTestFinished } from 'vitest';
import { eventProblems } from '../../../support/model-books.ts';
import { ModelHarness } from '../../../support/model-harness.ts';
import { chunk, ScriptedProvider } from '../../../support/scripted-provider.ts';
import { SimClock } from '../../../support/sim-clock.ts';

/** Turns of the event loop in which an exchange over a local socket goes on, before time moves. */
const TURNS = 200;

describe('an answer that broke off', () => {
  it('gives the users that were complete in it, who are not asked about again', async () => {
    const clock = new SimClock(Date.now(), TURNS);
    const provider = await ScriptedProvider.open(async (h) => {
      if (h.n % 2 === 0) return h.ok();
      const { text } = h.answer();
      h.head();
      h.write(chunk({ role: 'assistant', content: text.slice(0, Math.floor(text.length * 0.7)) }));
      // What was written arrives before the reset, which discards what was not read.
      await h.sleep(500);
      h.reset();
    }, clock);
    onTestFinished(() => provider.close());
    const harness = await ModelHarness.open({
      users: 60,
      clock,
      settings: { baseUrl: `${provider.url}/v1`, maxConcurrency: 1 },
    });
    await harness.start();
    const last = await clock.run(harness.ended());
    expect(last).toMatchObject({ status: 'completed', successCount: 60 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);

    const requests = await harness.engine.listRequests(1000);
    const broken = await Promise.all(
      requests.filter(({ state }) => state === 'failed').map(({ id }) => harness.engine.getRequest(id)),
    );
    const saved = broken.flatMap(
      (request) =>
        request?.verdicts
          .filter(({ accepted }) => accepted)
          .map(({ userId }) => ({ userId, id: request.id })) ?? [],
    );
    expect(saved.length).toBeGreaterThan(0);
    for (const { userId, id } of saved) {
      const later = requests.filter((request) => request.id > id && request.userIds.includes(userId));
      expect(later).toEqual([]);
    }
  });
});
