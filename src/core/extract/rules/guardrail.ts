import { firstMatch } from './conditions.ts';
import type { RuleSubject } from './conditions.ts';
import type { ConversionRule } from './rules-schema.ts';

/** Gives the conversion rule that a behaviour falls under, or null. */
export type ConversionMatcher = (behaviour: RuleSubject) => ConversionRule | null;

/**
 * The guardrail of a set of rules: which behaviours are conversions, whoever makes events of them. Pure: the answer
 * depends on the behaviour and the rules alone; the first rule that holds wins.
 */
export function conversionMatcher(conversions: readonly ConversionRule[]): ConversionMatcher {
  return firstMatch(conversions.map((rule) => ({ when: rule.when, value: rule })));
}
