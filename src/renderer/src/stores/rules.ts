import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { RulesInfo } from '@shared/workspace';
import { request } from '@/api';
import { currentLocale } from '@/i18n';

/** The rules in use, and what they call their events. */
export const useRulesStore = defineStore('rules', () => {
  const info = shallowRef<RulesInfo | null>(null);

  async function load(): Promise<void> {
    info.value = await request('rules.info');
  }

  /** Lets the user choose a rules file. False when none was chosen. */
  async function choose(): Promise<boolean> {
    const next = await request('settings.chooseRules');
    if (next) info.value = next;
    return next !== null;
  }

  async function reset(): Promise<void> {
    info.value = await request('settings.useBuiltInRules');
  }

  /** The name of an event type in the language in force; types that the rules do not know keep their stored name. */
  function typeName(type: string): string {
    return info.value?.typeNames[type]?.[currentLocale()] ?? type;
  }

  return { info, load, choose, reset, typeName };
});
