import { DETAILS } from '../../../shared/abstraction.ts';
import type { CodebookLanguage, CodebookType } from '../../../shared/codebook.ts';
import { NEUTRAL_COLOUR } from '../../../shared/palette.ts';
import { newType } from '../../abstraction/codebook.ts';
import { THEME } from './rules-schema.ts';
import type { Rules } from './rules-schema.ts';

/** So many words of a definition are named. */
const WORDS_NAMED = 12;

/**
 * The event types that rules make, as a codebook has them: conversions at every detail, kinds of engagement at the finest one
 * (those without an intent at all), intents at the others, and the type for the rest.
 */
export function typesOfRules(rules: Rules, language: CodebookLanguage): CodebookType[] {
  const name = language;
  // A kind of an intent with a theme in its name keeps its own name where there is none.
  const intended = new Set(rules.intents.flatMap(({ zh, kinds }) => (zh.includes(THEME) ? [] : kinds)));
  const list = (words: readonly string[]): string =>
    words.slice(0, WORDS_NAMED).join(language === 'zh' ? '、' : ', ') +
    (words.length > WORDS_NAMED ? '…' : '');
  const actionsOf = (when: Rules['conversions'][number]['when']): string[] =>
    when.flatMap(({ action }) => (action && 'in' in action ? action.in : []));
  const byActions = (actions: readonly string[]): string => {
    if (actions.length === 0) return '';
    return language === 'zh' ? `动作为 ${list(actions)} 等的行为。` : `Behaviours such as ${list(actions)}.`;
  };
  const classified = (kind: string): string[] =>
    rules.classify.flatMap((entry) => (entry.kind === kind ? actionsOf(entry.when) : []));
  const kindNames = new Map(rules.kinds.map((kind) => [kind.id, kind[name]]));
  return mergeSame([
    ...rules.conversions.map(({ zh, en, colour, when }) => ({
      ...newType({ id: zh, zh, en, category: 'conversion', colour }),
      definition: byActions(actionsOf(when)),
    })),
    ...rules.intents.map(({ zh, en, colour, kinds }) => {
      const names = kinds.map((kind) => kindNames.get(kind) ?? kind);
      return {
        ...newType({ id: zh, zh, en, category: 'engagement', colour }),
        definition: language === 'zh' ? `目的相同的行为：${list(names)}。` : `One purpose: ${list(names)}.`,
        details: DETAILS.filter((detail) => (zh.includes(THEME) ? detail === 'standard' : detail !== 'fine')),
      };
    }),
    ...rules.kinds.map(({ id, zh, en, colour }) => ({
      ...newType({ id: zh, zh, en, category: 'engagement', colour }),
      definition: byActions(classified(id)),
      ...(intended.has(id) ? { details: DETAILS.filter((detail) => detail === 'fine') } : {}),
    })),
    newType({
      ...{ id: rules.other.zh, zh: rules.other.zh, en: rules.other.en },
      ...{ category: 'engagement', colour: NEUTRAL_COLOUR },
    }),
  ]);
}

/** An intent may have the name of one of its kinds: they are one type then. */
function mergeSame(types: readonly CodebookType[]): CodebookType[] {
  const merged = new Map<string, CodebookType>();
  for (const type of types) {
    const known = merged.get(type.id);
    const details = DETAILS.filter(
      (detail) => type.details.includes(detail) || known?.details.includes(detail),
    );
    merged.set(type.id, { ...(known ?? type), details });
  }
  return [...merged.values()];
}
