import { durationIn, exactShare, numberIn, ratioText, weekdayIn } from './drawing/format.ts';
import { fieldNameIn } from './field-names.ts';
import { kindOf } from './insight-columns.ts';
import type { InsightColumn, InsightTable } from './insight-table.ts';
import type { Locale } from './settings.ts';

/** The text of a cell of an answer, as every table shows it: a dash where there is no figure. */
export function cellText(
  locale: Locale,
  table: InsightTable,
  column: InsightColumn,
  value: string | number | null,
): string {
  if (value === null) return '—';
  if (typeof value === 'string') return column === 'field' ? fieldNameIn(locale, value) : value;
  switch (kindOf(table, column)) {
    case 'share':
      return exactShare(value);
    case 'time':
      return durationIn(locale, value);
    case 'ratio':
      return ratioText(value);
    case 'mean':
      return value.toFixed(2);
    case 'weekday':
      return weekdayIn(locale, value - 1);
    case 'hour':
      return `${String(value).padStart(2, '0')}:00`;
    case 'count':
      return numberIn(locale, value);
  }
}
