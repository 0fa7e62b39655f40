import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { rhythmSchema, sessionProposalSchema } from '../../shared/rhythm.ts';
import { THING_COLUMNS } from '../../shared/themes.ts';
import { countSaid, saidThemes } from './column-themes.ts';
import type { SaidOfThings } from './column-themes.ts';
import { durationOf } from './duration.ts';
import { areOpaque } from './opaque-names.ts';
import { countUser, emptyRhythm, proposeSessions, proposeThemeGap } from './rhythm.ts';
import type { LoggedTheme } from './theme-layers.ts';
import { themesInSteps } from './themes.ts';
import { StepCount } from './step-count.ts';

/** Grows with every change of what is measured, or how: measures of before are made anew. */
export const MEASURE_VERSION = 2;

/** The columns whose values are names of things. */
export const NAME_FIELDS = THING_COLUMNS;
export type NameField = (typeof NAME_FIELDS)[number];

/** A column with more different values than this holds ids, whose names say nothing of what they belong to. */
const MOST_NAMES = 100_000;
/** With more themes in a column, a list with an event type for each of them would be too long to read. */
const MOST_NAMED = 12;
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

export interface LogReader {
  /** All behaviours, user by user and in time order within each, in portions that take a few milliseconds to read. */
  portions(): Iterable<MeasuredBehaviour[]>;
  isEmpty(): boolean;
  /** How many there are. */
  count(): number;
  /** Differs whenever the behaviours do. */
  content(): string;
}

export const logFiguresSchema = z.object({
  rhythm: rhythmSchema,
  sessions: sessionProposalSchema,
  /** How long a theme may be silent before its event ends, in milliseconds. */
  themeGapMs: z.number(),
  /** The columns whose themes are few enough to be named one by one. */
  namedFields: z.array(z.enum(NAME_FIELDS)),
  /** The columns that hold ids: a thing without another theme than its own name has none. */
  idFields: z.array(z.enum(NAME_FIELDS)),
  /** Whether nearly every behaviour of a user is another step, as of a process. */
  isProcess: z.boolean(),
  /** The columns with so many different values that those are taken for ids. */
  crowded: z.array(z.enum(NAME_FIELDS)).default([]),
});

/** What a log says of how its behaviours belong together, but for the themes of its things. */
export type LogFigures = z.infer<typeof logFiguresSchema>;

/** By column, the theme of each name that has another theme than itself. */
export type LogThemes = Record<NameField, ReadonlyMap<string, string>>;

/** The theme of a value of a column; the value itself where nothing is known of it. */
export type ThemeLookup = (thing: { field: string; name: string }) => string;

/** A thing of the log, with how many behaviours name it and what the log says of its theme. */
export interface LoggedThing extends LoggedTheme {
  field: NameField;
  name: string;
  behaviours: number;
}

export interface LogMeasure {
  figures: LogFigures;
  things: LoggedThing[];
}

export interface MeasureOptions {
  /** The measure is no longer wanted: it rejects with the reason. */
  signal: AbortSignal;
  /** How much of the log is read, 0 to 1. */
  onProgress: (share: number) => void;
}

/** Measures a log in one pass. The thread does other work between two portions. */
export async function measureLog(
  reader: Pick<LogReader, 'portions' | 'count'>,
  { signal, onProgress }: MeasureOptions,
): Promise<LogMeasure> {
  const rhythm = emptyRhythm();
  const names = forEachField(() => new Map<string, number>());
  const said = forEachField((): SaidOfThings => new Map());
  const steps = new StepCount();
  const total = reader.count();
  let userNo: number | null = null;
  let moments: { start: number; end: number }[] = [];
  let read = 0;
  for (const portion of reader.portions()) {
    for (const behaviour of portion) {
      if (behaviour.userNo !== userNo) {
        countUser(rhythm, moments);
        steps.endUser();
        moments = [];
        userNo = behaviour.userNo;
      }
      steps.add(behaviour.action);
      const { time: start } = behaviour;
      moments.push({ start, end: start + (durationOf(behaviour) ?? 0) });
      for (const field of NAME_FIELDS) {
        const name = behaviour[field];
        if (name === null || name.length > MOST_NAME_CHARS) continue;
        const count = names[field].get(name);
        if (count !== undefined || names[field].size <= MOST_NAMES) names[field].set(name, (count ?? 0) + 1);
      }
      // Of several things in one row, the column is about the first.
      const field = NAME_FIELDS.find((each) => behaviour[each] !== null);
      const name = field && behaviour[field];
      if (field && name && behaviour.said !== null && names[field].has(name))
        countSaid(said[field], name, behaviour.said);
    }
    read += portion.length;
    onProgress(total === 0 ? 0 : Math.min(1, read / total));
    await pause(signal);
  }
  countUser(rhythm, moments);
  steps.endUser();
  const crowded = NAME_FIELDS.filter((field) => names[field].size > MOST_NAMES);
  const idFields = NAME_FIELDS.filter((field) => crowded.includes(field) || areOpaque(names[field]));
  const things: LoggedThing[] = [];
  for (const field of NAME_FIELDS) {
    if (crowded.includes(field)) continue;
    const themes = await themesOf(field, names[field].keys(), signal);
    const byColumn = saidThemes(said[field]);
    for (const [name, behaviours] of names[field]) {
      const told = byColumn.get(name);
      const theme = told ?? themes.get(name) ?? name;
      const by = told !== undefined ? 'column' : theme === name ? 'itself' : 'names';
      things.push({ field, name, behaviours, theme, by });
    }
  }
  const namedFields = namedFieldsOf(things, ({ theme }) => theme);
  const proposals = { sessions: proposeSessions(rhythm), themeGapMs: proposeThemeGap(rhythm) };
  const figures = { rhythm, ...proposals, namedFields, idFields, isProcess: steps.isProcess, crowded };
  return { figures, things };
}

/** The columns whose themes are few enough to be named one by one. */
export function namedFieldsOf(
  things: Iterable<LoggedThing>,
  themeOf: (thing: LoggedThing) => string,
): NameField[] {
  const themes = forEachField(() => new Set<string>());
  // One more tells that there are too many.
  for (const thing of things)
    if (themes[thing.field].size <= MOST_NAMED) themes[thing.field].add(themeOf(thing));
  return NAME_FIELDS.filter((field) => themes[field].size > 0 && themes[field].size <= MOST_NAMED);
}

async function themesOf(
  field: NameField,
  names: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  // The names of places end with what they are.
  const steps = themesInSteps(names, field === 'poi' ? 'class_last' : 'class_first');
  let step = steps.next();
  for (; !step.done; step = steps.next()) await pause(signal);
  return step.value;
}

/** Lets requests of this thread have their turn. */
async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** The themes of things that have another than themselves. */
export function themesOfThings(things: Iterable<Pick<LoggedThing, 'field' | 'name' | 'theme'>>): LogThemes {
  const themes = forEachField(() => new Map<string, string>());
  for (const { field, name, theme } of things) if (theme !== name) themes[field].set(name, theme);
  return themes;
}

/** Things of which nothing is known: each is its own theme. */
export const emptyThemes = (): LogThemes => forEachField(() => new Map<string, string>());

function forEachField<T>(make: (field: NameField) => T): Record<NameField, T> {
  return { item: make('item'), app: make('app'), media: make('media'), poi: make('poi') };
}

/** Looks the themes of things up. */
export function themeLookup(themes: LogThemes): ThemeLookup {
  const byField = new Map<string, ReadonlyMap<string, string>>(Object.entries(themes));
  return ({ field, name }) => byField.get(field)?.get(name) ?? name;
}
