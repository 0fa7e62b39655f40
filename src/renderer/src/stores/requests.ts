import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RequestSummary } from '@shared/model';
import { request, subscribe, toErrorInfo } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** How many of the latest requests the panel lists. */
export const REQUESTS_SHOWN = 100;

/** The latest requests to the model, newest first, while the panel is open. */
export const useRequestsStore = defineStore('requests', () => {
  const list = shallowRef<RequestSummary[] | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const call = new LatestCall();
  let unsubscribe: (() => void) | null = null;
  /** Changes pushed while the list is being loaded; null at other times. */
  let early: RequestSummary[] | null = null;

  function accept(changed: RequestSummary[]): void {
    if (list.value) list.value = merge(list.value, changed);
    else early?.push(...changed);
  }

  /** Subscribes before it loads the list, so that no change is missed; changes pushed meanwhile are newer than the answer. */
  async function attach(): Promise<void> {
    const isNewest = call.begin();
    unsubscribe ??= subscribe('run.requests', accept);
    [list.value, error.value, early] = [null, null, []];
    try {
      const answer = await request('run.requests', { limit: REQUESTS_SHOWN });
      if (!isNewest()) return;
      list.value = merge(answer, early ?? []);
    } catch (thrown) {
      if (!isNewest()) return;
      error.value = toErrorInfo(thrown);
    }
    early = null;
  }

  function detach(): void {
    call.cancel();
    unsubscribe?.();
    unsubscribe = null;
    [list.value, error.value, early] = [null, null, null];
  }

  return { list, error, attach, detach };
});

function merge(known: RequestSummary[], changed: RequestSummary[]): RequestSummary[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]));
  for (const entry of changed) byId.set(entry.id, entry);
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, REQUESTS_SHOWN);
}
