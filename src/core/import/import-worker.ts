import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { connect } from '../store/database.ts';
import type { Connection } from '../store/database.ts';
import { ImportStore } from '../store/import-store.ts';
import type { ImportTables } from '../store/import-store.ts';
import { knownErrors } from '../store/known-errors.ts';
import { undoFigures, undoImport } from '../store/undo-import.ts';
import type { ImportPreview, ImportReport, ImportUndo } from '../../shared/import.ts';
import { isRaised } from '../thread-job.ts';
import type { OnUnpack } from './formats/unpack-file.ts';
import { throwIfCancelled } from './import-context.ts';
import { importWorkerDataSchema } from './import-messages.ts';
import type { ImportWorkerData, ImportWorkerMessage } from './import-messages.ts';
import type { ImportProgress } from './import-progress.ts';
import { NoUsableRows } from './no-usable-rows.ts';
import { previewImport } from './preview.ts';
import { runImport } from './run-import.ts';
import { serveStore } from './store-thread.ts';
import { ThreadedStore } from './threaded-store.ts';
import type { StoreLink } from './threaded-store.ts';

/** At most ten messages a second. */
const PROGRESS_INTERVAL_MS = 100;

function post(message: ImportWorkerMessage): void {
  parentPort?.postMessage(message);
}

let lastPhase = '';
let lastSent = 0;
/** The newest progress of the phase that was held back. */
let held: ImportProgress | null = null;

/** Posts how much of an undo is done; whether it is known at all is never left out. */
function postShare(share: number | null): void {
  const now = performance.now();
  const phase = share === null ? 'unknown' : 'known';
  if (phase === lastPhase && now - lastSent < PROGRESS_INTERVAL_MS) return;
  lastPhase = phase;
  lastSent = now;
  post({ type: 'undoing', share });
}

/** Posts some progress; the last of each phase is never left out, so that also a short one is seen whole. */
function postProgress(progress: ImportProgress): void {
  const now = performance.now();
  if (progress.phase === lastPhase && now - lastSent < PROGRESS_INTERVAL_MS) {
    held = progress;
    return;
  }
  if (held && progress.phase !== lastPhase) post({ type: 'progress', progress: held });
  held = null;
  lastPhase = progress.phase;
  lastSent = now;
  post({ type: 'progress', progress });
}

async function work(): Promise<ImportWorkerMessage | null> {
  const data = importWorkerDataSchema.parse(workerData);
  switch (data.task) {
    case 'import':
      return { type: 'done', report: await importFile(data) };
    case 'preview':
      return { type: 'previewed', preview: await previewFile(data) };
    case 'write':
      serveStore(data.workspacePath, () => openWorkspace(data.workspacePath), data.link);
      return null;
    case 'undo':
      undo(data);
      return { type: 'undone' };
    case 'undo-figures':
      return { type: 'figures', figures: figuresOf(data) };
  }
}

function undo({ workspacePath, importId, cancelFlag }: Extract<ImportWorkerData, { task: 'undo' }>): void {
  const db = openWorkspace(workspacePath);
  try {
    knownErrors(workspacePath, () =>
      undoImport(db, importId, (share) => {
        if (isRaised(cancelFlag)) throw new AppError('import.undo_cancelled');
        postShare(share);
      }),
    );
  } finally {
    db.close();
  }
}

function figuresOf({
  workspacePath,
  importId,
}: Extract<ImportWorkerData, { task: 'undo-figures' }>): ImportUndo {
  return knownErrors(workspacePath, () => {
    const db = connect(workspacePath, { readOnly: true });
    try {
      return undoFigures(db, importId);
    } finally {
      db.close();
    }
  });
}

function previewFile({
  options,
  now,
  cancelFlag,
}: Extract<ImportWorkerData, { task: 'preview' }>): Promise<ImportPreview> {
  const checkpoint = (): void => throwIfCancelled(() => isRaised(cancelFlag));
  const onUnpack: OnUnpack = (progress) => {
    checkpoint();
    postProgress({ phase: 'unpacking', ...progress, rowsRead: 0, badRowCount: 0 });
  };
  return previewImport(options, now, onUnpack, checkpoint);
}

async function importFile({
  workspacePath,
  options,
  cancelFlag,
  link,
}: Extract<ImportWorkerData, { task: 'import' }>): Promise<ImportReport> {
  const { store, close } = link ? tablesElsewhere(workspacePath, link) : tablesHere(workspacePath);
  try {
    return await runImport({
      store,
      workspacePath,
      options,
      onProgress: postProgress,
      isCancelled: () => isRaised(cancelFlag),
      now: () => systemClock.now(),
    });
  } finally {
    close();
  }
}

/** What an import writes into, and what lets go of it. */
interface Tables {
  store: ImportTables;
  close: () => void;
}

function tablesElsewhere(path: string, link: StoreLink): Tables {
  let earlier: { db: Connection; store: ImportStore } | null = null;
  const findEarlierUser = (userId: string): number | null =>
    knownErrors(path, () => {
      earlier ??= lookInto(path);
      return earlier.store.findUser(userId);
    });
  const there = new ThreadedStore(link, findEarlierUser);
  return {
    store: there.tables,
    close: () => {
      earlier?.db.close();
      there.close();
    },
  };
}

/** The workspace as it is without what is not committed. */
function lookInto(path: string): { db: Connection; store: ImportStore } {
  const db = connect(path, { readOnly: true });
  return { db, store: new ImportStore(db) };
}

function tablesHere(path: string): Tables {
  const db = openWorkspace(path);
  return {
    store: new ImportStore(db),
    close: () => {
      db.close();
    },
  };
}

function openWorkspace(path: string): Connection {
  // SQLite would make the file anew.
  if (!existsSync(path)) throw new AppError('workspace.gone', { path });
  return knownErrors(path, () => {
    const db = connect(path);
    // Sorting an index must not take the memory of the whole table, as it would with temporary tables in memory.
    // Foreign keys hold by construction here (a row gets its user's number from the same transaction), and checking each
    // would cost a tenth of the time.
    db.exec('PRAGMA temp_store = FILE; PRAGMA foreign_keys = OFF;');
    return db;
  });
}

try {
  const message = await work();
  if (message) post(message);
} catch (error) {
  const report = error instanceof NoUsableRows ? error.report : null;
  post({ type: 'failed', error: toErrorInfo(error), report });
}
