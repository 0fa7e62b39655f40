import { expect, it } from 'vitest';
import { ModelHarness } from '../../../support/model-harness.ts';

const SECONDS = 3;

it('a wait that the provider asked for is kept to by whoever asks it after a restart', async () => {
  const harness = await ModelHarness.open({
    users: 20,
    server: { outage: '429', retryAfterSeconds: SECONDS },
  });
  await harness.start();
  const { model } = await harness.until((snapshot) => (snapshot.model?.throttledUntil ?? null) !== null);
  await harness.reopen('leave');
  await harness.server.control({ outage: null });
  // Another pace keeps nothing in memory of the one before: what it knows was stored.
  await harness.use({ maxConcurrency: 5 });
  await harness.engine.resumeRun();
  expect(await harness.untilStatus('completed')).toMatchObject({ successCount: 20 });
  const [refused, next] = harness.server.journal.entries;
  expect(refused?.status).toBe(429);
  expect(next?.time).toBeGreaterThanOrEqual(model?.throttledUntil ?? Number.POSITIVE_INFINITY);
});
