/** Numbers of behaviours, from the first to the last. */
export interface NumberBounds {
  first: number;
  last: number;
}

export interface ParsedNumbers {
  /** Those within the bounds, each once, in the order of the answer. */
  own: number[];
  /** How many others were named as well. */
  foreign: number;
}

const RANGE = /^#?(\d{1,12})(?:\s*(?:-|–|—|−|~|～|〜|至|到|\.\.+)\s*#?(\d{1,12}))?$/;
const SEPARATORS = /[,，、;；\s]+/;
/** `12 - 14`: the spaces of a range must not part it. */
const SPACED_RANGE = /\s*(-|–|—|−|~|～|〜|至|到)\s*/g;
const LEFT_OUT = /^(?:\.{2,}|…+|等)$/;

/**
 * Numbers and ranges as models write them: 12, "12", "#12", "12-14", "1,3-5", lists of those. Null when any of it is
 * something else: half of a damaged list is no evidence.
 */
export function parseNumbers(raw: unknown, bounds: NumberBounds): ParsedNumbers | null {
  const own = new Set<number>();
  const parsed = { foreign: 0 };
  const items = Array.isArray(raw) ? (raw as unknown[]) : [raw];
  for (const item of items) {
    if (typeof item === 'number') {
      if (!Number.isSafeInteger(item) || item < 0) return null;
      addRange(item, item, bounds, own, parsed);
    } else if (typeof item === 'string') {
      if (!addText(item, bounds, own, parsed)) return null;
    } else {
      return null;
    }
  }
  return { own: [...own], foreign: parsed.foreign };
}

function addText(text: string, bounds: NumberBounds, own: Set<number>, parsed: { foreign: number }): boolean {
  const plain = text
    .trim()
    .replace(/^[[(（]|[\])）]$/g, '')
    .replace(SPACED_RANGE, '$1');
  for (const token of plain.split(SEPARATORS)) {
    if (token === '' || LEFT_OUT.test(token)) continue;
    const match = RANGE.exec(token);
    if (!match) return false;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (to < from) return false;
    addRange(from, to, bounds, own, parsed);
  }
  return true;
}

function addRange(
  from: number,
  to: number,
  bounds: NumberBounds,
  own: Set<number>,
  parsed: { foreign: number },
): void {
  const [first, last] = [Math.max(from, bounds.first), Math.min(to, bounds.last)];
  parsed.foreign += to - from + 1 - Math.max(0, last - first + 1);
  for (let number = first; number <= last; number += 1) own.add(number);
}
