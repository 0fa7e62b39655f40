import { describe, expect, it } from 'vitest';
import { eventProblems } from '../../../support/model-books.ts';
import { ModelHarness } from '../../../support/model-harness.ts';

describe('an answer that broke off', () => {
  it('gives the users that were complete in it, who are not asked about again', async () => {
    const harness = await ModelHarness.open({
      users: 60,
      server: { mix: { reset: 50 }, seed: 5, latency: 20 },
      // One at a time: the n-th request meets the same fate in every run.
      settings: { maxConcurrency: 1 },
    });
    const last = await harness.run();
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
