import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { RulesInfo } from '@shared/workspace';
import { request } from '@/api';
import { currentLocale } from '@/i18n';

/** The rules in use and the names of their events. */
export const useRulesStore = defineStore('rules', () => {
  const info = shallowRef<RulesInfo | null>(null);

  async function load(): Promise<void> {
    info.value = await request('rules.info');
  }

  /** Lets the user choose a rules file. Returns false when none was chosen. */
  async function choose(): Promise<boolean> {
    const next = await request('settings.chooseRules');
    if (next) info.value = next;
    return next !== null;
  }

  async function reset(): Promise<void> {
    info.value = await request('settings.useBuiltInRules');
  }

  /** The name of an event type in the current language; a type that the rules do not know keeps its stored name. */
  function typeName(type: string): string {
    return info.value?.typeNames[type]?.[currentLocale()] ?? type;
  }

  return { info, load, choose, reset, typeName };
});
