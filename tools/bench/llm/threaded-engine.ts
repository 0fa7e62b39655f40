import type { EngineApi, EngineEvents } from '../../../src/core/engine/engine-api.ts';
import { startEngine } from '../../../src/core/engine/engine-client.ts';
import { AppError } from '../../../src/core/errors.ts';
import { modelSettingsSchema } from '../../../src/shared/model.ts';
import type { ModelSettings } from '../../../src/shared/model.ts';

/** The engine in a thread of its own, as the application has it: out of the bundles, which `npm run bench` builds. */
export interface ThreadedEngine {
  api: EngineApi;
  /** Resolves with the first event of a name that is as wanted, from now on. */
  until<E extends keyof EngineEvents>(
    name: E,
    wanted: (payload: EngineEvents[E]) => boolean,
  ): Promise<EngineEvents[E]>;
  dispose(): Promise<void>;
}

type Listener = <E extends keyof EngineEvents>(event: E, payload: EngineEvents[E]) => void;

const source = (path: string): URL => new URL(`../../../${path}`, import.meta.url);

export function startThreadedEngine(): ThreadedEngine {
  const listeners = new Set<Listener>();
  const engine = startEngine(
    {
      workerUrl: source('out/main/engine-worker.js'),
      importWorkerUrl: source('out/main/import-worker.js'),
      insightWorkerUrl: source('out/main/insight-worker.js'),
      exportWorkerUrl: source('out/main/export-worker.js'),
      measureWorkerUrl: source('out/main/measure-worker.js'),
      fileTaskWorkerUrl: source('out/main/file-task-worker.js'),
      program: 'EventLoom bench',
      defaultRulesPath: source('resources/rules/default.yaml').pathname,
      promptsFolder: source('resources/prompts').pathname,
    },
    (event, payload) => listeners.forEach((listener) => listener(event, payload)),
    (error) => {
      throw new AppError(error.code, error.params);
    },
  );
  return {
    api: engine.api,
    dispose: async () => {
      await engine.api.closeWorkspace();
      await engine.dispose();
    },
    until: (name, wanted) =>
      new Promise((resolve) => {
        const listener: Listener = (event, payload) => {
          if ((event as string) !== name || !wanted(payload as never)) return;
          listeners.delete(listener);
          resolve(payload as never);
        };
        listeners.add(listener);
      }),
  };
}

/** Makes a workspace of a log, ready for runs with a model at this address. */
export async function prepare(
  engine: ThreadedEngine,
  options: { log: string; workspace: string; baseUrl: string; settings?: Partial<ModelSettings> },
): Promise<void> {
  const { log, workspace, baseUrl, settings } = options;
  await engine.api.openWorkspace({ path: workspace, create: true, resumePolicy: 'leave' });
  const imported = engine.until('import', ({ status }) => status !== 'running' && status !== 'idle');
  await engine.api.startImport({ path: log, kind: 'behaviours' });
  const { status, error } = await imported;
  if (status !== 'completed') throw new Error(`the log was not imported: ${error?.code ?? status}`);
  await engine.api.useModel({
    settings: modelSettingsSchema.parse({ baseUrl, model: 'fault-model', ...settings }),
    apiKey: null,
    promptTemplate: null,
  });
}
