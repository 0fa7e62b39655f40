import type { Codebook } from '../../shared/codebook.ts';
import type { ConversionCount } from '../../shared/users.ts';
import type { TypeFinder } from './codebook.ts';

/** Conversions by the word that their events carry, which a codebook gives a type. */
export interface ConversionWord {
  word: string;
  byModel: boolean;
  events: number;
}

/** Conversions by type, in the order of the codebook; a word that a model proposed stands for itself. */
export function conversionsByType(
  words: readonly ConversionWord[],
  finder: TypeFinder,
  codebook: Codebook,
): ConversionCount[] {
  const counts = new Map<string, number>();
  for (const { word, byModel, events } of words) {
    const origin = byModel ? 'llm' : 'rule';
    const { type, proposed } = finder.resolve({ type: word, category: 'conversion', origin });
    const name = proposed ?? type;
    counts.set(name, (counts.get(name) ?? 0) + events);
  }
  return inCodebookOrder(
    [...counts].map(([type, events]) => ({ type, events })),
    codebook,
  );
}

/** In the order of the codebook; what it does not have comes last. */
export function inCodebookOrder<T extends { type: string }>(counts: readonly T[], { types }: Codebook): T[] {
  if (counts.length < 2) return [...counts];
  const places = new Map(types.map(({ id }, place) => [id, place]));
  const placeOf = ({ type }: T): number => places.get(type) ?? places.size;
  return counts.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.type < b.type ? -1 : 1));
}
