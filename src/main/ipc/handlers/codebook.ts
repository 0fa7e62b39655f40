import type { DomainHandlers, ShellContext } from '../context.ts';

export function codebookHandlers(context: ShellContext): DomainHandlers<'codebook'> {
  const { dialogs } = context;
  return {
    'codebook.get': () => context.engine().codebook(),
    'codebook.use': () => context.engine().codebookUse(),
    'codebook.change': (change) => context.engine().changeCodebook(change),
    'codebook.undo': () => context.engine().undoCodebook(),
    'codebook.redo': () => context.engine().redoCodebook(),
    'codebook.import': async (_input, { windowId }) => {
      const path = await dialogs.open(windowId, 'codebook');
      return path === null ? null : context.engine().importCodebook(path);
    },
    'codebook.export': async (_input, { windowId }) => {
      const path = await dialogs.save(windowId, 'codebook', 'event-types.yaml');
      if (path !== null) await context.engine().exportCodebook(path);
      return path;
    },
  };
}
