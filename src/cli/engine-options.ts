import { fileURLToPath } from 'node:url';
import { systemClock } from '../core/clock.ts';
import type { EngineOptions } from '../core/engine/engine.ts';

/** What an engine needs on the command line: the files of this project, which runs without a build. */
export function engineOptions(environment: Record<string, string | undefined>): EngineOptions {
  const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  return {
    clock: systemClock,
    defaultRulesPath: file('../../resources/rules/default.yaml'),
    promptsFolder: file('../../resources/prompts'),
    importWorkerUrl: new URL('../core/import/import-worker.ts', import.meta.url),
    slowRulesMs: Number(environment['EVENTLOOM_SLOW_RULES_MS'] ?? 0),
  };
}
