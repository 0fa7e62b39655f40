import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { SettingsPatch, SettingsView } from '@shared/settings';
import { request, subscribe } from '@/api';
import { setLocale } from '@/i18n';

/** The settings in use. A change of language or theme is applied immediately, whichever window made it. */
export const useSettingsStore = defineStore('settings', () => {
  const view = shallowRef<SettingsView | null>(null);
  let unsubscribe: (() => void) | null = null;

  function accept(next: SettingsView): void {
    view.value = next;
    setLocale(next.locale);
    document.documentElement.classList.toggle('dark', next.dark);
    document.documentElement.dataset['density'] = next.density;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('settings.changed', accept);
    const before = view.value;
    const answer = await request('settings.get');
    // A change that was pushed meanwhile is newer than the answer.
    if (view.value === before) accept(answer);
  }

  const change = async (patch: SettingsPatch): Promise<void> => accept(await request('settings.set', patch));

  return { view, load, change };
});
