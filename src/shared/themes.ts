import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';

/** The columns of a log whose values are names of things. */
export const THING_COLUMNS = ['item', 'app', 'media', 'poi'] as const;
export type ThingColumn = (typeof THING_COLUMNS)[number];

/** What a table of themes may hold at the most, and how much of it is asked for at a time. */
export const THEME_LIMITS = { name: 200, words: 20_000, chosen: 1_000, page: 200 } as const;

const name = z.string().trim().min(1).max(THEME_LIMITS.name);
/** A name as the log has it. */
const word = z.string().min(1).max(THEME_LIMITS.name);
const words = z.array(word).max(THEME_LIMITS.words);

/** What was decided of a theme: the things that belong to it, and the themes of the log that it stands for. */
export const themeEntrySchema = z.strictObject({
  name: word,
  things: words.default([]),
  replaces: words.default([]),
});
export type ThemeEntry = z.output<typeof themeEntrySchema>;

/** Things that belong to a theme from now on. */
export const assignedThingsSchema = z.object({
  things: z.array(word).min(1).max(THEME_LIMITS.chosen),
  into: name,
});
export type AssignedThings = z.infer<typeof assignedThingsSchema>;

/** A change that the analyst makes. Themes are named as they are shown. */
export const themeChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rename'), theme: word, into: name }),
  /** The themes become one. */
  z.object({ kind: z.literal('join'), themes: z.array(word).min(1).max(THEME_LIMITS.chosen), into: name }),
  /** Things are a theme of their own from now on, or belong to another one. */
  z.object({ kind: z.literal('move'), things: z.array(word).min(1).max(THEME_LIMITS.chosen), into: name }),
  /** Many things find their themes at once. */
  z.object({
    kind: z.literal('assign'),
    lines: z.array(assignedThingsSchema).min(1).max(THEME_LIMITS.chosen),
  }),
  /** Nothing is decided of these themes, of these things, or of all of them any more. */
  z.object({ kind: z.literal('reset'), theme: word }),
  z.object({ kind: z.literal('resetThings'), things: z.array(word).min(1).max(THEME_LIMITS.chosen) }),
  z.object({ kind: z.literal('resetAll') }),
]);
export type ThemeChange = z.infer<typeof themeChangeSchema>;

/** What led to a version of the table; `file`: it was taken over from a file. */
export const themeChangeKindSchema = z.enum([
  'rename',
  'join',
  'move',
  'assign',
  'reset',
  'resetThings',
  'resetAll',
  'file',
]);
export type ThemeChangeKind = z.infer<typeof themeChangeKindSchema>;

/** Who says what the theme of a thing is: the first of these that answers. */
export const THEME_SOURCES = ['table', 'rules', 'column', 'names', 'itself'] as const;
export type ThemeSource = (typeof THEME_SOURCES)[number];

const page = {
  search: z.string().max(THEME_LIMITS.name).default(''),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(THEME_LIMITS.page).default(50),
};
export const themesQuerySchema = z.object({ ...page, sortBy: z.enum(['behaviours', 'things', 'name']) });
export type ThemesQuery = z.output<typeof themesQuerySchema>;
export const themeThingsQuerySchema = z.object({ ...page, theme: word });
export type ThemeThingsQuery = z.output<typeof themeThingsQuerySchema>;

/** A theme as the list shows it. */
export interface ThemeRow {
  name: string;
  things: number;
  behaviours: number;
  /** Who says so, of any of its things; in the order of THEME_SOURCES. */
  sources: ThemeSource[];
  /** Names of its things, those with the most behaviours first. */
  examples: string[];
}

/** A thing of a theme: a value of one of the columns of the log that have names. */
export interface ThingRow {
  field: ThingColumn;
  name: string;
  behaviours: number;
  source: ThemeSource;
  /** The theme that it has without the table of the analyst. */
  otherwise: string;
}

/** The themes of a log, as far as they are known. */
export type ThemesView =
  /** There are no behaviours. */
  | { status: 'empty' }
  /** `share`: how much of the log is measured, 0 to 1. */
  | { status: 'measuring'; share: number }
  | { status: 'failed'; error: ErrorInfo }
  | ThemesPage;

export interface ThemesPage {
  status: 'ready';
  /** Of the whole log. */
  all: { themes: number; things: number };
  /** How many themes match the search. */
  total: number;
  rows: ThemeRow[];
  /** Whether there are decisions of the analyst. */
  decided: boolean;
  /** Columns with so many different values that those are taken for ids, which are not listed. */
  crowded: ThingColumn[];
  /** What `undo` would take back, and `redo` make again; null for nothing. */
  undo: ThemeChangeKind | null;
  redo: ThemeChangeKind | null;
  /** Users whose events were made with another table. */
  staleUsers: number;
}

export interface ThemeThingsPage {
  total: number;
  rows: ThingRow[];
}
