import { AppError } from '../../../core/errors.ts';
import type { ImportOptions, ImportSnapshot } from '../../../shared/import.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function importHandlers(context: ShellContext): DomainHandlers<'import'> {
  const newest = async (answer: Promise<ImportSnapshot>): Promise<ImportSnapshot> =>
    context.snapshots.acceptImport(await answer);
  const chosen = (options: ImportOptions): ImportOptions => {
    if (context.chosenPaths.has(options.path)) return options;
    throw new AppError('app.path_not_chosen', { path: options.path });
  };
  return {
    'import.chooseFiles': (_input, { windowId }) => context.dialogs.openSeveral(windowId, 'log'),
    'import.preview': async (options) => {
      const allowed = chosen(options);
      const preview = await context.engine().previewImport(allowed);
      return { ...preview, remembered: context.readings.of(preview.shape) };
    },
    'import.cancelPreview': async ({ path }) => {
      await context.engine().cancelPreview(path);
      return null;
    },
    'import.remember': ({ shape, reading }) => {
      context.readings.keep(shape, reading);
      return null;
    },
    'import.start': (options) => {
      const allowed = chosen(options);
      return newest(context.engine().startImport(allowed));
    },
    'import.startAll': ({ files }) => {
      const allowed = files.map(chosen);
      return newest(context.engine().startImports(allowed));
    },
    'import.sample': () => newest(context.engine().startSampleImport()),
    'import.cancel': () => newest(context.engine().cancelImport()),
    'import.acceptRejects': ({ place }) => newest(context.engine().acceptRejects(place)),
    'import.attach': (_input, { windowId }) => {
      context.attach(windowId);
      return context.snapshots.import;
    },
    'import.dismiss': () => newest(context.engine().dismissImport()),
    'import.undoFigures': ({ importId }) => context.engine().undoFigures(importId),
    'import.undo': ({ importId }) => newest(context.engine().startUndo(importId)),
    'import.details': ({ importId }) => context.engine().importDetails(importId),
    'import.saveBadRows': async (of, { windowId }) => {
      const path = await context.dialogs.save(
        windowId,
        'table',
        'place' in of ? 'bad-rows.csv' : `bad-rows-${of.importId}.csv`,
      );
      if (path !== null) await context.engine().saveBadRows([of], path, context.settings.view().locale);
      return path;
    },
  };
}
