import { onBeforeUnmount, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import type { CodebookUse } from '@shared/codebook';
import type { ErrorInfo } from '@shared/errors';
import { request, subscribe, toErrorInfo } from '@/api';
import { useCodebookStore } from '@/stores/codebook';
import { useRunStore } from '@/stores/run';
import { LatestCall } from './latestCall';

export interface CodebookUseState {
  use: ShallowRef<CodebookUse | null>;
  error: ShallowRef<ErrorInfo | null>;
  reload: () => Promise<void>;
}

/** The event types with how often each is used; counted again when a run ends, and when data or types change. */
export function useCodebookUse(): CodebookUseState {
  const run = useRunStore();
  const codebook = useCodebookStore();
  const use = shallowRef<CodebookUse | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const call = new LatestCall();

  async function reload(): Promise<void> {
    const isNewest = call.begin();
    try {
      const [counted] = await Promise.all([request('codebook.use'), codebook.load()]);
      if (isNewest()) [use.value, error.value] = [counted, null];
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    }
  }

  watch([() => run.snapshot?.runId, () => run.status], reload, { immediate: true });
  onBeforeUnmount(subscribe('data.changed', () => void reload()));
  return { use, error, reload };
}
