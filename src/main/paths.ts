import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app } from 'electron';
import { AppError } from '../core/errors.ts';
import { workspaceFileIn } from '../core/store/workspace-files.ts';

/** Where the application keeps and finds its files. Folders are absolute paths. */
export interface AppPaths {
  userData: string;
  logs: string;
  /** The workspace of the first start. */
  defaultWorkspace: string;
  resources: string;
  renderer: string;
  preload: string;
  engineWorker: URL;
  importWorker: URL;
  insightWorker: URL;
  exportWorker: URL;
  measureWorker: URL;
  fileTaskWorker: URL;
}

/**
 * Fixes the folder of user data; must run before `ready` and before the single-instance lock, which lives in it.
 * The folder has an ASCII name whatever the product is called: not every tool an analyst points at it can take more.
 * EVENTLOOM_USER_DATA overrides it (a test aid: each test starts from a folder of its own). `entry` is the URL of the
 * built index.js: only an entry is sure not to be moved into a chunk, and everything built is found from it.
 * Throws app.file_failed where the folder cannot be made.
 */
export function preparePaths(entry: string): AppPaths {
  const beside = (path: string): URL => new URL(path, entry);
  const override = process.env['EVENTLOOM_USER_DATA'];
  const userData = override ? resolve(override) : join(app.getPath('appData'), 'EventLoom');
  const workspaces = join(userData, 'workspaces');
  try {
    mkdirSync(workspaces, { recursive: true });
  } catch (error) {
    throw new AppError(
      'app.file_failed',
      { path: workspaces, detail: String((error as Error).message) },
      { cause: error },
    );
  }
  app.setPath('userData', userData);
  return {
    userData,
    logs: join(userData, 'logs'),
    defaultWorkspace: workspaceFileIn(workspaces, 'default'),
    resources: fileURLToPath(beside('../../resources')),
    renderer: fileURLToPath(beside('../renderer')),
    preload: fileURLToPath(beside('../preload/index.cjs')),
    engineWorker: beside('./engine-worker.js'),
    importWorker: beside('./import-worker.js'),
    insightWorker: beside('./insight-worker.js'),
    exportWorker: beside('./export-worker.js'),
    measureWorker: beside('./measure-worker.js'),
    fileTaskWorker: beside('./file-task-worker.js'),
  };
}
