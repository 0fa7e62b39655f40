import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { RulesInfo } from '@shared/workspace';
import { request } from '@/api';
import { LatestCall } from '@/composables/latestCall';
import { currentLocale } from '@/i18n';

/** The rules in use, and the names they give to event types. */
export const useRulesStore = defineStore('rules', () => {
  const info = shallowRef<RulesInfo | null>(null);
  const call = new LatestCall();

  function accept(next: RulesInfo): void {
    // A load that is under way may still answer with the rules of before.
    call.cancel();
    info.value = next;
  }

  async function load(): Promise<void> {
    const isNewest = call.begin();
    const answer = await request('rules.info');
    if (isNewest()) info.value = answer;
  }

  /** Lets the user choose a rules file. False when they closed the dialog. */
  async function choose(): Promise<boolean> {
    const next = await request('settings.chooseRules');
    if (next) accept(next);
    return next !== null;
  }

  async function reset(): Promise<void> {
    accept(await request('settings.useBuiltInRules'));
  }

  /** The name of an event type in the language in force; types that the rules do not know keep their stored name. */
  function typeName(type: string): string {
    return info.value?.typeNames[type]?.[currentLocale()] ?? type;
  }

  return { info, load, choose, reset, typeName };
});
