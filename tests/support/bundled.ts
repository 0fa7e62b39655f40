import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/core/clock.ts';
import type { EngineOptions } from '../../src/core/engine/engine-context.ts';

/** What integration tests start in processes and threads of their own, and its source. `bundle.ts` bundles it for each run. */
export const ENTRIES = {
  cli: 'tests/support/bundled-cli.ts',
  'import-worker': 'src/core/import/import-worker.ts',
  'insight-worker': 'src/core/insight/insight-worker.ts',
  'events-worker': 'src/core/insight/events-worker.ts',
  'export-worker': 'src/core/export/export-worker.ts',
  'measure-worker': 'src/core/engine/measure-worker.ts',
  'file-task-worker': 'src/core/store/file-task-worker.ts',
  'import-child': 'tests/integration/import/kill-child.ts',
  'import-session-child': 'tests/integration/import/kill-session-child.ts',
  'pilot-child': 'tests/integration/kill/pilot-child.ts',
  'induction-child': 'tests/integration/kill/induction-child.ts',
  'rescue-child': 'tools/bench/rescue-child.ts',
} as const;

/** The bundle of an entry. This module is part of some bundles itself: their folder is as deep as `tests/support`. */
export function bundled(entry: keyof typeof ENTRIES): URL {
  return new URL(`../../out/tests/${entry}.js`, import.meta.url);
}

const resource = (path: string): string => fileURLToPath(new URL(`../../resources/${path}`, import.meta.url));
export const DEFAULT_RULES = resource('rules/default.yaml');
export const DEFAULT_PROMPT = resource('prompts/default.zh.md');

/** The engine as the application makes it, but for its threads, which are bundles. */
export const ENGINE_OPTIONS: EngineOptions = {
  clock: systemClock,
  defaultRulesPath: DEFAULT_RULES,
  promptsFolder: resource('prompts'),
  importWorkerUrl: bundled('import-worker'),
  insightWorkerUrl: bundled('insight-worker'),
  exportWorkerUrl: bundled('export-worker'),
  measureWorkerUrl: bundled('measure-worker'),
  fileTaskWorkerUrl: bundled('file-task-worker'),
  program: 'EventLoom test',
  slowRulesMs: 0,
};
