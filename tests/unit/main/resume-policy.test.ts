import { describe, expect, it } from 'vitest';
import { mustAskToResume } from '../../../src/main/lifecycle/resume-policy.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';

const interrupted: RunSnapshot = { ...NO_RUN, runId: 1, status: 'interrupted', resumable: true };

describe('mustAskToResume', () => {
  it('asks about an interrupted run, where the settings want it', () => {
    expect(mustAskToResume('ask', interrupted)).toBe(true);
    expect(mustAskToResume('leave', interrupted)).toBe(false);
    expect(mustAskToResume('resume', interrupted)).toBe(false);
  });

  it('asks about nothing else', () => {
    expect(mustAskToResume('ask', NO_RUN)).toBe(false);
    expect(mustAskToResume('ask', { ...interrupted, status: 'paused' })).toBe(false);
    expect(mustAskToResume('ask', { ...interrupted, status: 'failed' })).toBe(false);
    expect(
      mustAskToResume('ask', { ...interrupted, error: { code: 'run.kept_dying', params: { count: 3 } } }),
    ).toBe(false);
  });
});
