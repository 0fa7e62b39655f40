import { NO_EVENT } from '@shared/insight-placeholders';
import type { PathsResult } from '@shared/insight';

/**
 * The most frequent ways that lead to a node of a flow of paths, or through a link, from the anchor to there: each of them can become a funnel
 * with the same users. Empty where none is among the most frequent ways of the answer.
 */
export function waysThrough({ nodes, links, ways }: PathsResult, key: string): PathsResult['ways'] {
  const link = links.find((each) => each.key === key);
  const end = nodes.find((each) => each.key === key) ?? nodes[link?.to ?? -1];
  const before = nodes[link?.from ?? -1];
  if (!end) return [];
  /** Whether a way is at a node after so many steps; what a step does not tell apart is at OTHER. */
  const isAt = (types: readonly string[], { step, type }: PathsResult['nodes'][number]): boolean => {
    const own = types[step] ?? '';
    if (type === NO_EVENT.dropped) return own === NO_EVENT.end;
    if (type !== NO_EVENT.other) return own === type;
    return own !== NO_EVENT.end && !nodes.some((node) => node.step === step && node.type === own);
  };
  return ways.filter(
    ({ types }) => types.length === end.step + 1 && isAt(types, end) && (!before || isAt(types, before)),
  );
}
