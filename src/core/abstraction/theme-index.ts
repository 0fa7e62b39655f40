import { THEME_SOURCES } from '../../shared/themes.ts';
import type {
  ThemeRow,
  ThemeSource,
  ThemesQuery,
  ThemeThingsPage,
  ThemeThingsQuery,
} from '../../shared/themes.ts';
import type { LoggedThing } from './measure.ts';
import { isOpaque } from './opaque-names.ts';
import { mergedThemes, NO_DECISIONS, sourceOf } from './theme-layers.ts';
import type { ThemeLayers } from './theme-layers.ts';

/** So many things of a theme are named in the list. */
const EXAMPLES = 5;
/** Between so many things the caller may do something else. */
const THINGS_PER_STEP = 10_000;

interface Theme {
  name: string;
  things: LoggedThing[];
  behaviours: number;
  sources: Set<ThemeSource>;
}

/** The things of a log by their themes: each thing is in exactly one. */
export class ThemeIndex {
  readonly #layers: ThemeLayers;
  readonly #themes = new Map<string, Theme>();
  readonly #logged = new Set<string>();
  #things = 0;

  private constructor(layers: ThemeLayers) {
    this.#layers = layers;
  }

  /** Groups the things, which are in the order in which they are shown, in steps of a few milliseconds. */
  static *make(things: readonly LoggedThing[], layers: ThemeLayers): Generator<undefined, ThemeIndex> {
    const index = new ThemeIndex(layers);
    const themeOf = mergedThemes(layers, loggedThemeOf);
    for (const [place, thing] of things.entries()) {
      if (place % THINGS_PER_STEP === 0) yield;
      index.#add(thing, themeOf(thing));
    }
    return index;
  }

  get size(): { themes: number; things: number } {
    return { themes: this.#themes.size, things: this.#things };
  }

  /** Whether the log gives this theme to any thing. */
  isLogged(theme: string): boolean {
    return this.#logged.has(theme);
  }

  /** The themes that match, by their names or the names of their things. */
  list({ search, sortBy, offset, limit }: ThemesQuery): { total: number; rows: ThemeRow[] } {
    const matches = matcherOf(search);
    const found = [...this.#themes.values()].filter(
      ({ name, things }) => matches(name) || things.some((thing) => matches(thing.name)),
    );
    found.sort((a, b) => orderBy[sortBy](a, b) || (a.name < b.name ? -1 : 1));
    return { total: found.length, rows: found.slice(offset, offset + limit).map(rowOf) };
  }

  /** The things of a theme; of one whose name does not match, those that do. */
  things({ theme, search, offset, limit }: ThemeThingsQuery): ThemeThingsPage {
    const matches = matcherOf(search);
    const all = this.#themes.get(theme)?.things ?? [];
    const found = matches(theme) ? all : all.filter(({ name }) => matches(name));
    const otherwiseOf = mergedThemes({ table: NO_DECISIONS, rules: this.#layers.rules }, loggedThemeOf);
    const rows = found.slice(offset, offset + limit).map((thing) => {
      const { field, name, behaviours } = thing;
      const source = sourceOf(this.#layers, name, thing);
      return { field, name, behaviours, source, otherwise: otherwiseOf(thing) };
    });
    return { total: found.length, rows };
  }

  /** The names of things that are a theme of their own, and the other themes; those with the most behaviours first. */
  unclassified(): { things: string[]; themes: string[] } {
    const sorted = [...this.#themes.values()].sort((a, b) => b.behaviours - a.behaviours);
    const isAlone = ({ sources }: Theme): boolean => sources.size === 1 && sources.has('itself');
    const nameOf = ({ name }: Theme): string => name;
    return {
      // An id says nothing to a model either.
      things: sorted
        .filter(isAlone)
        .map(nameOf)
        .filter((name) => !isOpaque(name)),
      themes: sorted.filter((theme) => !isAlone(theme)).map(nameOf),
    };
  }

  #add(thing: LoggedThing, name: string): void {
    const theme = this.#themes.get(name) ?? { name, things: [], behaviours: 0, sources: new Set() };
    this.#themes.set(name, theme);
    theme.things.push(thing);
    theme.behaviours += thing.behaviours;
    theme.sources.add(sourceOf(this.#layers, thing.name, thing));
    this.#logged.add(thing.theme);
    this.#things += 1;
  }
}

const loggedThemeOf = ({ theme }: LoggedThing): string => theme;

const orderBy: Record<ThemesQuery['sortBy'], (a: Theme, b: Theme) => number> = {
  behaviours: (a, b) => b.behaviours - a.behaviours,
  things: (a, b) => b.things.length - a.things.length || b.behaviours - a.behaviours,
  name: () => 0,
};

function rowOf({ name, things, behaviours, sources }: Theme): ThemeRow {
  return {
    name,
    things: things.length,
    behaviours,
    sources: THEME_SOURCES.filter((source) => sources.has(source)),
    examples: [...new Set(things.slice(0, EXAMPLES).map((thing) => thing.name))],
  };
}

function matcherOf(search: string): (name: string) => boolean {
  const text = search.trim().toLowerCase();
  return text === '' ? () => true : (name) => name.toLowerCase().includes(text);
}
