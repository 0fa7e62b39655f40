import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RequestSummary } from '@shared/model';
import { request, subscribe, toErrorInfo } from '@/api';

/** How many of the latest requests are listed. */
export const REQUESTS_SHOWN = 100;

/** The latest requests to the model, newest first, while the panel that lists them is open. */
export const useRequestsStore = defineStore('requests', () => {
  const list = shallowRef<RequestSummary[] | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  let unsubscribe: (() => void) | null = null;
  /** What was pushed while the list was being loaded. */
  let early: RequestSummary[] = [];

  function accept(changed: RequestSummary[]): void {
    if (list.value === null) early.push(...changed);
    else list.value = merge(list.value, changed);
  }

  /** Subscribes before it asks, so that nothing is missed; what was pushed meanwhile is newer than the answer. */
  async function attach(): Promise<void> {
    unsubscribe ??= subscribe('run.requests', accept);
    [list.value, error.value, early] = [null, null, []];
    try {
      const answer = await request('run.requests', { limit: REQUESTS_SHOWN });
      list.value = merge(answer, early);
    } catch (thrown) {
      error.value = toErrorInfo(thrown);
    }
    early = [];
  }

  function detach(): void {
    unsubscribe?.();
    unsubscribe = null;
    [list.value, error.value] = [null, null];
  }

  return { list, error, attach, detach };
});

function merge(known: RequestSummary[], changed: RequestSummary[]): RequestSummary[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]));
  for (const entry of changed) byId.set(entry.id, entry);
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, REQUESTS_SHOWN);
}
