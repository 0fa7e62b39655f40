import type { Detail } from '../../shared/abstraction.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportBasis, ExportRequest, StoredDetail, ZoneOrigin } from '../../shared/export.ts';
import type { LogZone } from '../../shared/insight.ts';
import { AppError } from '../errors.ts';
import { systemTimeZone } from '../import/times/time-zone.ts';
import type { Connected } from '../store/database.ts';
import { ExportStore } from '../store/export-store.ts';

/** The zone of the log of a workspace: that of the newest import that needed one, else that of this machine. */
export function zoneOfLog({ db }: Connected): LogZone {
  const { name, origin } = zoneOf({}, new ExportStore(db));
  return { name, from: origin === 'log' ? 'log' : 'machine' };
}

/** What the events of a workspace are like, and the zone of their times. */
export function exportBasis({ db }: Connected): ExportBasis {
  const store = new ExportStore(db);
  const { name, origin } = zoneOf({}, store);
  return { details: store.details(), timeZone: name, zoneOrigin: origin };
}

/** The zone of the log: the chosen one, else that of the newest import that needed one, else that of this machine. */
export function zoneOf(
  { timeZone }: Pick<ExportRequest, 'timeZone'>,
  store: ExportStore,
): { name: string; origin: ZoneOrigin; notes: ErrorInfo[] } {
  if (timeZone !== undefined) return { name: timeZone, origin: 'chosen', notes: [] };
  const zones = store.zones();
  const [latest] = zones;
  if (latest === undefined) {
    const zone = systemTimeZone();
    return { name: zone, origin: 'machine', notes: [{ code: 'export.note.machine_zone', params: { zone } }] };
  }
  const notes: ErrorInfo[] =
    zones.length > 1
      ? [{ code: 'export.note.zones', params: { zones: zones.join(', '), zone: latest } }]
      : [];
  return { name: latest, origin: 'log', notes };
}

/**
 * The details of the events that an export writes; empty for users, who have none. Throws `export.other_detail` where events are
 * stored at another one than is asked for: an export writes them as they are.
 */
export function detailsOf(
  { what, detail }: Pick<ExportRequest, 'what' | 'detail'>,
  store: ExportStore,
): StoredDetail[] {
  if (what === 'users') return [];
  const details = store.details();
  const other = details.find((stored) => detail !== undefined && stored.detail !== detail);
  if (!other || detail === undefined) return details;
  throw new AppError('export.other_detail', {
    detail: nameOf(detail),
    stored: nameOf(other.detail),
    count: other.users,
  });
}

/** What is told of details: nothing where there is one. */
export function detailNotes(details: readonly StoredDetail[]): ErrorInfo[] {
  const [first, second] = details;
  if (!first || !second) return [];
  const params = { detail: nameOf(first.detail), stored: nameOf(second.detail), count: second.users };
  return [{ code: 'export.note.details', params }];
}

/** The code of its name, which is written in the language of the message that it stands in. */
const nameOf = (detail: Detail): string => `export.detail.${detail}`;
