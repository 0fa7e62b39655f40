import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ColumnRole } from '../../../shared/import.ts';
import { printable } from '../text.ts';
import { parseTime } from '../times/parse-time.ts';
import { zoneOf } from '../times/scan-time.ts';
import type { TimeColumn } from '../times/time-column.ts';
import { TimeZone } from '../times/time-zone.ts';
import { NAME_CHARS } from './sample-table.ts';
import type { SampleTable } from './sample-table.ts';
import { isZoneName, zoneOfHeader } from './time-names.ts';

/** The zone that a header names, for times that name none. */
export function suffixOf(
  table: SampleTable,
  roles: readonly ColumnRole[],
  times: TimeColumn | null,
  zone: string,
): string {
  if (!times || times.withZone > 0) return '';
  for (const role of ['clock', 'time'] as const) {
    const named = zoneOfHeader(table.header[roles.indexOf(role)] ?? '');
    // A word that only looks like the name of a zone would make every time unreadable.
    if (named !== null && parseTime(`2000-01-01 00:00 ${named}`, new TimeZone(zone)) !== null)
      return ` ${named}`;
  }
  return '';
}

/** Noons of winter and of summer: zones that have both of them at the same moments are one. */
const NOONS = ['2026-01-15 12:00', '2026-07-15 12:00'];

/** Whether a zone, however it is written, is the one in which times are read: +08:00 is that of Shanghai. */
function isSameZone(written: string, zone: string): boolean {
  const probe = new TimeZone(zone);
  return NOONS.every((noon) => parseTime(`${noon} ${written}`, probe) === parseTime(noon, probe));
}

/** Tells of a column of zones, which are not used, beside times that name none. */
export function tellZoneColumn(
  table: SampleTable,
  roles: readonly ColumnRole[],
  times: TimeColumn | null,
  zone: string,
  doubts: ErrorInfo[],
): void {
  if (!times || times.withZone > 0 || suffixOf(table, roles, times, zone) !== '') return;
  for (const other of table.columns((name) => isZoneName(name))) {
    const zones = [...new Set(table.values(other))];
    const example = zones.find((value) => zoneOf(value) !== null && !isSameZone(value, zone));
    if (example === undefined) continue;
    const params = { column: table.name(roles.indexOf('time')), other: table.name(other) };
    doubts.push({
      code: 'import.doubt.zone_column',
      params: { ...params, example: printable(example, NAME_CHARS) },
    });
    return;
  }
}
