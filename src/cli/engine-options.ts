import { fileURLToPath } from 'node:url';
import { systemClock } from '../core/clock.ts';
import type { EngineOptions } from '../core/engine/engine.ts';
import type { CliContext } from './command.ts';
import { programOf } from './installation.ts';

/** What an engine needs on the command line: the files of the installation, and what the environment says. */
export function engineOptions({
  environment,
  installation,
}: Pick<CliContext, 'environment' | 'installation'>): EngineOptions {
  const resource = (path: string): string => fileURLToPath(new URL(path, installation.resources));
  return {
    clock: systemClock,
    defaultRulesPath: resource('rules/default.yaml'),
    promptsFolder: resource('prompts'),
    importWorkerUrl: installation.importWorker,
    insightWorkerUrl: installation.insightWorker,
    exportWorkerUrl: installation.exportWorker,
    measureWorkerUrl: installation.measureWorker,
    fileTaskWorkerUrl: installation.fileTaskWorker,
    program: programOf(installation),
    slowRulesMs: Number(environment['EVENTLOOM_SLOW_RULES_MS'] ?? 0),
  };
}
