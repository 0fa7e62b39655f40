import { computed, onBeforeUnmount, shallowRef, watch } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RunRecord } from '@shared/run';
import { request, subscribe, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';

export interface RunHistory {
  records: ComputedRef<RunRecord[] | null>;
  error: ShallowRef<ErrorInfo | null>;
  reload: () => Promise<void>;
}

/** Every run. The list is asked for when a run begins, changes its state or ends; between that its snapshot counts on. */
export function useRunHistory(): RunHistory {
  const run = useRunStore();
  const listed = shallowRef<RunRecord[] | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  let asked = 0;

  async function reload(): Promise<void> {
    asked += 1;
    const mine = asked;
    try {
      const answer = await request('run.history');
      if (mine === asked) [listed.value, error.value] = [answer, null];
    } catch (thrown) {
      if (mine === asked) error.value = toErrorInfo(thrown);
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

  watch(() => [run.snapshot?.runId, run.status], reload, { immediate: true });
  onBeforeUnmount(subscribe('data.changed', () => void reload()));
  return { records, error, reload };
}
