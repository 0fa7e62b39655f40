import { NO_EVENT, STAGE_TYPE } from '@shared/insight';
import { t } from '@/i18n';
import type { TextKey } from '@/i18n';
import { useRulesStore } from '@/stores/rules';

/** What stands in answers where there is no event, by its id. */
const WORDS: Record<string, TextKey> = {
  [NO_EVENT.start]: 'insight.start',
  [NO_EVENT.end]: 'insight.end',
  [NO_EVENT.other]: 'insight.other',
  [NO_EVENT.dropped]: 'insight.dropped',
  [STAGE_TYPE]: 'insight.stage',
};

/** Gives the name of a type of an answer, in the language of the window. */
export function useTypeLabel(): (type: string) => string {
  const rules = useRulesStore();
  return (type) => {
    const word = Object.hasOwn(WORDS, type) ? WORDS[type] : undefined;
    return word === undefined ? rules.typeName(type) : t(word);
  };
}
