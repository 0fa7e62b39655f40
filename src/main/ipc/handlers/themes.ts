import type { DomainHandlers, ShellContext } from '../context.ts';

export function themesHandlers(context: ShellContext): DomainHandlers<'themes'> {
  const { dialogs } = context;
  const done = async (change: Promise<void>): Promise<null> => {
    await change;
    return null;
  };
  return {
    'themes.list': (query) => context.engine().themes(query),
    'themes.things': (query) => context.engine().themeThings(query),
    'themes.change': (change) => done(context.engine().changeThemes(change)),
    'themes.undo': () => done(context.engine().undoThemes()),
    'themes.redo': () => done(context.engine().redoThemes()),
    'themes.import': async (_input, { windowId }) => {
      const path = await dialogs.open(windowId, 'rules');
      if (path !== null) await context.engine().importThemes(path);
      return path;
    },
    'themes.export': async (_input, { windowId }) => {
      const path = await dialogs.save(windowId, 'rules', 'themes.yaml');
      if (path !== null) await context.engine().exportThemes(path);
      return path;
    },
  };
}
