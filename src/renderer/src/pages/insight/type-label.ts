import { noEventName } from '@shared/drawing/texts';
import { currentLocale } from '@/i18n';
import { useRulesStore } from '@/stores/rules';

/** Gives the name of a type of an answer, in the language of the window. */
export function useTypeLabel(): (type: string) => string {
  const rules = useRulesStore();
  return (type) => noEventName(type, currentLocale()) ?? rules.typeName(type);
}
