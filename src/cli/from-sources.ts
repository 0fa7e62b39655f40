import type { Installation } from './installation.ts';

/** The command line of the npm scripts: nothing is built. */
export const FROM_SOURCES: Installation = {
  kind: 'sources',
  resources: new URL('../../resources/', import.meta.url),
  importWorker: new URL('../core/import/import-worker.ts', import.meta.url),
  insightWorker: new URL('../core/insight/insight-worker.ts', import.meta.url),
  exportWorker: new URL('../core/export/export-worker.ts', import.meta.url),
  measureWorker: new URL('../core/engine/measure-worker.ts', import.meta.url),
  fileTaskWorker: new URL('../core/store/file-task-worker.ts', import.meta.url),
  packageFile: new URL('../../package.json', import.meta.url),
};
