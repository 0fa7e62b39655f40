import type { RuleCondition, RuleField, RuleTest } from '@shared/workspace';
import { RULE_FIELDS } from '@shared/workspace';
import { t } from './index';
import type { TextKey } from './index';
import { formatNumber } from './format';

/** Words of a list that are written out; the others are counted. */
const WORDS_SHOWN = 6;

/** A condition of a rule as a sentence. `whole`: with all its words. */
export function conditionText(condition: RuleCondition, whole = false): string {
  const parts = RULE_FIELDS.flatMap((field) => {
    const test = condition[field];
    return test ? testText(field, test, whole) : [];
  });
  const sentence = parts.join(t('rules.condition.and'));
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function testText(name: RuleField, test: RuleTest, whole: boolean): string[] {
  const field = t(`rules.field.${name}`);
  const list = (
    words: string[],
    joint: 'rules.condition.or' | 'rules.condition.nor' = 'rules.condition.or',
  ): { field: string; words: string } => ({ field, words: wordsText(words, joint, whole) });
  const parts: string[] = [];
  if (test.in) parts.push(t('rules.condition.is', list(test.in)));
  if (test.startsWith) parts.push(t('rules.condition.startsWith', list(test.startsWith)));
  if (test.contains) parts.push(t('rules.condition.contains', list(test.contains)));
  if (test.lacks) parts.push(t('rules.condition.lacks', list(test.lacks, 'rules.condition.nor')));
  if (test.empty !== undefined)
    parts.push(t(test.empty ? 'rules.condition.empty' : 'rules.condition.filled', { field }));
  return parts;
}

function wordsText(words: string[], joint: TextKey, whole: boolean): string {
  const shown = whole ? words : words.slice(0, WORDS_SHOWN);
  const text = shown.map((word) => t('rules.condition.quote', { word: word.trim() })).join(t(joint));
  if (shown.length === words.length) return text;
  return t('rules.condition.more', { words: text, rest: formatNumber(words.length - shown.length) });
}
