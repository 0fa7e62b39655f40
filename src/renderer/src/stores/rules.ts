import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { typeNameIn } from '@shared/type-names';
import type { Names, RulesInfo, RulesPack } from '@shared/workspace';
import { request } from '@/api';
import { LatestCall } from '@/composables/latestCall';
import { currentLocale } from '@/i18n';
import { useCodebookStore } from './codebook';

/** An action as programs write it, such as `add_cart`. What is written in words is shown as it is. */
const CODE = /^[a-z][\w-]*$/i;

/** The rules in use, and the names they give to event types. */
export const useRulesStore = defineStore('rules', () => {
  const info = shallowRef<RulesInfo | null>(null);
  const call = new LatestCall();
  const codebook = useCodebookStore();

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

  /** Chooses the rules that the program brings for a kind of log. */
  async function usePack(pack: RulesPack): Promise<void> {
    accept(await request('settings.usePack', { pack }));
  }

  const nameIn = (names: Record<string, Names> | undefined, key: string): string | undefined =>
    // A log may call anything `constructor`, which every object has.
    names && Object.hasOwn(names, key) ? names[key]?.[currentLocale()] : undefined;

  /** The name of an action of the log. Codes that the rules know get a name; other words stay as they are. */
  function actionName(action: string): string {
    return (CODE.test(action) && nameIn(info.value?.actionNames, action.toLowerCase())) || action;
  }

  /** The name of an event type in the language in use; types that neither codebook nor rules know keep their stored name. */
  function typeName(type: string): string {
    const name = info.value && typeNameIn(info.value, type, currentLocale());
    return codebook.nameOf(type) ?? name ?? actionName(type);
  }

  /** The name of a kind by its id, or of an action that no rule knows. */
  function kindName(id: string): string {
    return nameIn(info.value?.kindNames, id) ?? actionName(id);
  }

  /** The name of a rule by its id; the id when the rules have no such rule. */
  function ruleName(id: string): string {
    const rule = info.value?.conversions.find((conversion) => conversion.id === id);
    if (!rule) return id;
    return currentLocale() === 'en' ? rule.en : rule.zh;
  }

  return { info, load, choose, usePack, actionName, typeName, kindName, ruleName };
});
