import type { DrawOptions } from '@shared/drawing/drawing';
import { noEventName } from '@shared/drawing/texts';
import { currentLocale } from '@/i18n';
import { useCodebookStore } from '@/stores/codebook';
import { useRulesStore } from '@/stores/rules';

/** Gives the name of a type of an answer, in the language of the window. */
export function useTypeLabel(): (type: string) => string {
  const rules = useRulesStore();
  return (type) => noEventName(type, currentLocale()) ?? rules.typeName(type);
}

/** What pictures need to know of the window: its language, and the names and colours of types. */
export function useDrawLook(): () => Pick<DrawOptions, 'locale' | 'nameOf' | 'colourOf'> {
  const nameOf = useTypeLabel();
  const { colourOf } = useCodebookStore();
  return () => ({ locale: currentLocale(), nameOf, colourOf });
}
