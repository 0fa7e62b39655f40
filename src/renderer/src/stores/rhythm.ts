import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RhythmView } from '@shared/rhythm';
import { request, subscribe, toErrorInfo } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** The rhythm of the log in the open workspace, as main last told it. */
export const useRhythmStore = defineStore('rhythm', () => {
  const view = shallowRef<RhythmView | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const call = new LatestCall();
  let unsubscribe: (() => void) | null = null;

  /** Loads it, and again whenever it changes. An error is kept in `error`. */
  async function load(): Promise<void> {
    unsubscribe ??= subscribe('rhythm.changed', () => void load());
    await take(request('rhythm.get'));
  }

  /** Has the log measured again after that failed. */
  const measure = (): Promise<void> => take(request('rhythm.measure'));

  /** Sets the session gap of the workspace; null goes back to the proposal. Rejects with the reason. */
  async function setGap(gapMinutes: number | null): Promise<void> {
    const isNewest = call.begin();
    const answer = await request('rhythm.setGap', { gapMinutes });
    if (isNewest()) view.value = answer;
  }

  async function take(answer: Promise<RhythmView>): Promise<void> {
    const isNewest = call.begin();
    try {
      const next = await answer;
      if (isNewest()) [view.value, error.value] = [next, null];
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    }
  }

  return { view, error, load, measure, setGap };
});
