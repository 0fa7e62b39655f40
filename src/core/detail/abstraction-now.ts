import type { DatabaseSync } from 'node:sqlite';
import type { Detail } from '../../shared/abstraction.ts';
import {
  ALL_USERS,
  countLog,
  joinFiguresOf,
  measuredContent,
  measureOf,
  namedFieldsOf,
  sessionsOf,
  themeLookup,
  themesOfThings,
} from '../abstraction/measure.ts';
import type { LogFigures, LoggedThing, LogThemes } from '../abstraction/measure.ts';
import { isEmptyLayer, mergedThemes, mergeLayers } from '../abstraction/theme-layers.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import { FINE } from '../extract/rules/rules-extractor.ts';
import type { Abstraction } from '../extract/rules/rules-extractor.ts';
import { themeLayerOf } from '../extract/rules/theme-layer.ts';
import type { BatchTables } from '../store/batch-tables.ts';
import { SqliteLogReader } from '../store/log-reader.ts';
import { MeasureStore } from '../store/measure-store.ts';
import { ThemeStore } from '../store/theme-store.ts';
import { grainOf } from './grain-of-log.ts';

/** Of rules, what events depend on. */
export type RulesNow = Pick<LoadedRules, 'rules' | 'version' | 'decidesThemes'>;

/** What another thread needs of rules. */
export const rulesNow = ({ rules, version, decidesThemes }: RulesNow): RulesNow => ({
  ...{ rules, version, decidesThemes },
});

export interface AbstractionSource {
  db: DatabaseSync;
  batches: Pick<BatchTables, 'sample'>;
  rules: RulesNow;
  /** Called between portions of what is read; may throw to end that. */
  onRead: () => void;
}

/**
 * How a run that began now would join behaviours at a detail: by the rules, by the latest measure of the log, and by what the analyst has set.
 * A log that was not measured since it changed is measured here, which takes a second or two for a million behaviours.
 */
export async function abstractionNow(source: AbstractionSource, detail: Detail): Promise<Abstraction> {
  const { db, rules, onRead } = source;
  if (detail === 'fine' && rules.rules.session.gapMinutes !== 'auto') return FINE;
  const measures = new MeasureStore(db);
  const { figures, things, themes } = await measureNow(db, measures, onRead);
  const joining = { ...joinFiguresOf(figures), ...sessionsOf(figures, measures.sessionGapMs()) };
  // No name is looked up at the finest detail.
  if (detail === 'fine') return { ...FINE, ...joining };
  const { table } = new ThemeStore(db).current();
  const layers = { table, rules: themeLayerOf(rules) };
  const log = {
    ...joining,
    namedFields: isEmptyLayer(mergeLayers(layers))
      ? joining.namedFields
      : namedFieldsOf(
          things(),
          mergedThemes(layers, ({ theme }: LoggedThing) => theme),
        ),
    themeOf: mergedThemes(layers, themeLookup(themes())),
  };
  const isDecided = rules.decidesThemes || !isEmptyLayer(table);
  const grain = detail === 'standard' ? await grainOf(source, rules, log, isDecided) : 'themes';
  return { ...log, detail, grain };
}

interface MeasureNow {
  figures: LogFigures;
  things: () => Iterable<LoggedThing>;
  themes: () => LogThemes;
}

/** The measure of the log as it is: the stored one, else one that is made here. */
async function measureNow(db: DatabaseSync, measures: MeasureStore, onRead: () => void): Promise<MeasureNow> {
  const log = new SqliteLogReader(db);
  const stored = measures.find(measuredContent(log));
  if (stored) {
    const { id, figures } = stored;
    return { figures, things: () => eachOf(measures.things(id)), themes: () => measures.themes(id) };
  }
  const { signal } = new AbortController();
  const { figures, things } = await measureOf(await countLog(log, ALL_USERS, { signal, onRead }), signal);
  return { figures, things: () => things, themes: () => themesOfThings(things) };
}

function* eachOf<T>(portions: Iterable<T[]>): Generator<T> {
  for (const portion of portions) yield* portion;
}
