import type { QuestionOf, VariantRow, VariantsResult } from '../../shared/insight.ts';
import { usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { quantile } from './statistics.ts';

/**
 * The different sequences of types that users have, the most frequent first; those of as many users in the order of their first user.
 * Times are from the start of the first event to the latest end. `collapse`: neighbours of one type count as one.
 */
export function variants(part: Part, { collapse, limit }: QuestionOf<'variants'>): Answer<VariantsResult> {
  const { log, users, first, last } = part;
  const { start, end } = log.columns;
  const index = new Map<string, number>();
  const counts: number[] = [];
  const examples: number[] = [];
  const variantOf = new Int32Array(users.length);
  const times = new Float64Array(users.length);
  for (let place = 0; place < users.length; place += 1) {
    const [from, to] = [first[place] as number, last[place] as number];
    let text = '';
    let before = -1;
    let latest = -Infinity;
    for (let event = from; event < to; event += 1) {
      latest = Math.max(latest, end[event] as number);
      const type = log.type[event] as number;
      if (collapse && type === before) continue;
      before = type;
      // Two code units for each type, so that no two sequences are the same text.
      text += String.fromCharCode(type & 0x7fff, type >> 15);
    }
    times[place] = latest - (start[from] as number);
    let variant = index.get(text);
    if (variant === undefined) {
      variant = counts.push(0) - 1;
      examples.push(place);
      index.set(text, variant);
    }
    counts[variant] = (counts[variant] as number) + 1;
    variantOf[place] = variant;
  }
  const order = counts
    .map((_, variant) => variant)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const shown = order.slice(0, limit);
  const durations = new Map(shown.map((variant) => [variant, [] as number[]]));
  variantOf.forEach((variant, place) => durations.get(variant)?.push(times[place] as number));
  let cumulative = 0;
  const rows = shown.map((variant): VariantRow => {
    const count = counts[variant] as number;
    cumulative += count;
    const sorted = Float64Array.from(durations.get(variant) ?? []).sort();
    return {
      key: `variant:${variant}`,
      types: sequenceOf(part, examples[variant] as number, collapse),
      users: count,
      share: count / users.length,
      cumulative: cumulative / users.length,
      medianSeconds: (quantile(sorted, 0.5) ?? 0) / 1000,
    };
  });
  return {
    result: { analysis: 'variants', users: users.length, variants: counts.length, rows },
    usersOf: (key) => {
      const [kind, number = ''] = key.split(':');
      if (kind !== 'variant') return null;
      return usersWhere(part, (place) => variantOf[place] === Number(number));
    },
  };
}

function sequenceOf({ log, first, last }: Part, place: number, collapse: boolean): string[] {
  const types: string[] = [];
  let before = -1;
  for (let event = first[place] as number; event < (last[place] as number); event += 1) {
    const type = log.type[event] as number;
    if (!collapse || type !== before) types.push(log.types[type]?.id ?? '');
    before = type;
  }
  return types;
}
