import type { ThemeChange, ThemeEntry, ThemeSource } from '../../shared/themes.ts';

/** What the analyst or the rules decided on themes, in place of what the log says of them. */
export interface ThemeLayer {
  /** The themes of things, by their names; the same name is the same thing in every column. */
  things: ReadonlyMap<string, string>;
  /** Other names of themes of the log: those with one name are one theme. */
  names: ReadonlyMap<string, string>;
}

export const NO_DECISIONS: ThemeLayer = { things: new Map(), names: new Map() };

/** The decisions of the analyst, and those of the rules. */
export interface ThemeLayers {
  table: ThemeLayer;
  rules: ThemeLayer;
}

/** What a log says of the theme of a thing. */
export interface LoggedTheme {
  theme: string;
  by: Extract<ThemeSource, 'column' | 'names' | 'itself'>;
}

/** The decisions of both: what the analyst decided goes before what the rules say. */
export function mergeLayers({ table, rules }: ThemeLayers): ThemeLayer {
  if (isEmptyLayer(rules)) return table;
  return {
    things: new Map([...rules.things, ...table.things]),
    names: new Map([...rules.names, ...table.names]),
  };
}

export const isEmptyLayer = ({ things, names }: ThemeLayer): boolean => things.size + names.size === 0;

/**
 * The one place in which the sources of themes meet. What was decided of a thing goes before what was decided of the theme
 * that the log gives it, and that before the log.
 */
export function mergedThemes<Thing extends { name: string }>(
  layers: ThemeLayers,
  logged: (thing: Thing) => string,
): (thing: Thing) => string {
  const merged = mergeLayers(layers);
  if (isEmptyLayer(merged)) return logged;
  const { things, names } = merged;
  return (thing) => {
    const own = things.get(thing.name);
    if (own !== undefined) return own;
    const theme = logged(thing);
    return names.get(theme) ?? theme;
  };
}

/** Who decides on the theme of a thing, by what the log says of it. */
export function sourceOf(
  { table, rules }: ThemeLayers,
  name: string,
  { theme, by }: LoggedTheme,
): ThemeSource {
  if (table.things.has(name)) return 'table';
  if (rules.things.has(name)) return 'rules';
  if (table.names.has(theme)) return 'table';
  return rules.names.has(theme) ? 'rules' : by;
}

/** The table after a change. `isLogged`: whether a theme is one that the log gives to things. */
export function changeThemes(
  layers: ThemeLayers,
  change: ThemeChange,
  isLogged: (theme: string) => boolean,
): ThemeLayer {
  const things = new Map(layers.table.things);
  const names = new Map(layers.table.names);
  switch (change.kind) {
    case 'rename':
      renameInto([change.theme], change.into);
      break;
    case 'join':
      renameInto(change.themes, change.into);
      break;
    case 'move':
      for (const name of change.things) things.set(name, change.into);
      break;
    case 'assign':
      for (const line of change.lines) for (const name of line.things) things.set(name, line.into);
      break;
    case 'reset':
      for (const map of [things, names]) forget(map, (_key, theme) => theme === change.theme);
      break;
    case 'resetThings': {
      const chosen = new Set(change.things);
      forget(things, (name) => chosen.has(name));
      break;
    }
    case 'resetAll':
      return NO_DECISIONS;
  }
  return { things, names };

  function renameInto(themes: readonly string[], into: string): void {
    const merged = mergeLayers(layers);
    const chosen = new Set(themes);
    for (const [name, theme] of merged.things) if (chosen.has(theme)) things.set(name, into);
    const called = [...merged.names].filter(([, theme]) => chosen.has(theme)).map(([logged]) => logged);
    const themselves = themes.filter((theme) => !merged.names.has(theme) && isLogged(theme));
    for (const logged of [...called, ...themselves]) {
      if (logged === into && !layers.rules.names.has(logged)) names.delete(logged);
      else names.set(logged, into);
    }
  }
}

function forget(map: Map<string, string>, isMeant: (key: string, theme: string) => boolean): void {
  for (const [key, theme] of map) if (isMeant(key, theme)) map.delete(key);
}

/** A layer as it is stored and written: by theme, always in the same order. */
export function entriesOf({ things, names }: ThemeLayer): ThemeEntry[] {
  const entries = new Map<string, ThemeEntry>();
  const entryOf = (theme: string): ThemeEntry => {
    const known = entries.get(theme) ?? { name: theme, things: [], replaces: [] };
    entries.set(theme, known);
    return known;
  };
  for (const [name, theme] of things) entryOf(theme).things.push(name);
  for (const [logged, theme] of names) entryOf(theme).replaces.push(logged);
  for (const { things: own, replaces } of entries.values()) {
    own.sort();
    replaces.sort();
  }
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The layer of such entries. */
export function layerOf(entries: readonly Partial<ThemeEntry>[]): ThemeLayer {
  const things = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { name = '', things: own = [], replaces = [] } of entries) {
    for (const thing of own) things.set(thing, name);
    for (const logged of replaces) names.set(logged, name);
  }
  return { things, names };
}
