import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportOptions } from '../../shared/import.ts';
import type { ImportReading } from '../store/stored-reading.ts';
import type { ColumnPlan } from './column-plan.ts';
import { themeColumnOf } from './columns.ts';
import type { OpenedFile } from './open-file.ts';
import { systemTimeZone } from './times/time-zone.ts';

/** How a file would be read with these options. `encoding`: the one that decoding it to its end leads to. */
export function readingOf(
  options: ImportOptions,
  file: OpenedFile,
  plan: ColumnPlan,
  encoding: ImportReading['encoding'],
): ImportReading {
  const { layout, roles } = plan;
  const themeColumn = themeColumnOf(layout.header, roles);
  return {
    encoding,
    delimiter: file.text.delimiter,
    roles,
    ...(themeColumn === null ? {} : { themeColumn }),
    timeZone: options.timeZone ?? systemTimeZone(),
    ...placeOf(file),
    ...styleOf(plan),
  };
}

/** What a reading records of where in a file its rows are. */
export function placeOf(file: OpenedFile): Pick<ImportReading, 'format' | 'part' | 'unit'> {
  const { format, part } = file;
  if (format === 'csv') return {};
  return { format, unit: file.rows().unit, ...(part === null ? {} : { part }) };
}

/** What a reading records of how values are written, where it is not the usual way. */
export function styleOf({
  layout,
  times,
  impliedAction,
  durationUnit,
}: Pick<ColumnPlan, 'layout' | 'times' | 'impliedAction' | 'durationUnit'>): Pick<
  ImportReading,
  'header' | 'dateOrder' | 'action' | 'durationUnit'
> {
  return {
    ...(layout.isNamed ? {} : { header: 'absent' }),
    ...(times.dateOrder === null ? {} : { dateOrder: times.dateOrder }),
    ...(impliedAction === null ? {} : { action: impliedAction }),
    ...(durationUnit === 'seconds' ? {} : { durationUnit }),
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
  if (before.header !== now.header) return { code: 'import.reading.header' };
  if (rolesOf(before) !== rolesOf(now) || before.action !== now.action)
    return { code: 'import.reading.roles' };
  // Null: no time of the file needed a zone to be read, so that none makes a difference.
  if (before.timeZone !== null && before.timeZone !== now.timeZone) {
    return {
      code: 'import.reading.time_zone',
      params: { before: before.timeZone, now: now.timeZone ?? before.timeZone },
    };
  }
  if (before.dateOrder !== now.dateOrder) return { code: 'import.reading.date_order' };
  if (before.durationUnit !== now.durationUnit) return { code: 'import.reading.duration_unit' };
  return null;
}
