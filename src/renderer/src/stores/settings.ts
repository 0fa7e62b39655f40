import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { SettingsPatch, SettingsView } from '@shared/settings';
import { request, subscribe } from '@/api';
import { setLocale } from '@/i18n';

/** The current settings. A change of language or theme is applied at once, whichever window made it. */
export const useSettingsStore = defineStore('settings', () => {
  const view = shallowRef<SettingsView | null>(null);
  let unsubscribe: (() => void) | null = null;

  function accept(next: SettingsView): void {
    view.value = next;
    setLocale(next.locale);
    document.documentElement.classList.toggle('dark', next.dark);
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('settings.changed', accept);
    accept(await request('settings.get'));
  }

  const change = async (patch: SettingsPatch): Promise<void> => accept(await request('settings.set', patch));

  return { view, load, change };
});
