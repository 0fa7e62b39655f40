import { THING_COLUMNS } from '../../shared/themes.ts';
import type { Rhythm } from '../../shared/rhythm.ts';
import { countSaid } from './column-themes.ts';
import type { SaidOfThings } from './column-themes.ts';
import { durationOf } from './duration.ts';
import { addRhythm, countUser, emptyRhythm } from './rhythm.ts';
import { StepCount } from './step-count.ts';
import type { StepTotals } from './step-count.ts';

/** The columns whose values are names of things. */
export const NAME_FIELDS = THING_COLUMNS;
export type NameField = (typeof NAME_FIELDS)[number];

/** A column with more different values than this holds ids, whose names say nothing of what they belong to. */
const MOST_NAMES = 100_000;
/** Of an action beyond these nothing is counted: a column with so many holds texts. */
const MOST_ACTIONS = 5_000;
/** A longer value is a text, not a name. */
const MOST_NAME_CHARS = 200;

/** What is measured of a behaviour. Wall-clock milliseconds; the duration in seconds. */
export interface MeasuredBehaviour extends Record<NameField, string | null> {
  userNo: number;
  time: number;
  action: string | null;
  duration: number | null;
  /** What a column that says the theme says of it; null for nothing. */
  said: string | null;
}

/** What is counted of a log, or of the part of it that some of its users make. */
export interface LogCounts {
  rhythm: Rhythm;
  /** By column, how many behaviours have each name, in the order in which names come; incomplete where `isCrowded`. */
  names: Record<NameField, Map<string, number>>;
  /** By column, what the column that says themes says of each name. */
  said: Record<NameField, SaidOfThings>;
  steps: StepTotals;
  /** How many behaviours have each kind of action, of the first ones. */
  actions: Map<string, number>;
}

/** Whether a column has so many different values that those are taken for ids. */
export const isCrowded = ({ names }: LogCounts, field: NameField): boolean => names[field].size > MOST_NAMES;

export function forEachField<T>(make: (field: NameField) => T): Record<NameField, T> {
  return { item: make('item'), app: make('app'), media: make('media'), poi: make('poi') };
}

/** Counts behaviours, which come user by user and in time order within each. */
export class LogCounter {
  readonly #rhythm = emptyRhythm();
  readonly #names = forEachField(() => new Map<string, number>());
  readonly #said = forEachField((): SaidOfThings => new Map());
  readonly #steps = new StepCount();
  readonly #actions = new Map<string, number>();
  #userNo: number | null = null;
  #moments: { start: number; end: number }[] = [];

  add(behaviour: MeasuredBehaviour): void {
    if (behaviour.userNo !== this.#userNo) {
      this.#endUser();
      this.#userNo = behaviour.userNo;
    }
    this.#steps.add(behaviour.action);
    addAction(this.#actions, behaviour.action, 1);
    const { time: start } = behaviour;
    this.#moments.push({ start, end: start + (durationOf(behaviour) ?? 0) });
    for (const field of NAME_FIELDS) {
      const name = behaviour[field];
      if (name === null || name.length > MOST_NAME_CHARS) continue;
      const names = this.#names[field];
      const count = names.get(name);
      if (count !== undefined || names.size <= MOST_NAMES) names.set(name, (count ?? 0) + 1);
    }
    if (behaviour.said !== null) this.#addSaid(behaviour, behaviour.said);
  }

  /** The counts once the last behaviour was added. */
  finish(): LogCounts {
    this.#endUser();
    return {
      ...{ rhythm: this.#rhythm, names: this.#names, said: this.#said },
      ...{ steps: this.#steps.totals, actions: this.#actions },
    };
  }

  #endUser(): void {
    countUser(this.#rhythm, this.#moments);
    this.#steps.endUser();
    this.#moments = [];
  }

  /** Of several things in one row, the column is about the first. */
  #addSaid(behaviour: MeasuredBehaviour, said: string): void {
    const field = NAME_FIELDS.find((each) => behaviour[each] !== null);
    const name = field && behaviour[field];
    if (field && name && this.#names[field].has(name)) countSaid(this.#said[field], name, said);
  }
}

function addAction(actions: Map<string, number>, action: string | null, more: number): void {
  if (action === null || action.length > MOST_NAME_CHARS) return;
  const count = actions.get(action);
  if (count !== undefined || actions.size < MOST_ACTIONS) actions.set(action, (count ?? 0) + more);
}

/** The counts of two parts of a log, no user of which is in both: those of the users of `first` come first. Changes `first`. */
export function addCounts(first: LogCounts, second: LogCounts): LogCounts {
  addRhythm(first.rhythm, second.rhythm);
  for (const field of NAME_FIELDS) {
    const names = first.names[field];
    for (const [name, count] of second.names[field]) names.set(name, (names.get(name) ?? 0) + count);
    for (const [name, values] of second.said[field])
      for (const [value, count] of values) countSaid(first.said[field], name, value, count);
  }
  for (const [action, count] of second.actions) addAction(first.actions, action, count);
  for (const key of ['users', 'behaviours', 'steps'] as const) first.steps[key] += second.steps[key];
  return first;
}
