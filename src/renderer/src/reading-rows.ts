import type { SequenceLine, Stage } from '@shared/stages';
import type { Behaviour, EventRecord } from '@shared/users';

const DAY_MS = 86_400_000;
/** The date by the clock, as a number of days. */
const dateOf = (time: number): number => Math.floor(time / DAY_MS);
/** The same of a day that begins at another time than midnight: the date on which it begins. */
const dayOf = (time: number, dayStartMs: number): number => dateOf(time - dayStartMs);

/** The day of what follows. */
export interface DayRow {
  kind: 'day';
  key: string;
  level: number;
  /** When the day begins, in wall-clock milliseconds. */
  time: number;
}

export interface StageRow {
  kind: 'stage';
  key: string;
  level: number;
  stage: Stage<EventRecord>;
  /** How many of its events are looked for. */
  matching: number;
  isOpen: boolean;
}

export interface EventRow {
  kind: 'event';
  key: string;
  level: number;
  event: EventRecord;
  isOpen: boolean;
  /** Whether the row stands below a heading with its date. */
  isDated: boolean;
}

export interface BehaviourRow {
  kind: 'behaviour';
  key: string;
  level: number;
  behaviour: Behaviour;
  /** Whether what is above tells the date. */
  isDated: boolean;
}

/** Behaviours of an event that are not loaded yet. */
export interface MoreRow {
  kind: 'more';
  key: string;
  level: number;
  ordinal: number;
  rest: number;
}

export type ReadingRow = DayRow | StageRow | EventRow | BehaviourRow | MoreRow;

export interface ReadingOptions {
  /** Whether an event is looked for; null when all are. */
  matches: ((event: EventRecord) => boolean) | null;
  /** Whether the row of a stage or an event is unfolded. */
  isOpen: (key: string) => boolean;
  /** The behaviours of an event that are loaded, from the first on. */
  evidenceOf: (ordinal: number) => readonly Behaviour[];
  /** When days begin, in milliseconds after midnight. */
  dayStartMs: number;
}

/** The key of the row of an event. */
export const eventKey = (ordinal: number): string => `event-${ordinal}`;
/** The key of the row of a behaviour in the list of all. */
export const behaviourKey = (id: number): string => `behaviour-${id}`;
/** The key of the row of a stage. */
export const stageKey = (number: number): string => `stage-${number}`;

/** The events of a user as rows, below headings of the days on which they begin. */
export function eventRows(events: readonly EventRecord[], options: ReadingOptions): ReadingRow[] {
  const rows: ReadingRow[] = [];
  addByDay(rows, options.matches ? events.filter(options.matches) : events, 1, options);
  return rows;
}

function addByDay(
  rows: ReadingRow[],
  events: readonly EventRecord[],
  level: number,
  options: ReadingOptions,
): void {
  let day = Number.NaN;
  for (const event of events) {
    const itsDay = dayOf(event.startTime, options.dayStartMs);
    if (itsDay !== day) rows.push(dayRow(event.ordinal, level, itsDay, options.dayStartMs));
    day = itsDay;
    addEvent(rows, event, level, dateOf(event.startTime) === day, options);
  }
}

/** A sequence folded into stages as rows. A stage in which no event is looked for has none. */
export function stageRows(
  lines: readonly SequenceLine<EventRecord>[],
  options: ReadingOptions,
): ReadingRow[] {
  const { matches, isOpen, dayStartMs } = options;
  const rows: ReadingRow[] = [];
  for (const line of lines) {
    if (line.kind === 'conversion') {
      if (!matches || matches(line.event)) addEvent(rows, line.event, 1, false, options);
      continue;
    }
    const events = matches ? line.events.filter(matches) : line.events;
    if (events.length === 0) continue;
    const key = stageKey(line.number);
    const row: StageRow = {
      kind: 'stage',
      key,
      level: 1,
      stage: line,
      matching: events.length,
      isOpen: isOpen(key),
    };
    rows.push(row);
    if (!row.isOpen) continue;
    // What lies on one day stands below a stage that tells the day.
    const isOneDay = new Set(events.map(({ startTime }) => dayOf(startTime, dayStartMs))).size === 1;
    if (isOneDay) for (const event of events) addEvent(rows, event, 2, false, options);
    else addByDay(rows, events, 2, options);
  }
  return rows;
}

/** Behaviours as rows, below headings of their days, which begin `dayStartMs` after midnight. */
export function behaviourRows(
  behaviours: readonly Behaviour[],
  dayStartMs: number,
): (DayRow | BehaviourRow)[] {
  const rows: (DayRow | BehaviourRow)[] = [];
  let day = Number.NaN;
  for (const behaviour of behaviours) {
    const itsDay = dayOf(behaviour.time, dayStartMs);
    if (itsDay !== day) rows.push(dayRow(behaviour.id, 1, itsDay, dayStartMs));
    day = itsDay;
    const isDated = dateOf(behaviour.time) === day;
    rows.push({ kind: 'behaviour', key: behaviourKey(behaviour.id), level: 1, behaviour, isDated });
  }
  return rows;
}

function dayRow(first: number, level: number, day: number, dayStartMs: number): DayRow {
  return { kind: 'day', key: `day-${first}`, level, time: day * DAY_MS + dayStartMs };
}

function addEvent(
  rows: ReadingRow[],
  event: EventRecord,
  level: number,
  isDated: boolean,
  { isOpen, evidenceOf }: ReadingOptions,
): void {
  const { ordinal, evidence } = event;
  const key = eventKey(ordinal);
  const row: EventRow = { kind: 'event', key, level, event, isOpen: isOpen(key), isDated };
  rows.push(row);
  if (!row.isOpen) return;
  const isOneDay = dateOf(event.startTime) === dateOf(event.endTime);
  const loaded = evidenceOf(ordinal);
  for (const behaviour of loaded)
    rows.push({
      kind: 'behaviour',
      key: `evidence-${ordinal}-${behaviour.id}`,
      level: level + 1,
      behaviour,
      isDated: isOneDay,
    });
  const rest = evidence.length - loaded.length;
  if (rest > 0) rows.push({ kind: 'more', key: `more-${ordinal}`, level: level + 1, ordinal, rest });
}
