import { shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RunOutcome } from '@shared/run';
import { request, toErrorInfo } from '@/api';
import { LatestCall } from './latestCall';
import { useLiveReload } from './useLiveReload';

export interface RunOutcomeState {
  outcome: ShallowRef<RunOutcome | null>;
  error: ShallowRef<ErrorInfo | null>;
}

/** What a run has made, by type; counted again when a run ends, and when data or types change. */
export function useRunOutcome(runId: () => number | null): RunOutcomeState {
  const outcome = shallowRef<RunOutcome | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const call = new LatestCall();

  async function reload(): Promise<void> {
    const isNewest = call.begin();
    const id = runId();
    try {
      const counted = id === null ? null : await request('run.outcome', { runId: id });
      if (isNewest()) [outcome.value, error.value] = [counted, null];
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    }
  }

  // What is counted takes up to a second: not for every user that a run has done.
  useLiveReload(reload, { progress: false });
  watch(runId, reload, { immediate: true });
  return { outcome, error };
}
