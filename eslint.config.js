import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import { coreDirection, coreEntry } from './tools/lint/core-direction.js';
import { scriptParser } from './tools/lint/vue-parser.js';

/**
 * Which folders and packages a part of the program must not reach: dependencies point inwards only (docs/architecture.md).
 * `no-restricted-imports` does not see `import()`, so that has selectors of its own.
 */
function mustNotImport(files, forbidden, message) {
  const dynamic = forbidden.map((group) => ({
    selector: `ImportExpression[source.value=/${asPattern(group)}/]`,
    message,
  }));
  const unknown = {
    selector: 'ImportExpression:not([source.type="Literal"])',
    message: 'Write the path of an import() out, so that its direction can be checked.',
  };
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message }] }],
      'no-restricted-syntax': ['error', ...dynamic, unknown],
    },
  };
}

/** A group (`name`, `prefix:*` or a folder as `**\/name/**`) as the text of a regular expression; in a selector it may hold no slash. */
function asPattern(group) {
  const folder = /^\*\*\/(.+)\/\*\*$/.exec(group);
  if (folder) return `(^|\\x2F)${folder[1]}\\x2F`;
  return group.endsWith('*') ? `^${group.slice(0, -1)}` : `^${group}($|\\x2F)`;
}

/** Where components are, and what they are made of. */
const WINDOW = ['**/*.vue', 'src/renderer/**', 'tests/unit/renderer/**'];

export default tseslint.config(
  // The last is written by a build, and gone in a moment.
  { ignores: ['out/**', 'node_modules/**', 'coverage/**', 'dist/**', 'electron.vite.config.*.mjs'] },
  ...tseslint.configs.strict,
  // What they look for in scripts is found in the window and its tests only, and the search costs a quarter of the work.
  ...vue.configs['flat/recommended'].map((config) => ({ files: WINDOW, ...config })),
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: scriptParser(import.meta.dirname) } } },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  // Rules that need types, here for components; oxlint (oxlint.config.json) checks the same rules in all other files, many times faster.
  {
    files: ['**/*.vue'],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.web.json'], extraFileExtensions: ['.vue'] },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  { files: ['src/cli/**', 'tools/**'], rules: { 'no-console': 'off' } },
  mustNotImport(
    ['src/shared/**'],
    [
      'node:*',
      'electron',
      'electron-store',
      'vue',
      '**/core/**',
      '**/server/**',
      '**/main/**',
      '**/preload/**',
      '**/renderer/**',
      '**/cli/**',
    ],
    'shared is the contract: it imports nothing but zod and itself (and dagre, which places the nodes of graphs).',
  ),
  mustNotImport(
    ['src/core/**'],
    [
      'electron',
      'electron-store',
      'vue',
      'pinia',
      'element-plus',
      'fastify',
      '**/server/**',
      '**/main/**',
      '**/preload/**',
      '**/renderer/**',
      '**/cli/**',
    ],
    'core runs without Electron and without a window: it may import shared only.',
  ),
  {
    files: ['src/core/**'],
    plugins: { eventloom: { rules: { 'core-direction': coreDirection } } },
    rules: { 'eventloom/core-direction': 'error' },
  },
  {
    files: ['src/main/**', 'src/cli/**', 'src/server/**'],
    plugins: { eventloom: { rules: { 'core-entry': coreEntry } } },
    rules: { 'eventloom/core-entry': 'error' },
  },
  mustNotImport(
    ['src/server/**'],
    [
      'electron',
      'electron-store',
      'vue',
      'pinia',
      'element-plus',
      '**/main/**',
      '**/preload/**',
      '**/renderer/**',
      '**/cli/**',
    ],
    'server is the HTTP face of an engine, for main and the command line: it may import core and shared only.',
  ),
  mustNotImport(
    ['src/main/**'],
    ['vue', 'pinia', 'element-plus', '**/preload/**', '**/renderer/**', '**/cli/**'],
    'main may import server, core and shared only.',
  ),
  mustNotImport(
    ['src/preload/**'],
    ['node:*', 'zod', '**/core/**', '**/server/**', '**/main/**', '**/renderer/**', '**/cli/**'],
    'preload is a bridge: it may import electron and types of shared only.',
  ),
  mustNotImport(
    ['src/renderer/**'],
    ['node:*', 'electron', 'zod', '**/core/**', '**/server/**', '**/main/**', '**/preload/**', '**/cli/**'],
    'renderer may import shared only (and no zod: types are enough in a window).',
  ),
  mustNotImport(
    ['src/cli/**'],
    ['electron', 'electron-store', 'vue', '**/main/**', '**/preload/**', '**/renderer/**'],
    'the command line is the engine without a window: it may import server, core and shared only.',
  ),
  mustNotImport(
    ['src/start/**'],
    ['electron', 'electron-store', 'vue', '**/core/**', '**/shared/**', '**/preload/**', '**/renderer/**'],
    'start chooses between main and the command line, and does nothing else.',
  ),
  prettier,
);
