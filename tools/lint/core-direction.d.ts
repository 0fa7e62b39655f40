import type { Rule } from 'eslint';

export const MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
export const coreDirection: Rule.RuleModule;
