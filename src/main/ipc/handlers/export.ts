import { basename } from 'node:path';
import { EXPORT_EXTENSION } from '../../../shared/export-formats.ts';
import type { ExportSnapshot } from '../../../shared/export.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function exportHandlers(context: ShellContext): DomainHandlers<'export'> {
  const newest = async (answer: Promise<ExportSnapshot>): Promise<ExportSnapshot> =>
    context.snapshots.acceptExport(await answer);
  return {
    'export.attach': (_input, { windowId }) => {
      context.attach(windowId);
      return context.snapshots.export;
    },
    'export.offer': async () => ({
      ...(await context.engine().exportBasis()),
      last: context.exportChoice.get(),
    }),
    'export.start': async (wanted, { windowId }) => {
      const choice = { format: wanted.format, what: wanted.what };
      const workspace = basename(context.workspace.state().path).replace(/\.[^.]*$/, '');
      const name = `${workspace}-${choice.what}${EXPORT_EXTENSION[choice.format]}`;
      const path = await context.dialogs.save(windowId, choice.format, name);
      if (path === null) return null;
      const started = await newest(context.engine().startExport({ ...wanted, path }));
      context.exportChoice.set(choice);
      return started;
    },
    'export.cancel': () => newest(context.engine().cancelExport()),
    'export.dismiss': () => newest(context.engine().dismissExport()),
    'export.reveal': () => {
      const { report } = context.snapshots.export;
      if (report) context.reveal(report.path);
      return null;
    },
  };
}
