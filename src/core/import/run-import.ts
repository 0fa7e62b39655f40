import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { sqliteError, transaction } from '../store/database.ts';
import { ImportStore, writeBackLog } from '../store/import-store.ts';
import type { FileEncoding, ImportReport } from '../../shared/import.ts';
import { BehaviourSink } from './behaviour-sink.ts';
import { CsvReader } from './csv-reader.ts';
import { StreamDecoder } from './encoding.ts';
import { recogniseFormat } from './file-format.ts';
import type { FileFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import { throwIfCancelled } from './import-context.ts';
import type { ImportContext } from './import-context.ts';
import type { ImportProgress } from './import-progress.ts';
import { findKnownFile } from './known-file.ts';
import { ProfileSink } from './profile-sink.ts';
import { RowIntake } from './row-intake.ts';
import type { RowSink } from './row-intake.ts';
import { TimeZone } from './time-zone.ts';

/**
 * Imports a file in one transaction: it is in the workspace as a whole, or not at all. Blocks until done (it is meant for
 * a worker thread). Throws AppError: `import.*` for the file, `import.cancelled`, `workspace.*` when writing fails.
 */
export function runImport(context: ImportContext): ImportReport {
  const { path, timeZone } = context.options;
  // A zone that does not exist is told even when the file is known and needs none.
  if (timeZone !== undefined) new TimeZone(timeZone);
  const source = new FileSource(path);
  try {
    const format = recogniseFormat(source, context.options);
    const known = findKnownFile(context, source, format);
    if (known) return known;
    const report = transaction(context.db, () => importRows(context, source, format));
    writeBackLog(context.db);
    return report;
  } catch (error) {
    throw sqliteError(error, context.workspacePath);
  } finally {
    source.close();
  }
}

function importRows(context: ImportContext, source: FileSource, format: FileFormat): ImportReport {
  const { options, isCancelled } = context;
  const store = new ImportStore(context.db);
  const { importId, sink, intake, sha256, encoding } = readInto(context, source, format);
  intake.checkUsable(options);
  const counts = sink.finish(() => throwIfCancelled(isCancelled));
  store.finishImport(importId, {
    sha256,
    reading: { encoding, delimiter: format.delimiter, roles: sink.roles, timeZone: sink.timeZone },
    rowsRead: intake.rowsRead,
    rowsAdded: counts.added,
    rowsKnown: counts.known,
    badRows: intake.badRowCount,
    warning: sink.warning,
    importedAt: context.now(),
  });
  source.checkUnchanged();
  throwIfCancelled(isCancelled);
  return {
    importId,
    kind: options.kind,
    fileName: basename(options.path),
    rowsRead: intake.rowsRead,
    rowsAdded: counts.added,
    rowsKnown: counts.known,
    badRowCount: intake.badRowCount,
    badRows: intake.firstBadRows,
    usersAdded: counts.usersAdded,
    warning: sink.warning,
    sameFile: false,
  };
}

/** A file that was read to its end, before anything is made of it. */
interface FileRead {
  importId: number;
  sink: RowSink;
  intake: RowIntake;
  sha256: string;
  /** The encoding that the file turned out to have. */
  encoding: FileEncoding;
}

/** What reading a file needs of a context. */
type ReadingContext = Pick<ImportContext, 'db' | 'options' | 'onProgress' | 'isCancelled'>;

/** Reads a file into the database under a new record of an import, which is still to be finished. */
export function readInto(context: ReadingContext, source: FileSource, format: FileFormat): FileRead {
  const { db, options } = context;
  const store = new ImportStore(db);
  const behaviours = options.kind === 'behaviours';
  const baseId = behaviours ? store.nextBaseId() : 0;
  const importId = store.beginImport(options.kind, basename(options.path), source.sizeBytes, baseId);
  const sink = behaviours ? new BehaviourSink(store, options, baseId) : new ProfileSink(store, options);
  const intake = new RowIntake(store, importId, sink);
  return { importId, sink, intake, ...readRows(context, source, format, intake) };
}

/** Streams the file into the intake; returns the SHA-256 of what was read, as hex, and the encoding it turned out to have. */
function readRows(
  context: ReadingContext,
  source: FileSource,
  format: FileFormat,
  intake: RowIntake,
): Pick<FileRead, 'sha256' | 'encoding'> {
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
  return { sha256: hash.digest('hex'), encoding: decoder.encoding };
}
