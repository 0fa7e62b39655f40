import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RequestDetail, RequestSummary } from '@shared/model';
import { request, subscribe, toErrorInfo } from '@/api';
import { useRequestsStore } from '@/stores/requests';

export interface Requests {
  /** Newest first; null while they are asked for. */
  list: ComputedRef<RequestSummary[] | null>;
  error: ComputedRef<ErrorInfo | null>;
  reload: () => Promise<void>;
  selected: Ref<number | null>;
  select: (id: number) => void;
  /** The selected request with its answer; null while it is asked for. */
  detail: ShallowRef<RequestDetail | null>;
  /** True when the selected request is no longer kept. */
  gone: Ref<boolean>;
  detailError: ShallowRef<ErrorInfo | null>;
}

/** The requests of a run (of all when null) and the one that is looked at, from now until the component goes. */
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

  const end = subscribe('run.request', (told) => {
    if (told.id !== selected.value) return;
    [detail.value, gone.value] = [told, false];
  });

  async function watchRequest(id: number): Promise<void> {
    [detail.value, gone.value, detailError.value] = [null, false, null];
    try {
      const answer = await request('run.watchRequest', { id });
      // What has been told meanwhile is newer than the answer.
      if (selected.value !== id || detail.value !== null) return;
      [detail.value, gone.value] = [answer, answer === null];
    } catch (thrown) {
      if (selected.value === id) detailError.value = toErrorInfo(thrown);
    }
  }

  function select(id: number): void {
    selected.value = id;
  }

  watch(selected, (id) => {
    if (id !== null) void watchRequest(id);
  });
  // The newest is what one opens the panel for; from then on the choice is the user's.
  watch(
    () => list.value?.[0]?.id,
    (newest) => {
      if (newest !== undefined) selected.value ??= newest;
    },
    { immediate: true },
  );

  void store.attach();
  onBeforeUnmount(() => {
    end();
    store.detach();
    // Nobody is told when this fails: the window is not looking any more.
    void request('run.watchRequest', { id: null }).catch(() => undefined);
  });

  return {
    list,
    error: computed(() => store.error),
    reload: store.attach,
    selected,
    select,
    detail,
    gone,
    detailError,
  };
}
