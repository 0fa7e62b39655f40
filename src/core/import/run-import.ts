import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { sqliteError, transaction } from '../store/database.ts';
import { badRowsOf, ImportStore, writeBackLog } from '../store/import-store.ts';
import type { StoredImport } from '../store/import-store.ts';
import type { ImportOptions, ImportReport } from '../../shared/import.ts';
import { BehaviourSink } from './behaviour-sink.ts';
import { CsvReader } from './csv-reader.ts';
import { StreamDecoder } from './encoding.ts';
import { recogniseFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import type { ImportProgress } from './import-progress.ts';
import { ProfileSink } from './profile-sink.ts';
import { BAD_ROWS_REPORTED, RowIntake } from './row-intake.ts';
import type { RowSink } from './row-intake.ts';

/** What an import gets from outside. */
export interface ImportContext {
  db: DatabaseSync;
  workspacePath: string;
  options: ImportOptions;
  onProgress(progress: ImportProgress): void;
  isCancelled(): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Imports a file in one transaction: it is in the workspace as a whole, or not at all. Blocks until done (it is meant for
 * a worker thread). Throws AppError: `import.*` for the file, `import.cancelled`, `workspace.*` when writing fails.
 */
export function runImport(context: ImportContext): ImportReport {
  const source = new FileSource(context.options.path);
  try {
    const known = findKnownFile(context, source);
    if (known) return known;
    const report = transaction(context.db, () => importRows(context, source));
    writeBackLog(context.db);
    return report;
  } catch (error) {
    throw sqliteError(error, context.workspacePath);
  } finally {
    source.close();
  }
}

/** The report for a file that is in the workspace already, with the figures of then; null when it is not. */
function findKnownFile({ db, options, isCancelled }: ImportContext, source: FileSource): ImportReport | null {
  const store = new ImportStore(db);
  if (!store.hasImportOfSize(options.kind, source.sizeBytes)) return null;
  const sha256 = source.sha256(() => throwIfCancelled(isCancelled));
  const found: StoredImport | null = store.findSameFile(options.kind, source.sizeBytes, sha256);
  if (!found) return null;
  return {
    importId: found.importId,
    kind: options.kind,
    fileName: basename(options.path),
    rowsRead: found.rowsRead,
    rowsAdded: 0,
    rowsKnown: found.rowsRead - found.badRows,
    badRowCount: found.badRows,
    badRows: [...badRowsOf(db, found.importId, BAD_ROWS_REPORTED)],
    usersAdded: 0,
    sameFile: true,
  };
}

function importRows(context: ImportContext, source: FileSource): ImportReport {
  const { db, options, isCancelled } = context;
  const store = new ImportStore(db);
  const fileName = basename(options.path);
  const baseId = options.kind === 'behaviours' ? store.nextBaseId() : 0;
  const importId = store.beginImport(options.kind, fileName, source.sizeBytes, baseId);
  const sink: RowSink =
    options.kind === 'behaviours'
      ? new BehaviourSink(store, options, baseId)
      : new ProfileSink(store, options);
  const intake = new RowIntake(store, importId, sink);
  const sha256 = readRows(context, source, intake);
  intake.checkUsable(options.path);
  const counts = sink.finish(() => throwIfCancelled(isCancelled));
  store.finishImport(importId, {
    sha256,
    rowsRead: intake.rowsRead,
    rowsAdded: counts.added,
    rowsKnown: counts.known,
    badRows: intake.badRowCount,
    importedAt: context.now(),
  });
  source.checkUnchanged();
  throwIfCancelled(isCancelled);
  return {
    importId,
    kind: options.kind,
    fileName,
    rowsRead: intake.rowsRead,
    rowsAdded: counts.added,
    rowsKnown: counts.known,
    badRowCount: intake.badRowCount,
    badRows: intake.firstBadRows,
    usersAdded: counts.usersAdded,
    sameFile: false,
  };
}

/** Streams the file into the intake; returns the SHA-256 of what was read, as hex. */
function readRows(context: ImportContext, source: FileSource, intake: RowIntake): string {
  const format = recogniseFormat(source, context.options);
  const decoder = new StreamDecoder(format.encoding, format.certain);
  const reader = new CsvReader(format.delimiter, intake);
  const hash = createHash('sha256');
  let bytesRead = 0;
  const report = (phase: ImportProgress['phase']): void => {
    const { rowsRead, badRowCount } = intake;
    context.onProgress({ phase, bytesRead, bytesTotal: source.sizeBytes, rowsRead, badRowCount });
  };
  intake.connect(reader, decoder);
  report('reading');
  for (const chunk of source.chunks(0)) {
    hash.update(chunk);
    reader.push(decoder.decode(bytesRead === 0 ? chunk.subarray(format.bomBytes) : chunk));
    bytesRead += chunk.length;
    throwIfCancelled(context.isCancelled);
    report('reading');
  }
  reader.push(decoder.end());
  reader.end();
  report('finishing');
  // A file that grew or was replaced is not what its size and hash will say.
  source.checkUnchanged();
  return hash.digest('hex');
}

function throwIfCancelled(isCancelled: () => boolean): void {
  if (isCancelled()) throw new AppError('import.cancelled');
}
