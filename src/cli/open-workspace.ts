import type { EngineApi, OpenedWorkspace, OpenWorkspaceOptions } from '../core/engine/engine-api.ts';
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
