import { HAS_ENCODING } from '../shared/import.ts';
import type { ImportPreview } from '../shared/import.ts';
import type { Locale } from '../shared/settings.ts';
import { DATE_ORDERS, DELIMITERS, DURATION_UNITS } from './reading-arguments.ts';
import { text } from './texts.ts';

/**
 * How a file is read, as the options of the command line name it: format, encoding, delimiter, sheet or table, header; the order of dates
 * and the unit of durations where it has any that need one.
 */
export function howRead(preview: ImportPreview, locale: Locale): string {
  const { format, encoding, delimiter, part, headerLine, header, dateOrder, durationUnit, columns } = preview;
  const hasDurations = columns.some(({ role }) => role === 'duration');
  const parts = [
    format === 'csv' ? null : format.toUpperCase(),
    HAS_ENCODING[format] ? encoding : null,
    format === 'csv' ? text(locale, 'delimitedBy', { delimiter: nameOf(DELIMITERS, delimiter) }) : null,
    part,
    headerLine !== null
      ? text(locale, 'headerInLine', { line: headerLine })
      : header === 'absent'
        ? text(locale, 'noHeader')
        : null,
    dateOrder === null ? null : text(locale, 'datesAre', { order: nameOf(DATE_ORDERS, dateOrder) }),
    hasDurations ? text(locale, 'durationsIn', { unit: nameOf(DURATION_UNITS, durationUnit) }) : null,
  ];
  return parts.filter((each) => each !== null).join(locale === 'en' ? ', ' : '，');
}

/** What an option calls a value: the last of its names, which is a word where a sign cannot be seen. */
function nameOf<T>(names: Readonly<Record<string, T>>, value: T): string {
  return Object.keys(names).findLast((name) => names[name] === value) ?? '';
}
