import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import { knownErrors } from '../store/known-errors.ts';
import type { FileEncoding, ImportReport } from '../../shared/import.ts';
import type { ColumnPlan } from './column-plan.ts';
import { StreamDecoder } from './encoding.ts';
import type { FileSource } from './file-source.ts';
import type { ImportContext } from './import-context.ts';
import { throwIfCancelled } from './import-context.ts';
import type { OpenedFile } from './open-file.ts';
import { differenceOf, readingOf } from './reading.ts';
import { BAD_ROWS_REPORTED } from './row-intake.ts';

/**
 * The report for a file that is in the workspace already, with the figures of then; null when it is to be read, also where rows of it
 * may be gone. Behaviours of the same file read another way would stand beside the ones read wrong: `import.other_reading` is thrown
 * instead. Profiles replace each other, so theirs are read again.
 */
export async function findKnownFile(
  context: ImportContext,
  source: FileSource,
  file: OpenedFile,
  plan: ColumnPlan,
): Promise<ImportReport | null> {
  const { store, options } = context;
  if (!store.hasImportOfSize(options.kind, source.sizeBytes)) return null;
  const sha256 = source.sha256(() => throwIfCancelled(context.isCancelled));
  const found = knownErrors(context.workspacePath, () =>
    store.findSameFile(options.kind, source.sizeBytes, sha256, file.part),
  );
  if (!found) return null;
  const reading = readingOf(options, file, plan, await encodingAtEnd(context, file));
  const difference = found.reading && differenceOf(found.reading, reading);
  if (difference && options.kind === 'profiles') return null;
  if (difference) {
    throw new AppError('import.other_reading', {
      ...difference.params,
      path: options.path,
      reason: difference.code,
      id: found.importId,
    });
  }
  if (found.lacksRows) return null;
  // The rows stay as they are, whichever of their columns says the theme.
  if (found.reading && options.kind === 'behaviours' && found.reading.themeColumn !== reading.themeColumn)
    store.changeReading(found.importId, { ...reading, timeZone: found.reading.timeZone });
  return {
    importId: found.importId,
    kind: options.kind,
    fileName: basename(options.path),
    part: file.part,
    unit: file.rows().unit,
    rowsRead: found.rowsRead,
    rowsAdded: 0,
    rowsKnown: found.rowsRead - found.badRows,
    badRowCount: found.badRows,
    badRows: store.firstBadRows(found.importId, BAD_ROWS_REPORTED),
    usersAdded: 0,
    warnings: found.warnings,
    sameFile: true,
  };
}

/** The encoding of a text: a guess at UTF-8 may prove wrong anywhere in it. */
async function encodingAtEnd(
  { isCancelled }: ImportContext,
  { text, bytes }: OpenedFile,
): Promise<FileEncoding> {
  if (text.certain || text.encoding !== 'utf-8') return text.encoding;
  const decoder = new StreamDecoder(text.encoding, text.certain);
  for await (const chunk of bytes.chunks()) {
    throwIfCancelled(isCancelled);
    decoder.decode(chunk);
  }
  decoder.end();
  return decoder.encoding;
}
