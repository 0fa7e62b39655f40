type Path = readonly PropertyKey[];
type Fields = Record<string, unknown>;

/** Lists whose entries have an id, by which one takes the place of another. */
const BY_ID = ['conversions', 'kinds', 'intents'] as const;
const IN_ORDER = ['classify'] as const;

/** Rules on top of others, and where in the file of the upper ones something stands. */
export interface ExtendedRules {
  value: unknown;
  /** The path in the own file of what is at a path of `value`; `extends` for what comes from the rules below. */
  ownPath: (path: Path) => Path;
}

/**
 * Puts rules on top of others, both as YAML gives them. Fields replace those below; of the lists, an entry with the id of
 * one below takes its place, and the others stand before those below, because the first that holds wins. A kind that an
 * own intent names leaves the intent that it had below.
 */
export function extendRules(base: unknown, own: Fields): ExtendedRules {
  // What every file says of itself is not taken from below.
  const below = without(fieldsOf(base), ['name', 'version', 'extends']);
  const value: Fields = { ...below, ...without(own, ['extends']) };
  const origins = new Map<string, (number | null)[]>();
  for (const key of [...BY_ID, ...IN_ORDER]) {
    const [lower, upper] = [below[key], own[key]];
    // What is no list is a mistake of the file, and reported as such.
    if (!Array.isArray(lower) || !Array.isArray(upper)) continue;
    const kept = key === 'intents' ? withoutKinds(lower, kindsOf(upper)) : lower;
    const merged = (IN_ORDER as readonly string[]).includes(key)
      ? [...upper.map(fromOwn), ...kept.map(fromBase)]
      : mergeById(kept, upper);
    value[key] = merged.map((entry) => entry.value);
    origins.set(
      key,
      merged.map((entry) => entry.own),
    );
  }
  const ownPath = (path: Path): Path => {
    const [key, place, ...rest] = path;
    const origin = origins.get(String(key));
    if (origin && typeof place === 'number') {
      const index = origin[place] ?? null;
      return index === null ? ['extends'] : [String(key), index, ...rest];
    }
    return path.length > 1 && !Object.hasOwn(own, String(key)) ? ['extends'] : path;
  };
  return { value, ownPath };
}

interface Entry {
  value: unknown;
  /** Its place in the own file; null for one from below. */
  own: number | null;
}

const fromOwn = (value: unknown, own: number): Entry => ({ value, own });
const fromBase = (value: unknown): Entry => ({ value, own: null });

function mergeById(below: readonly unknown[], above: readonly unknown[]): Entry[] {
  const ids = new Set<unknown>(below.map(idOf).filter((id) => id !== undefined));
  const isNew = ({ value }: Entry): boolean => !ids.has(idOf(value));
  const own = above.map(fromOwn);
  const placed = below.map(
    (value) => own.findLast((entry) => idOf(entry.value) === idOf(value)) ?? fromBase(value),
  );
  // An id that the file gives twice stays twice, and is found.
  const doubled = own.filter((entry) => !isNew(entry) && !placed.includes(entry));
  return [...own.filter(isNew), ...doubled, ...placed];
}

function kindsOf(intents: readonly unknown[]): Set<unknown> {
  return new Set(intents.flatMap((intent) => listOf(fieldsOf(intent)['kinds'])));
}

function withoutKinds(intents: readonly unknown[], taken: ReadonlySet<unknown>): unknown[] {
  return intents
    .map((intent): Fields => {
      const fields = fieldsOf(intent);
      return { ...fields, kinds: listOf(fields['kinds']).filter((kind) => !taken.has(kind)) };
    })
    .filter(({ kinds }) => listOf(kinds).length > 0);
}

function without(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const idOf = (value: unknown): unknown => fieldsOf(value)['id'];

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
