import { describe, expect, it } from 'vitest';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';

const USERS = 40;
const PILOT = 12;

/** A workspace as a process left it that died between the commit of the pilot's last user and `status`. */
async function leftAs(
  status: 'running' | 'failed' | 'interrupted',
  error: string | null = null,
): Promise<ModelHarness> {
  const harness = await ModelHarness.open({ users: USERS });
  await harness.start({ pilotUsers: PILOT });
  await harness.untilStatus('paused');
  await harness.tamper((db) => {
    db.prepare('UPDATE runs SET status = ?, error = ?').run(status, error);
  });
  await harness.server.control({ clearJournal: true });
  return harness;
}

/** The rest is released, and the run completes. */
async function expectRelease(harness: ModelHarness): Promise<void> {
  await harness.engine.resumeRun();
  expect(await harness.untilStatus('completed')).toMatchObject({ successCount: USERS });
  const asked = harness.server.journal.entries.reduce((sum, { units }) => sum + units, 0);
  expect(asked).toBe(USERS - PILOT);
  expect(harness.problems).toEqual([]);
}

describe('a run whose process died after the last user of its pilot', () => {
  it.each(['resume', 'leave'] as const)('waits for its user, with the policy "%s" too', async (policy) => {
    const harness = await leftAs('running');
    await harness.reopen(policy);
    const found = await harness.engine.runSnapshot();
    expect(found).toMatchObject({ status: 'paused', processedUsers: PILOT, resumable: true });
    expect(figuresOf(found).pilotDone).toBe(true);
    await expectRelease(harness);
  });

  it('waits for its user when it was suspended', async () => {
    const harness = await leftAs('interrupted');
    await harness.reopen('resume');
    expect(figuresOf(await harness.engine.runSnapshot()).pilotDone).toBe(true);
    await expectRelease(harness);
  });
});

describe('a run that failed on the last request of its pilot', () => {
  it('shows the end of the pilot when it is resumed, and asks nothing before it is released', async () => {
    const harness = await leftAs('failed', '{"code":"model.auth"}');
    await harness.reopen('resume');
    expect(await harness.engine.runSnapshot()).toMatchObject({ status: 'failed' });
    const resumed = await harness.engine.resumeRun();
    expect(resumed).toMatchObject({ status: 'paused', processedUsers: PILOT, error: null });
    expect(figuresOf(resumed).pilotDone).toBe(true);
    expect(harness.server.journal.entries).toEqual([]);
    await expectRelease(harness);
  });
});
