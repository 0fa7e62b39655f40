import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENTRIES, MAY_IMPORT } from '../../tools/lint/core-direction.js';

// The files of this test do not exist, so that nothing can be said of their types.
const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

/** The rules that a line breaks in a file of ours. */
async function broken(filePath: string, line: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${line}\n`, { filePath });
  const rules = result?.messages.map(({ ruleId }) => ruleId ?? 'syntax') ?? [];
  return rules.filter((rule) => rule.startsWith('no-restricted') || rule.startsWith('eventloom/'));
}

test.each([
  ['src/core/run/x.ts', '../../main/paths.ts'],
  ['src/core/run/x.ts', 'electron'],
  ['src/shared/x.ts', 'node:fs'],
  ['src/main/x.ts', '../renderer/src/api.ts'],
  ['src/cli/x.ts', 'vue'],
  ['src/server/x.ts', '../main/paths.ts'],
  ['src/server/x.ts', 'electron'],
  ['src/core/run/x.ts', '../../server/token.ts'],
  ['src/renderer/src/x.ts', '../../server/token.ts'],
  ['src/renderer/src/x.ts', '../../core/errors.ts'],
])('%s reaches %s neither by import nor by import()', async (file, source) => {
  expect(await broken(file, `import '${source}';`)).toEqual(['no-restricted-imports']);
  expect(await broken(file, `export const x = import('${source}');`)).toEqual(['no-restricted-syntax']);
});

test('an import() of what a part may reach is fine, and its path is written out', async () => {
  expect(await broken('src/core/run/x.ts', `export const x = import('./domain/y.ts');`)).toEqual([]);
  expect(await broken('src/main/x.ts', `export const x = import('../core/errors.ts');`)).toEqual([]);
  expect(await broken('src/core/run/x.ts', 'export const x = (y: string) => import(y);')).toEqual([
    'no-restricted-syntax',
  ]);
});

test.each([
  ['src/core/run/x.ts', '../store/workspace.ts'],
  ['src/core/extract/x.ts', './llm/types.ts'],
  ['src/core/extract/llm/run/x.ts', '../client/http.ts'],
  ['src/core/extract/llm/prompt/x.ts', '../planning/packer.ts'],
  ['src/core/store/x.ts', '../engine/engine.ts'],
  ['src/core/errors.ts', './run/ports.ts'],
])('%s reaches %s in no way', async (file, source) => {
  expect(await broken(file, `import '${source}';`)).toEqual(['eventloom/core-direction']);
  expect(await broken(file, `export { x } from '${source}';`)).toEqual(['eventloom/core-direction']);
  expect(await broken(file, `export const x = import('${source}');`)).toEqual(['eventloom/core-direction']);
});

test.each([
  ['src/main/x.ts', '../core/store/workspace.ts'],
  ['src/cli/commands/x.ts', '../../core/engine/engine-context.ts'],
  ['src/server/x.ts', '../core/run/snapshot.ts'],
])('%s does not enter core by %s', async (file, source) => {
  expect(await broken(file, `import type { X } from '${source}';`)).toEqual(['eventloom/core-entry']);
  expect(await broken(file, `export { x } from '${source}';`)).toEqual(['eventloom/core-entry']);
  expect(await broken(file, `export const x = import('${source}');`)).toEqual(['eventloom/core-entry']);
});

test('core is entered by its entries and the files beside its folders', async () => {
  for (const entry of [...ENTRIES, 'errors.ts']) {
    expect(await broken('src/main/x.ts', `import '../core/${entry}';`)).toEqual([]);
  }
});

test('the README of core names each entry and each folder, and each entry is there', () => {
  const readme = readFileSync('src/core/README.md', 'utf8');
  const folders = readdirSync('src/core', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  for (const name of [...ENTRIES, ...folders]) expect(readme, name).toContain(`\`${name}\``);
  expect(ENTRIES.filter((entry) => !existsSync(`src/core/${entry}`))).toEqual([]);
});

test('parts of core import each other in one direction only', () => {
  const isReached = (from: string, to: string, seen = new Set<string>()): boolean =>
    (MAY_IMPORT[from] ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return isReached(next, to, seen);
    });
  const parts = Object.keys(MAY_IMPORT);
  expect(parts.length).toBeGreaterThan(10);
  expect(parts.filter((part) => isReached(part, part))).toEqual([]);
});
