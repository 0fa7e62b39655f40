import { isFiner } from '../../shared/abstraction.ts';
import type { Detail } from '../../shared/abstraction.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportBasis, ExportRequest, StoredDetail, ZoneOrigin } from '../../shared/export.ts';
import type { LogZone } from '../../shared/insight.ts';
import { AppError } from '../errors.ts';
import { systemTimeZone } from '../import/times/time-zone.ts';
import type { Connected } from '../store/database.ts';
import { EventOwners } from '../store/event-owners.ts';
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
  return { details: new EventOwners(db).details(), timeZone: name, zoneOrigin: origin };
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

/** At which details the events of an export are, and for how many users they are computed. */
export interface EventDetails {
  details: StoredDetail[];
  /** Null: all are as they are stored. */
  computed: ComputedEvents | null;
}

/** How many users have events that are computed for the export at a detail: made anew by the rules, or those of a model, joined. */
export interface ComputedEvents {
  detail: Detail;
  byRules: number;
  byModel: number;
}

/**
 * The details of the events that an export writes; none for users, who have no events. Throws `export.other_detail` where a finer detail is
 * asked for than that of events of a model: what the model joined it alone can tell apart.
 */
export function detailsOf(
  { what, detail }: Pick<ExportRequest, 'what' | 'detail'>,
  owners: EventOwners,
): EventDetails {
  if (what === 'users') return { details: [], computed: null };
  const made = owners.details();
  if (detail === undefined)
    return {
      details: made.map((stored) => ({ detail: stored.detail, users: stored.users })),
      computed: null,
    };
  const lost = owners.ofLostRuns();
  const finer = made.find((stored) => stored.byModel > 0 && isFiner(detail, stored.detail));
  if (finer) throw otherDetail(detail, `export.detail.${finer.detail}`, finer.byModel);
  if (lost.byModel > 0) throw otherDetail(detail, 'export.detail.unknown', lost.byModel);
  const others = [...made.filter((stored) => stored.detail !== detail), lost];
  const users = sum([...made, lost], 'users');
  const [all, byModel] = [sum(others, 'users'), sum(others, 'byModel')];
  return {
    details: users === 0 ? [] : [{ detail, users }],
    computed: all === 0 ? null : { detail, byRules: all - byModel, byModel },
  };
}

const sum = <K extends 'users' | 'byModel'>(counts: readonly Record<K, number>[], name: K): number =>
  counts.reduce((total, each) => total + each[name], 0);

const otherDetail = (detail: Detail, stored: string, count: number): AppError =>
  new AppError('export.other_detail', { detail: nameOf(detail), stored, count });

/** What is told of events that are computed. `rules`: which apply, with their version. */
export function computedNotes(computed: ComputedEvents | null, rules: string): ErrorInfo[] {
  if (!computed) return [];
  const { byRules, byModel } = computed;
  const detail = nameOf(computed.detail);
  const notes: ErrorInfo[] = [];
  if (byRules > 0) notes.push({ code: 'export.note.abstracted', params: { detail, count: byRules, rules } });
  if (byModel > 0) notes.push({ code: 'export.note.joined', params: { detail, count: byModel } });
  return notes;
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
