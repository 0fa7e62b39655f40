import { jsonrepair } from 'jsonrepair';
import { isEventsName, isEvidenceName, isUserName, nameOf } from './answer-shape.ts';
import type { Outline } from './outline-builder.ts';
import { scanJson, parseJson } from './scan-json.ts';
import { UserFinder, Aliases } from './user-finder.ts';
import type { RawUser } from './user-finder.ts';

export type { RawUser } from './user-finder.ts';

export interface ParsedAnswer {
  /** In the order of the answer; a user may be there more than once. */
  users: RawUser[];
  /** True when the answer ends inside its data. */
  cut: boolean;
  /** False when nothing in the text is an answer to what was asked. */
  recognised: boolean;
}

/** No wrapper is nested deeper; each level costs one more attempt to parse. */
const MAX_WRAPPERS = 6;
/** Longer than any answer about one user: repairing a longer text is not worth the time. */
const MAX_REPAIR_CHARS = 1_000_000;
/**
 * Where data begins anew whatever came before: a fence, or an object about users at the beginning of a line. What is
 * open there was never closed, and must not swallow the rest.
 */
const FRESH_START = /^[ \t]*```|^\{\s*["'“]?(?:users|user_id|userId)["'”]?\s*[:：]/gm;
const ESCAPED_DATA = /[{[](?:\s|\\[nrt])*\\+["']/;

/**
 * What the text of an answer, thoughts removed, says of which user. Never throws; linear in the length of the text.
 * A user whose object (or list of events) is closed is complete, whatever happened to the rest of the text.
 *
 * `aliases`: the users asked about; others are left out. `ended`: whether the model stopped by itself.
 */
export function parseAnswer(text: string, aliases: Iterable<string>, ended = true): ParsedAnswer {
  const known = new Aliases(aliases);
  const plain = text.replace(/^\ufeff/, '');
  const direct = parseWhole(plain, known, ended);
  if (direct) return direct;
  const parsed = parseDamaged(plain, known, ended);
  if (parsed.users.length > 0 || plain.length > MAX_REPAIR_CHARS || !ESCAPED_DATA.test(plain)) return parsed;
  const unescaped = plain.replace(/\\(["'\\/n])/g, (_whole, char: string) => (char === 'n' ? '\n' : char));
  return parseDamaged(unescaped, known, ended);
}

function parseWhole(text: string, aliases: Aliases, ended: boolean): ParsedAnswer | null {
  const value = parseJson(text);
  if (value === undefined || value === null) return null;
  const finder = new UserFinder(aliases, parseInner);
  finder.walk(value, null);
  if (!ended) finder.cutRows();
  return { users: finder.users, cut: false, recognised: finder.sawUsers };
}

function parseDamaged(text: string, aliases: Aliases, ended: boolean): ParsedAnswer {
  const finder = new UserFinder(aliases, parseInner);
  let cut = false;
  for (const part of freshParts(text)) {
    const scanned = scanJson(part);
    cut = scanned.cut;
    for (const root of scanned.roots) visit(root, scanned.text, 0, finder, aliases);
  }
  if (cut || !ended) finder.cutRows();
  return { users: finder.users, cut, recognised: finder.sawUsers };
}

function freshParts(text: string): string[] {
  const starts = [0, ...[...text.matchAll(FRESH_START)].map((match) => match.index), text.length];
  return starts.flatMap((start, index) => {
    const part = text.slice(start, starts[index + 1] ?? start);
    return part.trim() === '' ? [] : [part];
  });
}

/** Takes what is whole as a whole, and what is not apart, down to single users. */
function visit(node: Outline, text: string, depth: number, finder: UserFinder, aliases: Aliases): void {
  if (isUser(node, aliases)) {
    const value = parseJson(text.slice(node.start, node.end)) ?? repair(text.slice(node.start, node.end));
    const complete = value !== undefined && (node.closed || node.children.some(isClosedEvents));
    finder.walk(value ?? {}, node.key, { complete, guessed: node.guessed });
    return;
  }
  const value = node.closed && !node.guessed ? parseJson(text.slice(node.start, node.end)) : undefined;
  if (value !== undefined) finder.walk(value, node.key);
  else if (depth < MAX_WRAPPERS)
    for (const child of node.children) visit(child, text, depth + 1, finder, aliases);
}

function isUser(node: Outline, aliases: Aliases): boolean {
  const names = [...node.keys];
  if (names.some((name) => nameOf(name) === 'users')) return false;
  if (names.some(isUserName)) {
    return !node.children.some((child) => isNamedUser(child) || child.children.some(holdsUser));
  }
  if (node.key !== null && aliases.resolve(node.key) !== null) return true;
  return (
    aliases.only !== null &&
    (names.some(isEventsName) || (node.kind === 'list' && node.children.length === 0))
  );
}

function isNamedUser({ key }: Outline): boolean {
  return key !== null && isUserName(key);
}

function holdsUser({ keys }: Outline): boolean {
  const names = [...keys];
  return names.some(isUserName) && names.some(isEventsName) && !names.some(isEvidenceName);
}

function isClosedEvents(child: Outline): boolean {
  return child.closed && child.kind === 'list' && child.key !== null && isEventsName(child.key);
}

function parseInner(text: string): unknown {
  const value = parseJson(text);
  if (value !== undefined) return value;
  const scanned = scanJson(text);
  const [root] = scanned.roots;
  return root?.closed ? parseJson(scanned.text.slice(root.start, root.end)) : undefined;
}

function repair(text: string): unknown {
  if (text.length > MAX_REPAIR_CHARS) return undefined;
  try {
    return parseJson(jsonrepair(text));
  } catch {
    return undefined;
  }
}
