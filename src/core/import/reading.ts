import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportOptions } from '../../shared/import.ts';
import type { ImportReading } from '../store/import-store.ts';
import { recogniseRoles, themeColumnOf } from './columns.ts';
import type { FileFormat } from './file-format.ts';
import { firstRows } from './first-rows.ts';
import { systemTimeZone } from './times/time-zone.ts';

/** How a file would be read with these options. `encoding`: the one that decoding it to its end leads to. */
export function readingOf(
  options: ImportOptions,
  format: FileFormat,
  encoding: ImportReading['encoding'],
): ImportReading {
  const header = firstRows(format, 0).header ?? [];
  const roles = options.roles ?? recogniseRoles(header, options.kind);
  const themeColumn = themeColumnOf(header, roles);
  return {
    encoding,
    delimiter: format.delimiter,
    roles,
    ...(themeColumn === null ? {} : { themeColumn }),
    timeZone: options.timeZone ?? systemTimeZone(),
  };
}

/** A column that says the theme is kept as one without a role is. */
const rolesOf = ({ roles }: ImportReading): string =>
  roles.map((role) => (role === 'theme' ? 'extra' : role)).join();

/** What makes a file read one way another import than read the other way; null when they come to the same rows. */
export function differenceOf(before: ImportReading, now: ImportReading): ErrorInfo | null {
  if (before.encoding !== now.encoding) {
    return { code: 'import.reading.encoding', params: { before: before.encoding, now: now.encoding } };
  }
  if (before.delimiter !== now.delimiter) return { code: 'import.reading.delimiter' };
  if (rolesOf(before) !== rolesOf(now)) return { code: 'import.reading.roles' };
  // Null: no time of the file needed a zone to be read, so that none makes a difference.
  if (before.timeZone !== null && before.timeZone !== now.timeZone) {
    return {
      code: 'import.reading.time_zone',
      params: { before: before.timeZone, now: now.timeZone ?? before.timeZone },
    };
  }
  return null;
}
