import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { ModelSettingsPatch, ModelView } from '@shared/model';
import { request, subscribe } from '@/api';

/** The current model settings, whichever window changed them. The key itself is never kept here. */
export const useModelStore = defineStore('model', () => {
  const view = shallowRef<ModelView | null>(null);
  /** Counts the changes, so that a component that shows derived data knows when to reload it. */
  const changes = shallowRef(0);
  let unsubscribe: (() => void) | null = null;

  function accept(next: ModelView): void {
    view.value = next;
    changes.value += 1;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('model.changed', accept);
    accept(await request('model.get'));
  }

  const change = async (patch: ModelSettingsPatch): Promise<void> =>
    accept(await request('model.set', patch));

  /** Passes the key on to main without keeping it. Returns how it is stored. */
  async function setKey(key: string, keep: 'stored' | 'session'): Promise<ModelView['key']> {
    const next = await request('model.setKey', { key, keep });
    accept(next);
    return next.key;
  }

  const clearKey = async (): Promise<void> => accept(await request('model.clearKey'));

  return { view, changes, load, change, setKey, clearKey };
});
