import { AppError } from '../../../core/errors.ts';
import { WORKSPACE_EXTENSIONS } from '../../../shared/workspace.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function workspaceHandlers(context: ShellContext): DomainHandlers<'workspace'> {
  const { workspace } = context;
  const ask = (windowId: number, create: boolean): Promise<string | null> =>
    create
      ? context.dialogs.save(windowId, 'workspace', `workspace.${WORKSPACE_EXTENSIONS[0]}`)
      : context.dialogs.open(windowId, 'workspace');
  /** A workspace that was opened before may be opened again; a new one is made only where the user said so in a dialog. */
  const mayOpen = (path: string, create: boolean): boolean => {
    if (context.chosenPaths.has(path)) return true;
    const { path: current, recent } = workspace.state();
    return !create && [current, ...recent].includes(path);
  };
  return {
    'workspace.state': () => workspace.state(),
    'workspace.info': () => context.engine().workspaceInfo(),
    'workspace.open': async ({ path, create }, { windowId }) => {
      if (path !== undefined && !mayOpen(path, create)) throw new AppError('app.path_not_chosen', { path });
      const chosen = path ?? (await ask(windowId, create));
      return chosen === null ? null : workspace.open(chosen, create);
    },
    'workspace.retry': () => workspace.retry(),
    'workspace.rescue': () => workspace.rescue(),
    'workspace.dismissRescue': async () => {
      await workspace.dismissRescue();
      return null;
    },
    'workspace.backups': () => context.engine().listBackups(workspace.state().path),
    // At a click one is made even where none are made by the clock.
    'workspace.backUp': async () => {
      const made = await workspace.backUp(Math.max(1, context.settings.current.backupsKept));
      context.backupsChanged();
      return made;
    },
    'workspace.restore': async ({ path }) => {
      const kept = await workspace.restore(path);
      context.backupsChanged();
      return kept;
    },
    'workspace.cancelFileTask': async ({ task }) => {
      await workspace.cancelFileTask(task);
      return null;
    },
    'workspace.reveal': () => {
      context.reveal(workspace.state().path);
      return null;
    },
    'workspace.clear': ({ what }) => context.engine().clearWorkspace(what),
  };
}
