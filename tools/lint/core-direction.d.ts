import type { Rule } from 'eslint';

export const MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
export const ENTRIES: readonly string[];
export const coreDirection: Rule.RuleModule;
export const coreEntry: Rule.RuleModule;
