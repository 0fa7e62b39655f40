import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { ModelHarness } from '../../../support/model-harness.ts';

it('a request that cannot be written down does not keep its place among those in flight', async () => {
  const harness = await ModelHarness.open({ users: 6, settings: { maxConcurrency: 1 } });
  // In the open workspace: at an opening it would be refused.
  const other = new DatabaseSync(harness.path);
  other.exec("CREATE TRIGGER no_room BEFORE INSERT ON requests BEGIN SELECT RAISE(FAIL, 'no room'); END");
  expect(await harness.run()).toMatchObject({ status: 'failed', processedUsers: 0, resumable: true });
  other.exec('DROP TRIGGER no_room');
  other.close();
  await harness.engine.resumeRun();
  // With one request at a time, a place that is never given back would stop the run for good.
  expect(await harness.untilStatus('completed')).toMatchObject({ successCount: 6 });
  expect(harness.problems).toEqual([]);
}, 20_000);
