import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { ModelSettingsPatch, ModelView } from '@shared/model';
import { request, subscribe } from '@/api';

/** The model settings in use, whichever window changed them. The API key itself is never sent to a window. */
export const useModelStore = defineStore('model', () => {
  const view = shallowRef<ModelView | null>(null);
  /** Number of changes received; what is derived from the settings is loaded again when it grows. */
  const changes = shallowRef(0);
  let unsubscribe: (() => void) | null = null;

  function accept(next: ModelView): void {
    view.value = next;
    changes.value += 1;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('model.changed', accept);
    const before = changes.value;
    const answer = await request('model.get');
    // A change that was pushed meanwhile is newer than the answer.
    if (changes.value === before) accept(answer);
  }

  const change = async (patch: ModelSettingsPatch): Promise<void> =>
    accept(await request('model.set', patch));

  /** Passes the key to main without keeping it. Returns how it is stored. */
  async function setKey(key: string, keep: 'stored' | 'session'): Promise<ModelView['key']> {
    const next = await request('model.setKey', { key, keep });
    accept(next);
    return next.key;
  }

  const clearKey = async (): Promise<void> => accept(await request('model.clearKey'));

  return { view, changes, load, change, setKey, clearKey };
});
