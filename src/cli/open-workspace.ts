import type {
  EngineApi,
  EngineEvents,
  EngineListener,
  OpenedWorkspace,
  OpenWorkspaceOptions,
} from '../core/engine/engine-api.ts';
import { errorText } from './error-text.ts';
import type { Output } from './output.ts';

/** Opens a workspace for a command, and says where it was kept if its format had to be changed. Rejects as `openWorkspace`. */
export async function openWorkspace(
  engine: EngineApi,
  options: OpenWorkspaceOptions,
  output: Output,
): Promise<OpenedWorkspace> {
  const opened = await engine.openWorkspace(options);
  const { formatBackup: path } = opened;
  if (path !== null) output.note(errorText(output.locale, { code: 'workspace.upgraded', params: { path } }));
  return opened;
}

/** A listener for the engine of a command: it says when another program keeps the workspace locked, and passes events on. */
export function tellingLocks(output: Output, listener: EngineListener = () => undefined): EngineListener {
  return (event, payload) => {
    if (event === 'locked') {
      const params = payload as EngineEvents['locked'];
      output.note(errorText(output.locale, { code: 'workspace.waits_for_lock', params }));
    }
    listener(event, payload);
  };
}

/** A listener for the engine of a command: it shows how far a rescue or a restore is. */
export function tellingFileTasks(output: Output): EngineListener {
  return (event, payload) => {
    if (event === 'fileTask') output.fileTaskProgress(payload as EngineEvents['fileTask']);
  };
}
