import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportOptions } from '../../shared/import.ts';
import type { ImportReading } from '../store/import-store.ts';
import { recogniseRoles } from './columns.ts';
import type { FileFormat } from './file-format.ts';
import { firstRows } from './first-rows.ts';
import { systemTimeZone } from './time-zone.ts';

/** How a file would be read with these options. `encoding`: the one that decoding it to its end leads to. */
export function readingOf(
  options: ImportOptions,
  format: FileFormat,
  encoding: ImportReading['encoding'],
): ImportReading {
  return {
    encoding,
    delimiter: format.delimiter,
    roles: options.roles ?? recogniseRoles(firstRows(format, 0).header ?? [], options.kind),
    timeZone: options.timeZone ?? systemTimeZone(),
  };
}

/** What makes a file read one way another import than read the other way; null when they come to the same rows. */
export function differenceOf(before: ImportReading, now: ImportReading): ErrorInfo | null {
  if (before.encoding !== now.encoding) {
    return { code: 'import.reading.encoding', params: { before: before.encoding, now: now.encoding } };
  }
  if (before.delimiter !== now.delimiter) return { code: 'import.reading.delimiter' };
  if (before.roles.join() !== now.roles.join()) return { code: 'import.reading.roles' };
  // Null: no time of the file needed a zone to be read, so that none makes a difference.
  if (before.timeZone !== null && before.timeZone !== now.timeZone) {
    return {
      code: 'import.reading.time_zone',
      params: { before: before.timeZone, now: now.timeZone ?? before.timeZone },
    };
  }
  return null;
}
