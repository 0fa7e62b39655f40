import { deriveThemes } from './themes.ts';

/** `electronics.smartphone.apple`, `/phones/apple`, `Home > Kitchen > Pots`. */
const LEVELS = /^\/|^https?:\/\/|\s*[>»]\s*|^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+$/u;

/**
 * The themes that the values of a column name which says what a thing belongs to: of paths and dotted categories the levels that
 * names of things would take, and of all others the value itself.
 */
export function themesOfValues(values: Iterable<string>): Map<string, string> {
  const all = [...values];
  const byLevels = deriveThemes(all.filter((value) => LEVELS.test(value)));
  const themes = new Set(byLevels.values());
  return new Map(
    all.map((value) => {
      const theme = byLevels.get(value) ?? value;
      // A category that others lie below is no thing of the level above it.
      const isAbove = themes.has(value) || theme === '' || !value.startsWith(theme);
      return [value, isAbove ? value : theme];
    }),
  );
}

/** What a column says of things: how many behaviours name which value. */
export type SaidOfThings = Map<string, Map<string, number>>;

/** Counts that behaviours about a thing have a value in the column. */
export function countSaid(said: SaidOfThings, name: string, value: string, behaviours = 1): void {
  const values = said.get(name) ?? new Map<string, number>();
  said.set(name, values);
  values.set(value, (values.get(value) ?? 0) + behaviours);
}

/** The theme of each thing of which the column says something: the one that most behaviours say; of equally many the first by name. */
export function saidThemes(said: SaidOfThings): Map<string, string> {
  const values = new Set<string>();
  for (const counts of said.values()) for (const value of counts.keys()) values.add(value);
  const themes = themesOfValues(values);
  return new Map([...said].map(([name, counts]) => [name, mostSaid(counts, themes)]));
}

function mostSaid(counts: ReadonlyMap<string, number>, themes: ReadonlyMap<string, string>): string {
  const behaviours = new Map<string, number>();
  for (const [value, count] of counts) {
    const theme = themes.get(value) ?? value;
    behaviours.set(theme, (behaviours.get(theme) ?? 0) + count);
  }
  const ranked = [...behaviours].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return ranked[0]?.[0] ?? '';
}
