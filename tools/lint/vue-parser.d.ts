import type { Linter } from 'eslint';

export function scriptParser(root: string): Linter.ESTreeParser;
