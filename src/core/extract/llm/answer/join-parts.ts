import type { EventDraft } from '../../extractor.ts';

/**
 * The events of the parts of one user, in the order of the parts, as one sequence in time order; what began at the same
 * moment keeps the order of the parts. Parts are cut at session boundaries, so that no event reaches over one.
 */
export function joinParts(parts: readonly (readonly EventDraft[])[]): EventDraft[] {
  return parts.flat().sort((a, b) => a.startTime - b.startTime);
}
