import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import {
  actionCountsSchema,
  rhythmSchema,
  sessionProposalSchema,
  thingNamesSchema,
} from '../../shared/rhythm.ts';
import { actionsOf, namesOfField } from './composition.ts';
import { saidThemes } from './column-themes.ts';
import { forEachField, isCrowded, LogCounter, NAME_FIELDS } from './log-counts.ts';
import type { LogCounts, MeasuredBehaviour, NameField } from './log-counts.ts';
import { areOpaque } from './opaque-names.ts';
import { proposeSessions, proposeThemeGap } from './rhythm.ts';
import type { SessionLimits } from './sessions.ts';
import { isProcess } from './step-count.ts';
import type { LoggedTheme } from './theme-layers.ts';
import { themesInSteps } from './themes.ts';

/** Grows with every change of what is measured, or how: measures of before are made anew. */
export const MEASURE_VERSION = 3;

/** With more themes in a column, a list with an event type for each of them would be too long to read. */
const MOST_NAMED = 12;

/** Users of a log: those with a higher number than `after`, up to `upTo`. */
export interface UserStretch {
  after: number;
  upTo: number;
}

export const ALL_USERS: UserStretch = { after: -1, upTo: Number.MAX_SAFE_INTEGER };

export interface LogReader {
  /** The behaviours of users, user by user and in time order within each, in portions that take a few milliseconds to read. */
  portions(users: UserStretch): Iterable<MeasuredBehaviour[]>;
  isEmpty(): boolean;
  /** How many there are. */
  count(): number;
  /** The number of a user up to whom about half of the behaviours are; the same each time as long as the log is the same. */
  middleUser(): number;
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
  /** What is done in the log, and what it is about. */
  actions: actionCountsSchema,
  fields: z.array(thingNamesSchema),
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

/**
 * Counts the behaviours of users. The thread does other work between two portions. `onRead` is told how many behaviours were read. Rejects
 * with the reason of the signal.
 */
export async function countLog(
  reader: Pick<LogReader, 'portions'>,
  users: UserStretch,
  { signal, onRead }: { signal: AbortSignal; onRead: (behaviours: number) => void },
): Promise<LogCounts> {
  const counter = new LogCounter();
  for (const portion of reader.portions(users)) {
    for (const behaviour of portion) counter.add(behaviour);
    onRead(portion.length);
    await pause(signal);
  }
  return counter.finish();
}

/** What the counts of a whole log say. The thread does other work meanwhile. Rejects with the reason of the signal. */
export async function measureOf(counts: LogCounts, signal: AbortSignal): Promise<LogMeasure> {
  const { rhythm, names, said } = counts;
  const crowded = NAME_FIELDS.filter((field) => isCrowded(counts, field));
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
  const fields = NAME_FIELDS.filter((field) => names[field].size > 0).map((field) =>
    namesOfField(
      field,
      names[field].size,
      things.filter((thing) => thing.field === field),
      idFields.includes(field),
    ),
  );
  const figures = {
    ...{ rhythm, ...proposals, namedFields, idFields, crowded, actions: actionsOf(counts), fields },
    isProcess: isProcess(counts.steps),
  };
  return { figures, things };
}

/** What the measure of a log is found by: differs whenever the log does, or what is measured of it. */
export const measuredContent = (log: Pick<LogReader, 'content'>): string =>
  `${MEASURE_VERSION} ${log.content()}`;

/** How the sessions of a log are told apart. `ownGapMs`: as the analyst has set it, in milliseconds; null: as the log proposes it. */
export function sessionsOf(
  { sessions }: Pick<LogFigures, 'sessions'>,
  ownGapMs: number | null,
): SessionLimits {
  return { sessionGapMs: ownGapMs ?? sessions.gapMs, dayStartMs: sessions.dayStartMs };
}

/** What a log says of how behaviours join. */
export type JoinFigures = Pick<LogFigures, 'themeGapMs' | 'namedFields' | 'idFields' | 'isProcess'>;

export function joinFiguresOf({ themeGapMs, namedFields, idFields, isProcess }: LogFigures): JoinFigures {
  return { themeGapMs, namedFields, idFields, isProcess };
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

/** Looks the themes of things up. */
export function themeLookup(themes: LogThemes): ThemeLookup {
  const byField = new Map<string, ReadonlyMap<string, string>>(Object.entries(themes));
  return ({ field, name }) => byField.get(field)?.get(name) ?? name;
}
