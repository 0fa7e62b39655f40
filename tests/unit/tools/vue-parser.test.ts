import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import type { Rule } from 'eslint';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import { scriptParser } from '../../../tools/lint/vue-parser.js';
import { tempFolder } from '../../support/temp.ts';

const COMPONENTS = {
  // The expression comes before the script, and is parsed before it.
  'First.vue':
    '<template><p>{{ 1 + 1 }}</p></template>\n<script setup lang="ts">\nlater();\nasync function later(): Promise<void> {}\n</script>\n',
  'Second.vue':
    '<script setup lang="ts" generic="Id extends string">\nconst done = async (id: Id): Promise<Id> => id;\ndone(\'a\' as Id);\n</script>\n',
};

it('scripts of components are linted with their types, which one program knows for all of them', () => {
  const root = tempFolder();
  mkdirSync(join(root, 'src'));
  writeFileSync(
    join(root, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { lib: ['ES2024'], strict: true }, include: ['src'] }),
  );
  for (const [name, text] of Object.entries(COMPONENTS)) writeFileSync(join(root, 'src', name), text);

  const programs = new Set<unknown>();
  const spy: Rule.RuleModule = {
    create: ({ sourceCode }) => {
      programs.add((sourceCode.parserServices as { program: unknown }).program);
      return {};
    },
  };
  const config = tseslint.config(...vue.configs['flat/base'], {
    files: ['**/*.vue'],
    plugins: { '@typescript-eslint': tseslint.plugin, test: { rules: { spy } } },
    languageOptions: {
      parserOptions: {
        parser: scriptParser(root),
        project: ['./tsconfig.json'],
        tsconfigRootDir: root,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: { '@typescript-eslint/no-floating-promises': 'error', 'test/spy': 'error' },
  }) as Linter.Config[];
  const linter = new Linter({ cwd: root });
  const found = (name: keyof typeof COMPONENTS, text: string): unknown[] =>
    linter
      .verify(text, config, join(root, 'src', name))
      .map(({ ruleId, line, message }) => ruleId ?? `${line} ${message}`);

  expect(found('First.vue', COMPONENTS['First.vue'])).toEqual(['@typescript-eslint/no-floating-promises']);
  expect(found('Second.vue', COMPONENTS['Second.vue'])).toEqual(['@typescript-eslint/no-floating-promises']);
  expect(programs.size).toBe(1);

  // As in an editor: the file still holds the fault.
  expect(found('First.vue', COMPONENTS['First.vue'].replace('later();', 'void later();'))).toEqual([]);
});
