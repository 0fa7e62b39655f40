import { z } from 'zod';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { EngineApi, EngineEvents } from './engine-api.ts';

/** Every method of the engine, so that a message can call nothing else. */
export const ENGINE_METHODS = [
  'openWorkspace',
  'closeWorkspace',
  'restoreWorkspace',
  'rescueWorkspace',
  'dismissRescue',
  'workspaceInfo',
  'clearWorkspace',
  'useRules',
  'rulesInfo',
  'useModel',
  'testModel',
  'listModels',
  'promptView',
  'previewPrompt',
  'previewImport',
  'startImport',
  'startSampleImport',
  'cancelImport',
  'dismissImport',
  'importSnapshot',
  'saveBadRows',
  'listUsers',
  'getUser',
  'listBehaviours',
  'runSnapshot',
  'preflightRun',
  'startRun',
  'continueRun',
  'pauseRun',
  'resumeRun',
  'cancelRun',
  'dismissRun',
  'runHistory',
  'resultVersions',
  'runFailures',
  'listRequests',
  'getRequest',
  'watchRequests',
  'exportEvents',
] as const satisfies readonly (keyof EngineApi)[];

export type EngineMethod = (typeof ENGINE_METHODS)[number];

/** A call to the engine's thread. Both threads are one program, so arguments are typed by EngineApi and not parsed again. */
export interface EngineCall {
  id: number;
  method: EngineMethod;
  args: unknown[];
}

/** What the engine's thread sends: the answer to a call, or an event. */
export type EngineMessage =
  | { kind: 'reply'; id: number; ok: true; data: unknown }
  | { kind: 'reply'; id: number; ok: false; error: ErrorInfo }
  | { [E in keyof EngineEvents]: { kind: 'event'; event: E; payload: EngineEvents[E] } }[keyof EngineEvents];

/** What the engine's thread is started with. */
export const engineWorkerDataSchema = z.object({
  importWorkerUrl: z.string(),
  defaultRulesPath: z.string(),
  defaultPromptPath: z.string(),
  slowRulesMs: z.number().min(0),
});
export type EngineWorkerData = z.infer<typeof engineWorkerDataSchema>;
