import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RequestDetail, RequestSummary } from '@shared/model';
import { request, subscribe, toErrorInfo } from '@/api';
import { useRequestsStore } from '@/stores/requests';
import { LatestCall } from './latestCall';

export interface Requests {
  /** Newest first; null while the list is being loaded. */
  list: ComputedRef<RequestSummary[] | null>;
  error: ComputedRef<ErrorInfo | null>;
  /** Loads the list and the selected request again. */
  reload: () => Promise<void>;
  selected: Ref<number | null>;
  select: (id: number) => void;
  /** The selected request with its answer; null while it is being loaded. */
  detail: ShallowRef<RequestDetail | null>;
  /** True when the selected request is no longer kept. */
  gone: Ref<boolean>;
  detailError: ShallowRef<ErrorInfo | null>;
}

/** The latest requests of a run (of all runs when null) and the selected one, followed until the component is unmounted. */
export function useRequests(runId: () => number | null): Requests {
  const store = useRequestsStore();
  const selected = ref<number | null>(null);
  const detail = shallowRef<RequestDetail | null>(null);
  const gone = ref(false);
  const detailError = shallowRef<ErrorInfo | null>(null);

  const list = computed(() => {
    const wanted = runId();
    return store.list?.filter((entry) => wanted === null || entry.runId === wanted) ?? null;
  });

  const unsubscribe = subscribe('run.request', (pushed) => {
    if (pushed.id !== selected.value) return;
    [detail.value, gone.value] = [pushed, false];
  });

  const call = new LatestCall();

  async function watchRequest(id: number): Promise<void> {
    const isNewest = call.begin();
    [detail.value, gone.value, detailError.value] = [null, false, null];
    try {
      const answer = await request('run.watchRequest', { id });
      // A change that was pushed meanwhile is newer than the answer.
      if (!isNewest() || detail.value !== null) return;
      [detail.value, gone.value] = [answer, answer === null];
    } catch (thrown) {
      if (isNewest()) detailError.value = toErrorInfo(thrown);
    }
  }

  function select(id: number): void {
    selected.value = id;
  }

  watch(selected, (id) => {
    if (id !== null) void watchRequest(id);
  });
  // The panel opens with the newest request; from then on the user chooses.
  watch(
    () => list.value?.[0]?.id,
    (newest) => {
      if (newest !== undefined) selected.value ??= newest;
    },
    { immediate: true },
  );

  void store.attach();
  onBeforeUnmount(() => {
    unsubscribe();
    store.detach();
    // Main forgets what a closed panel watched anyway, so a failure is not shown.
    void request('run.watchRequest', { id: null }).catch(() => undefined);
  });

  async function reload(): Promise<void> {
    const id = selected.value;
    await Promise.all([store.attach(), id === null ? undefined : watchRequest(id)]);
  }

  return {
    list,
    error: computed(() => store.error),
    reload,
    selected,
    select,
    detail,
    gone,
    detailError,
  };
}
