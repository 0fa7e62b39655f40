import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { UpdateView } from '@shared/update';
import { request, subscribe } from '@/api';

/** Updates of the program, as main last sent them. Every change is pushed, so answers of commands are not needed. */
export const useUpdateStore = defineStore('update', () => {
  const view = shallowRef<UpdateView | null>(null);
  let unsubscribe: (() => void) | null = null;

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('update.changed', (next) => {
      view.value = next;
    });
    const before = view.value;
    const answer = await request('update.get');
    // What was pushed meanwhile is newer than the answer.
    if (view.value === before) view.value = answer;
  }

  const check = async (): Promise<void> => void (await request('update.check'));
  const download = async (): Promise<void> => void (await request('update.download'));
  const setAtQuit = async (atQuit: boolean): Promise<void> =>
    void (await request('update.setAtQuit', { atQuit }));
  const install = async (evenWhileWorking: boolean): Promise<void> =>
    void (await request('update.install', { evenWhileWorking }));

  return { view, load, check, download, setAtQuit, install };
});
