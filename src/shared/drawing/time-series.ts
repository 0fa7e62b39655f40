import { CATEGORY_TYPES } from '../insight-placeholders.ts';
import type { OverviewResult, TypeCount } from '../insight.ts';
import type { OverviewView } from '../insight-views.ts';
import type { EventCategory } from '../users.ts';

/** From the ground of a stack up. */
const CATEGORIES = ['engagement', 'conversion'] as const satisfies EventCategory[];

/** An overview as its picture by time shows it: by type, or with the types of a category as one. */
export function timeSeries(answer: OverviewResult, view: OverviewView | undefined): OverviewResult {
  if (view?.by !== 'category') return answer;
  const rows = CATEGORIES.flatMap((category): { type: TypeCount; counts: number[] }[] => {
    const of = answer.types.flatMap((type, place) => (type.category === category ? [{ type, place }] : []));
    if (of.length === 0) return [];
    const events = of.reduce((sum, { type }) => sum + type.events, 0);
    const counts = answer.binStarts.map((_, time) =>
      of.reduce((sum, { place }) => sum + (answer.counts[place]?.[time] ?? 0), 0),
    );
    // The picture tells events; the users of a category are not the sum of those of its types.
    return [{ type: { key: '', type: CATEGORY_TYPES[category], category, events, users: 0 }, counts }];
  });
  return { ...answer, types: rows.map(({ type }) => type), counts: rows.map(({ counts }) => counts) };
}
