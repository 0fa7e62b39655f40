import { isOpaque } from './opaque-names.ts';

/** How a log builds its names: what a thing belongs to stands at the beginning (大众_途观), or, of places, at the end (长城4S店). */
export type NameOrder = 'class_first' | 'class_last';

/** So many names have to share a part of theirs before it is taken for a theme. */
const LEAST_NAMES = 3;
/** Shorter beginnings are shared by chance: Chinese characters, and letters of other scripts. */
const LEAST_HAN = 2;
const LEAST_LETTERS = 4;
/** A known theme inside a phrase has to be as long as this. */
const LEAST_KNOWN = 2;
/** Of paths and dotted categories so many levels are a theme; the last level is the thing itself. */
const LEVELS = 2;
/** A first part that is mostly followed by a theme only says what was done with it: 对比_长城_哈弗H6. */
const LABEL_SHARE = 0.5;

const HAN = /\p{Script=Han}/u;
/** A number, a hexadecimal id or a UUID: a part like this names one thing, and what stands before it is not its theme. */
const ID = /^#?(?:\d+|[0-9a-f]{8,}|[0-9a-f-]{32,36})$/i;
/** With a scheme, with a host that has a top-level domain, or the path alone. */
const PATH = /^(?:(?:https?:)?\/\/([^/?#]+)|((?:[a-z0-9-]+\.)+[a-z]{2,})(?=\/))?(\/[^?#]*)?(?:[?#].*)?$/i;
const NUMBERED_PAGE = /[-_]?\d+(?:\.[a-z]{2,5})?$/i;
export const DOTTED = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+$/u;
/** ` - `, ` > `, `_`, `|`, `：` and the like, between two parts. */
export const SEPARATORS = /\s+[-–—]\s+|\s*[>|｜»]\s*|[_:：/]+/;

/** Between so many names the caller may do something else. */
const NAMES_PER_STEP = 2_000;

/**
 * The themes of the things of one column, from the structure of their names: the levels of paths and dotted categories,
 * the first part before a separator, a known theme inside a phrase, a common beginning (or end). A name without such a
 * structure is its own theme. The result does not depend on the order of the names.
 */
export function deriveThemes(names: Iterable<string>, order: NameOrder = 'class_first'): Map<string, string> {
  const steps = themesInSteps(names, order);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same in steps of a few milliseconds. */
export function* themesInSteps(names: Iterable<string>, order: NameOrder): Steps<Map<string, string>> {
  const sorted = [...new Set(names)].sort();
  const themes = new Map<string, string>();
  const plain: string[] = [];
  const parted: string[][] = [];
  for (const [index, name] of sorted.entries()) {
    if (index % NAMES_PER_STEP === 0) yield;
    const byLevels = themeOfLevels(name);
    if (byLevels !== null) {
      themes.set(name, byLevels);
      continue;
    }
    const parts = partsOf(name);
    if (parts.length > 1) parted.push([name, ...parts]);
    else plain.push(name);
  }
  const heads = headsOf(parted.map(([, ...parts]) => parts));
  const rest: string[] = [...plain];
  for (const [name = '', ...parts] of parted) {
    const theme = themeOfParts(parts, heads);
    if (theme === null) rest.push(name);
    else themes.set(name, theme);
  }
  const known = knownThemes(new Set(themes.values()));
  const unknown: string[] = [];
  for (const [index, name] of rest.entries()) {
    if (index % NAMES_PER_STEP === 0) yield;
    const theme = known(name);
    if (theme === null) unknown.push(name);
    else themes.set(name, theme);
  }
  const shared = yield* order === 'class_first' ? commonBeginnings(unknown) : commonEnds(unknown);
  for (const name of unknown) themes.set(name, shared.get(name) ?? name);
  return themes;
}

type Steps<T> = Generator<undefined, T, undefined>;

/** `https://shop.example/phones/apple/17?x=1` → `/phones/apple`; `electronics.smartphone.apple` → `electronics.smartphone`. */
function themeOfLevels(name: string): string | null {
  const path = name.includes('/') ? PATH.exec(name) : null;
  if (path) {
    const [, written, bare, rest = ''] = path;
    const levels = rest.split('/').filter((level) => level !== '');
    // The last level is the page itself; of an only one, the number at its end: /news-17.html.
    const [only = ''] = levels;
    const upper = (levels.length > 1 ? levels.slice(0, -1) : [only.replace(NUMBERED_PAGE, '')]).filter(
      (level) => level !== '' && !isOpaque(level),
    );
    if (upper.length > 0) return `/${upper.slice(0, LEVELS).join('/')}`;
    return written ?? bare ?? '/';
  }
  if (!DOTTED.test(name) || /\d\.\d/.test(name)) return null;
  const levels = name.split('.');
  return levels.slice(0, Math.min(LEVELS, levels.length - 1)).join('.');
}

function partsOf(name: string): string[] {
  return name
    .split(SEPARATORS)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** First parts that enough names share, without those that are mere labels of what follows. */
function headsOf(all: readonly (readonly string[])[]): Set<string> {
  const followers = new Map<string, string[]>();
  for (const [first = '', second = ''] of all) {
    const list = followers.get(first);
    if (list) list.push(second);
    else followers.set(first, [second]);
  }
  const shared = [...followers].filter(([, list]) => list.length >= LEAST_NAMES);
  const isShared = new Set(shared.map(([head]) => head));
  const isLabel = (list: readonly string[]): boolean =>
    list.filter((second) => isShared.has(second) || ID.test(second)).length > list.length * LABEL_SHARE;
  return new Set(shared.filter(([, list]) => !isLabel(list)).map(([head]) => head));
}

function themeOfParts(parts: readonly string[], heads: ReadonlySet<string>): string | null {
  return parts.slice(0, -1).find((part) => heads.has(part)) ?? null;
}

/** Finds the first of the themes that stands in a name; the longest of those that begin at the same place. */
function knownThemes(themes: ReadonlySet<string>): (name: string) => string | null {
  const words = [...themes].filter((theme) => theme.length >= LEAST_KNOWN && !theme.startsWith('/'));
  if (words.length === 0) return () => null;
  words.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const pattern = new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
  return (name) => pattern.exec(name)?.[0] ?? null;
}

/** For each name the shortest beginning that enough others share and that they go on from differently. */
function* commonBeginnings(names: readonly string[]): Steps<Map<string, string>> {
  const found = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (index % NAMES_PER_STEP === 0) yield;
    for (const beginning of beginningsOf(name)) counts.set(beginning, (counts.get(beginning) ?? 0) + 1);
  }
  for (const [index, name] of names.entries()) {
    if (index % NAMES_PER_STEP === 0) yield;
    const theme = beginningsOf(name).find((beginning) => (counts.get(beginning) ?? 0) >= LEAST_NAMES);
    if (theme !== undefined) found.set(name, theme);
  }
  return found;
}

/** For each name the end that most others share, the longest of those: the class of a place is what its names have in common. */
function* commonEnds(names: readonly string[]): Steps<Map<string, string>> {
  const counts = new Map<string, number>();
  const endsOf = (name: string): string[] => hanBeginnings(mirror(name), LEAST_HAN);
  for (const [index, name] of names.entries()) {
    if (index % NAMES_PER_STEP === 0) yield;
    for (const end of endsOf(name)) counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  const found = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    if (index % NAMES_PER_STEP === 0) yield;
    const [end] = endsOf(name)
      .filter((each) => (counts.get(each) ?? 0) >= 2)
      .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || b.length - a.length);
    if (end !== undefined) found.set(name, mirror(end));
  }
  return found;
}

const mirror = (text: string): string => Array.from(text).reverse().join('');

/** Beginnings that may be a theme, the shortest first: Chinese ones character by character, others word by word. */
function beginningsOf(name: string): string[] {
  if (HAN.test(name.slice(0, 1))) return hanBeginnings(name, LEAST_HAN);
  const words = name.split(/(?<=\s)|(?<=[a-z])(?=[A-Z0-9])/);
  const beginnings: string[] = [];
  let text = '';
  for (const word of words.slice(0, -1)) {
    text += word;
    const trimmed = text.trim();
    if (trimmed.length >= LEAST_LETTERS && !ID.test(trimmed)) beginnings.push(trimmed);
  }
  return beginnings;
}

function hanBeginnings(name: string, least: number): string[] {
  const characters = Array.from(name);
  const beginnings: string[] = [];
  for (let length = least; length < characters.length && length <= 8; length += 1)
    beginnings.push(characters.slice(0, length).join(''));
  return beginnings;
}
