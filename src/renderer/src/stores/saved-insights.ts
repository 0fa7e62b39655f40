import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { SavedChange, SavedInsights } from '@shared/saved-insights';
import { request, subscribe } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** The questions and selections that are saved in the workspace, as every window sees them. */
export const useSavedInsightsStore = defineStore('savedInsights', () => {
  const saved = shallowRef<SavedInsights>({ questions: [], selections: [] });
  const call = new LatestCall();
  let unsubscribe: (() => void) | null = null;

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('insight.savedChanged', () => void load().catch(() => undefined));
    const isNewest = call.begin();
    const next = await request('insight.saved');
    if (isNewest()) saved.value = next;
  }

  /** Rejects with insight.name_taken and others. */
  async function change(wanted: SavedChange): Promise<SavedInsights> {
    const isNewest = call.begin();
    const next = await request('insight.changeSaved', wanted);
    if (isNewest()) saved.value = next;
    return next;
  }

  return { saved, load, change };
});
