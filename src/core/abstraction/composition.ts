import type { ActionCounts, NameShape, ThingNames } from '../../shared/rhythm.ts';
import { NAME_SHAPES } from '../../shared/rhythm.ts';
import type { LogCounts, NameField } from './log-counts.ts';
import type { LoggedThing } from './measure.ts';
import { DOTTED, SEPARATORS } from './themes.ts';

/** So many kinds of action are told one by one. */
const ACTIONS_TOLD = 20;
/** An address, with or without its scheme and host. */
const PATH = /^(?:https?:)?\/\/|^\/|^(?:[a-z0-9-]+\.)+[a-z]{2,}\//i;

/** The kinds of action of a log, the most frequent first. */
export function actionsOf({ actions, rhythm }: LogCounts): ActionCounts {
  const all = [...actions].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const named = all.reduce((sum, [, count]) => sum + count, 0);
  return { kinds: all.length, most: all.slice(0, ACTIONS_TOLD), unnamed: rhythm.behaviours - named };
}

/** How the names of a column are built. `names`: how many there are; at least so many where the column holds too many to be told. */
export function namesOfField(
  field: NameField,
  names: number,
  things: readonly LoggedThing[],
  isId: boolean,
): ThingNames {
  const shapes = Object.fromEntries(NAME_SHAPES.map((shape) => [shape, 0])) as Record<NameShape, number>;
  const separators = new Map<string, number>();
  for (const thing of things) {
    const shape = shapeOf(thing);
    shapes[shape] += 1;
    const separator = shape === 'parted' ? SEPARATORS.exec(thing.name)?.[0].trim() : undefined;
    if (separator !== undefined) separators.set(separator, (separators.get(separator) ?? 0) + 1);
  }
  const [separator] = [...separators].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return { field, names, isId, shapes, separator: separator?.[0] ?? null };
}

function shapeOf({ name, theme, by }: LoggedThing): NameShape {
  if (PATH.test(name)) return 'path';
  if (DOTTED.test(name)) return 'dotted';
  if (SEPARATORS.test(name)) return 'parted';
  return by === 'names' && theme !== name ? 'shared' : 'plain';
}
