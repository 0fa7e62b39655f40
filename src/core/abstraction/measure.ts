import { setImmediate } from 'node:timers/promises';
import { countUser, emptyRhythm, proposeSessions, proposeThemeGap } from './rhythm.ts';
import type { Rhythm, SessionProposal } from './rhythm.ts';
import { deriveThemes } from './themes.ts';

/** The columns whose values are names of things. */
const NAME_FIELDS = ['item', 'app', 'media', 'poi'] as const;
type NameField = (typeof NAME_FIELDS)[number];

/** A column with more different values than this holds ids, whose names say nothing of what they belong to. */
const MOST_NAMES = 100_000;
/** A longer value is a text, not a name. */
const MOST_NAME_CHARS = 200;

/** What is measured of a behaviour. Wall-clock milliseconds; the duration in seconds. */
export interface MeasuredBehaviour extends Record<NameField, string | null> {
  userNo: number;
  time: number;
  duration: number | null;
}

export interface LogReader {
  /** All behaviours, user by user and in time order within each, in portions that take a few milliseconds to read. */
  portions(): Iterable<MeasuredBehaviour[]>;
  /** Differs whenever the behaviours do. */
  content(): string;
}

/** What a log says of how its behaviours belong together. */
export interface LogMeasure {
  rhythm: Rhythm;
  sessions: SessionProposal;
  /** Milliseconds after midnight. */
  dayStartMs: number;
  /** Milliseconds. */
  themeGapMs: number;
  /** The theme of a value of a column; the value itself where nothing is known of it. */
  themeOf: (thing: { field: string; name: string }) => string;
}

/** Measures a log in one pass. The thread does other work between two portions. */
export async function measureLog(reader: Pick<LogReader, 'portions'>): Promise<LogMeasure> {
  const rhythm = emptyRhythm();
  const names: Record<NameField, Set<string>> = {
    item: new Set(),
    app: new Set(),
    media: new Set(),
    poi: new Set(),
  };
  let userNo: number | null = null;
  let moments: { start: number; end: number }[] = [];
  for (const portion of reader.portions()) {
    for (const behaviour of portion) {
      if (behaviour.userNo !== userNo) {
        countUser(rhythm, moments);
        moments = [];
        userNo = behaviour.userNo;
      }
      const { time, duration } = behaviour;
      moments.push({ start: time, end: time + Math.max(0, (duration ?? 0) * 1000) });
      for (const field of NAME_FIELDS) {
        const name = behaviour[field];
        if (name !== null && name.length <= MOST_NAME_CHARS && names[field].size <= MOST_NAMES)
          names[field].add(name);
      }
    }
    await setImmediate();
  }
  countUser(rhythm, moments);
  const sessions = proposeSessions(rhythm);
  const { dayStartMs } = sessions;
  return { rhythm, sessions, dayStartMs, themeGapMs: proposeThemeGap(rhythm), themeOf: themesOf(names) };
}

function themesOf(names: Record<NameField, ReadonlySet<string>>): LogMeasure['themeOf'] {
  const themes = new Map<string, ReadonlyMap<string, string>>(
    NAME_FIELDS.map((field) => {
      // The names of places end with what they are.
      const order = field === 'poi' ? 'class_last' : 'class_first';
      return [field, names[field].size > MOST_NAMES ? new Map() : deriveThemes(names[field], order)];
    }),
  );
  return ({ field, name }) => themes.get(field)?.get(name) ?? name;
}
