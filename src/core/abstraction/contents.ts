import type { Label } from './join.ts';
import { dayOf } from './sessions.ts';

/** So many themes of an event are named; the rest is counted. */
const THEMES_NAMED = 10;

/** What an event of many behaviours stands for, beside what they all share. Counts are lists: an object would sort names that are numbers. */
export interface Contents {
  /** The theme, or the themes with how many behaviours are about each, the largest first; neither where nothing has one. */
  object?: string;
  objects?: [name: string, behaviours: number][];
  /** Themes beyond those named. */
  moreObjects?: number;
  /** How many behaviours there are of each kind, the most frequent first. */
  kinds: [name: string, behaviours: number][];
  /** How many different things they are about. */
  things: number;
  /** On how many days they began. */
  days: number;
}

/**
 * The contents of an event. `members`: its behaviours, with the start as wall-clock milliseconds. `dayStartMs`: when a
 * day begins, in milliseconds after midnight.
 */
export function contentsOf(members: readonly { start: number; label: Label }[], dayStartMs = 0): Contents {
  const [only] = members;
  // Most events of a log with few repeats: nothing is counted.
  if (only && members.length === 1) return contentsOfOne(only.label);
  const kinds = new Map<string, number>();
  const themes = new Map<string, number>();
  const things = new Set<string>();
  const days = new Set<number>();
  for (const { start, label } of members) {
    add(kinds, label.kind);
    if (label.theme !== null) add(themes, label.theme);
    if (label.thing !== null) things.add(label.thing);
    days.add(dayOf(start, dayStartMs));
  }
  const contents = { kinds: byCount(kinds), things: things.size, days: days.size };
  const ranked = byCount(themes);
  const [first] = ranked;
  if (!first) return contents;
  if (ranked.length === 1) return { object: first[0], ...contents };
  const objects = ranked.slice(0, THEMES_NAMED);
  const moreObjects = ranked.length - THEMES_NAMED;
  return { objects, ...(moreObjects > 0 ? { moreObjects } : {}), ...contents };
}

function contentsOfOne({ kind, theme, thing }: Label): Contents {
  const contents: Contents = { kinds: [[kind, 1]], things: thing === null ? 0 : 1, days: 1 };
  return theme === null ? contents : { object: theme, ...contents };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The largest first; equal ones in the order in which they came. */
function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([, a], [, b]) => b - a);
}
