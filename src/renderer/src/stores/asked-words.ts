import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { AskedWords } from '@shared/asked-words';
import { request, subscribe } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** The questions that were asked in words in the workspace, the latest first, as every window sees them. */
export const useAskedWordsStore = defineStore('askedWords', () => {
  const asked = shallowRef<AskedWords[]>([]);
  const call = new LatestCall();
  let unsubscribe: (() => void) | null = null;

  async function take(list: Promise<AskedWords[]>): Promise<void> {
    const isNewest = call.begin();
    const next = await list;
    if (isNewest()) asked.value = next;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('insight.savedChanged', () => void load().catch(() => undefined));
    await take(request('insight.askedWords'));
  }

  /** Takes one off the list, or all with null. Rejects with workspace.busy. */
  const forget = (words: string | null): Promise<void> => take(request('insight.forgetWords', { words }));

  return { asked, load, forget };
});
