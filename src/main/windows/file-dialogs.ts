import { dialog } from 'electron';
import type { FileFilter } from 'electron';
import type { Locale } from '../../shared/settings.ts';
import { WORKSPACE_EXTENSIONS } from '../../shared/workspace.ts';
import type { FileDialogs, FileKind } from '../ipc/context.ts';
import { shellText } from '../texts/texts.ts';
import type { WindowManager } from './window-manager.ts';

const KINDS = {
  workspace: { key: 'dialog.workspace', extensions: WORKSPACE_EXTENSIONS },
  table: { key: 'dialog.table', extensions: ['csv', 'tsv', 'txt'] },
  rules: { key: 'dialog.rules', extensions: ['yaml', 'yml', 'json'] },
  diagnostics: { key: 'dialog.diagnostics', extensions: ['zip'] },
  codebook: { key: 'dialog.codebook', extensions: ['yaml', 'yml'] },
  csv: { key: 'dialog.export', extensions: ['csv', 'csv.gz'] },
  xlsx: { key: 'dialog.export', extensions: ['xlsx'] },
  jsonl: { key: 'dialog.export', extensions: ['jsonl', 'jsonl.gz'] },
  parquet: { key: 'dialog.export', extensions: ['parquet'] },
  xes: { key: 'dialog.export', extensions: ['xes', 'xes.gz'] },
  'ocel-json': { key: 'dialog.export', extensions: ['jsonocel'] },
  'ocel-sqlite': { key: 'dialog.export', extensions: ['sqlite'] },
  'pm4py-csv': { key: 'dialog.export', extensions: ['csv', 'csv.gz'] },
  mixpanel: { key: 'dialog.export', extensions: ['ndjson', 'ndjson.gz'] },
  amplitude: { key: 'dialog.export', extensions: ['json', 'json.gz'] },
} as const satisfies Record<FileKind, { key: string; extensions: readonly string[] }>;

/** The system's file dialogs, each over the window that requested it. `chosen` hears of each file that the user chooses. */
export function createFileDialogs(
  windows: WindowManager,
  locale: () => Locale,
  chosen: (path: string) => void,
): FileDialogs {
  const filters = (kind: FileKind): FileFilter[] => [
    { name: shellText(locale(), KINDS[kind].key), extensions: [...KINDS[kind].extensions] },
    { name: shellText(locale(), 'dialog.all'), extensions: ['*'] },
  ];
  return {
    async open(windowId, kind) {
      const window = windows.get(windowId);
      if (!window) return null;
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openFile'],
        filters: filters(kind),
      });
      const path = canceled ? null : (filePaths[0] ?? null);
      if (path !== null) chosen(path);
      return path;
    },
    async save(windowId, kind, suggestedName) {
      const window = windows.get(windowId);
      if (!window) return null;
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: suggestedName,
        filters: filters(kind),
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      });
      if (canceled || !filePath) return null;
      chosen(filePath);
      return filePath;
    },
  };
}
