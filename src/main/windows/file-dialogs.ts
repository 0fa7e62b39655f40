import { dialog } from 'electron';
import type { FileFilter } from 'electron';
import type { Locale } from '../../shared/settings.ts';
import { WORKSPACE_EXTENSIONS } from '../../shared/workspace.ts';
import type { FileDialogs, FileKind } from '../ipc/context.ts';
import { shellText } from '../texts/texts.ts';
import type { WindowManager } from './window-manager.ts';

const KINDS = {
  workspace: { key: 'dialog.workspace', extensions: WORKSPACE_EXTENSIONS },
  log: {
    key: 'dialog.table',
    extensions: [
      ...[
        'csv',
        'tsv',
        'txt',
        'dat',
        'log',
        'gz',
        'zip',
        'xlsx',
        'xlsm',
        'json',
        'jsonl',
        'ndjson',
        'parquet',
      ],
      ...['db', 'sqlite', 'sqlite3', 'xes', 'jsonocel'],
    ],
  },
  table: { key: 'dialog.table', extensions: ['csv', 'tsv', 'txt'] },
  rules: { key: 'dialog.rules', extensions: ['yaml', 'yml', 'json'] },
  diagnostics: { key: 'dialog.diagnostics', extensions: ['zip'] },
  codebook: { key: 'dialog.codebook', extensions: ['yaml', 'yml'] },
  question: { key: 'dialog.question', extensions: ['yaml', 'yml'] },
  html: { key: 'dialog.export', extensions: ['html'] },
  pdf: { key: 'dialog.export', extensions: ['pdf'] },
  csv: { key: 'dialog.export', extensions: ['csv', 'csv.gz'] },
  xlsx: { key: 'dialog.export', extensions: ['xlsx'] },
  svg: { key: 'dialog.export', extensions: ['svg'] },
  png: { key: 'dialog.export', extensions: ['png'] },
  dot: { key: 'dialog.export', extensions: ['dot', 'gv'] },
  graphml: { key: 'dialog.export', extensions: ['graphml'] },
  json: { key: 'dialog.export', extensions: ['json'] },
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
  const open = async (windowId: number, kind: FileKind, several: boolean): Promise<string[]> => {
    const window = windows.get(windowId);
    if (!window) return [];
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      properties: several ? ['openFile', 'multiSelections'] : ['openFile'],
      filters: filters(kind),
    });
    if (canceled) return [];
    filePaths.forEach(chosen);
    return filePaths;
  };
  return {
    open: async (windowId, kind) => (await open(windowId, kind, false))[0] ?? null,
    openSeveral: (windowId, kind) => open(windowId, kind, true),
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
