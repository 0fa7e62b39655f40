import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ModelSettingsPatch, ModelView } from '@shared/model';
import { request, subscribe } from '@/api';

/** The model settings in use, whichever window changed them. The API key itself is never sent to a window. */
export const useModelStore = defineStore('model', () => {
  const view = shallowRef<ModelView | null>(null);
  /** Which change the view shows; what is derived from the settings is loaded again when it grows. */
  const revision = computed(() => view.value?.revision ?? -1);
  let unsubscribe: (() => void) | null = null;
  let changes: Promise<unknown> = Promise.resolve();

  /** Every change arrives twice in the window that made it, as an answer and as a push. */
  function accept(next: ModelView): void {
    if (next.revision > revision.value) view.value = next;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('model.changed', accept);
    accept(await request('model.get'));
  }

  async function accepted(answer: Promise<ModelView>): Promise<ModelView> {
    const done = answer.then((next) => {
      accept(next);
      return next;
    });
    changes = Promise.allSettled([changes, done]);
    return done;
  }

  const change = async (patch: ModelSettingsPatch): Promise<void> =>
    void (await accepted(request('model.set', patch)));

  /** Passes the key to main without keeping it. Returns how it is stored. */
  const setKey = async (key: string, keep: 'stored' | 'session'): Promise<ModelView['key']> =>
    (await accepted(request('model.setKey', { key, keep }))).key;

  const clearKey = async (): Promise<void> => void (await accepted(request('model.clearKey')));

  /** Resolves once the view shows every change that this window has made so far. */
  const settled = async (): Promise<void> => void (await changes);

  return { view, revision, load, change, setKey, clearKey, settled };
});
