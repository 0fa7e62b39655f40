import type { DomainHandlers, ShellContext } from '../context.ts';

export function appHandlers(context: ShellContext): DomainHandlers<'app'> {
  return {
    'app.info': () => context.appInfo(),
    'app.licences': () => context.licences(),
    'app.exportDiagnostics': async (_input, { windowId }) => {
      const path = await context.dialogs.save(windowId, 'diagnostics', 'eventloom-diagnostics.zip');
      if (path === null) return null;
      await context.writeDiagnostics(path);
      context.reveal(path);
      return path;
    },
  };
}
