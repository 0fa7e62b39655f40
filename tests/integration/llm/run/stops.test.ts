import { describe, expect, it, vi } from 'vitest';
import { eventProblems, expectSameBooks } from '../../../support/model-books.ts';
import { KEY, ModelHarness } from '../../../support/model-harness.ts';

describe('a reason that no user of a run can escape', () => {
  it.each([
    ['401', 'model.unauthorized'],
    ['402', 'model.quota'],
    ['403', 'model.forbidden'],
    ['404', 'model.model_unknown'],
  ] as const)(
    'stops it after exactly one request with %s, and it goes on when the cause is gone',
    async (outage, code) => {
      const harness = await ModelHarness.open({ users: 80, server: { outage } });
      const stopped = await harness.run();
      expect(stopped).toMatchObject({ status: 'failed', resumable: true, processedUsers: 0, failedCount: 0 });
      expect(stopped.error?.code).toBe(code);
      expect(harness.server.journal.entries).toHaveLength(1);
      expect((await harness.engine.workspaceInfo()).sequences).toEqual({
        pending: 80,
        succeeded: 0,
        failed: 0,
      });

      await harness.engine.resumeRun();
      await vi.waitFor(() => expect(harness.server.journal.entries).toHaveLength(2), 10_000);
      expect((await harness.ended()).error?.code).toBe(code);

      await harness.server.control({ outage: null });
      await harness.engine.resumeRun();
      const last = await harness.untilStatus('completed');
      expect(last).toMatchObject({ runId: stopped.runId, successCount: 80, failedCount: 0, error: null });
      expect(eventProblems(harness.users, harness.events())).toEqual([]);
      expect(harness.problems).toEqual([]);
    },
  );

  it('goes on with a key that was corrected meanwhile', async () => {
    const harness = await ModelHarness.open({ users: 8, apiKey: 'sk-wrong-key' });
    expect((await harness.run()).error?.code).toBe('model.unauthorized');
    await harness.use({ apiKey: KEY });
    await harness.engine.resumeRun();
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: 8 });
  });

  it('that is seen beforehand keeps a run from being started', async () => {
    const harness = await ModelHarness.open({ users: 3, settings: { baseUrl: 'nowhere' } });
    await expect(harness.start()).rejects.toMatchObject({ code: 'model.bad_base_url' });
    expect((await harness.engine.runSnapshot()).status).toBe('idle');
    const preflight = await harness.engine.preflightRun({ kind: 'remaining' }, 'llm', false, 'fine');
    expect(preflight.problem?.code).toBe('model.bad_base_url');
  });

  it('stops a run that is under way, with everything it has kept and nobody failed', async () => {
    const harness = await ModelHarness.open({
      users: 120,
      server: { latency: 100 },
      settings: { maxConcurrency: 3 },
    });
    await harness.start();
    await harness.until(({ processedUsers }) => processedUsers > 0);
    // Nothing is in flight when the key is revoked: an answer among the refusals would begin the count anew.
    await harness.engine.pauseRun();
    await harness.until(({ status, model }) => status === 'paused' && model?.inFlight === 0);
    await harness.server.control({ outage: '401' });
    await harness.engine.resumeRun();
    const stopped = await harness.ended();
    expect(stopped).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(stopped.error?.code).toBe('model.unauthorized');
    expect(stopped.processedUsers).toBeLessThan(120);
    // Those in flight, and four more, one at a time, in case that it passes.
    const refused = harness.server.journal.entries.filter(({ refusal }) => refusal === 'outage').length;
    expect(refused).toBeLessThanOrEqual(3 + 4);
    expect(stopped.error?.params?.['detail']).toContain('Incorrect API key');

    await harness.server.control({ outage: null });
    await harness.engine.resumeRun();
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: 120 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expectSameBooks(harness.ledger(), harness.server.journal.entries);
    expect(harness.problems).toEqual([]);
  });
});
