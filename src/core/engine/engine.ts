import { codebookCommands } from './commands/codebook-commands.ts';
import { exportCommands } from './commands/export-commands.ts';
import { importCommands } from './commands/import-commands.ts';
import { inductionCommands } from './commands/induction-commands.ts';
import { insightCommands } from './commands/insight-commands.ts';
import { logCommands } from './commands/log-commands.ts';
import { modelCommands } from './commands/model-commands.ts';
import { runCommands } from './commands/run-commands.ts';
import { userCommands } from './commands/user-commands.ts';
import { workspaceCommands } from './commands/workspace-commands.ts';
import type { EngineApi, EngineListener } from './engine-api.ts';
import { EngineContext } from './engine-context.ts';
import type { EngineOptions } from './engine-context.ts';

export type { EngineOptions } from './engine-context.ts';

/** Makes the engine: one workspace, its one run and its one import. It runs in whatever thread makes it. */
export function createEngine(options: EngineOptions, listener: EngineListener): EngineApi {
  const engine = new EngineContext(options, listener);
  return {
    ...workspaceCommands(engine),
    ...importCommands(engine),
    ...userCommands(engine),
    ...codebookCommands(engine),
    ...logCommands(engine),
    ...inductionCommands(engine),
    ...modelCommands(engine),
    ...runCommands(engine),
    ...exportCommands(engine),
    ...insightCommands(engine),
  };
}
