import { computed, onBeforeUnmount, shallowRef, watch } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RunRecord } from '@shared/run';
import { request, subscribe, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';
import { LatestCall } from './latestCall';

export interface RunHistory {
  records: ComputedRef<RunRecord[] | null>;
  error: ShallowRef<ErrorInfo | null>;
  reload: () => Promise<void>;
}

/**
 * All runs, newest first. The list is requested when a run begins, ends or changes its state, and when data changes; in
 * between, the figures of the current run are taken from its snapshot.
 */
export function useRunHistory(): RunHistory {
  const run = useRunStore();
  const listed = shallowRef<RunRecord[] | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const call = new LatestCall();

  async function reload(): Promise<void> {
    const isNewest = call.begin();
    try {
      const answer = await request('run.history');
      if (isNewest()) [listed.value, error.value] = [answer, null];
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    }
  }

  const records = computed(() => {
    const now = run.snapshot;
    return (
      listed.value?.map((record) => {
        if (!now || record.runId !== now.runId) return record;
        const { status, processedUsers, successCount, failedCount, resumable } = now;
        return status === 'idle'
          ? record
          : { ...record, status, processedUsers, successCount, failedCount, resumable, model: now.model };
      }) ?? null
    );
  });

  watch([() => run.snapshot?.runId, () => run.status], reload, { immediate: true });
  onBeforeUnmount(subscribe('data.changed', () => void reload()));
  return { records, error, reload };
}
