import type { EventFields, EventMatch } from './insight.ts';

/** Conditions on events as a person chooses them: events of any of these types that are about this object. */
export interface MatchParts {
  /** None: of any type. */
  types: string[];
  /** Null: about anything. */
  object: string | null;
}

/** The parts of a condition; null where it says more than these can, such as a category. */
export function partsOfMatch(match: EventMatch | null): MatchParts | null {
  if (match === null) return { types: [], object: null };
  const all = (typeof match === 'object' && 'any' in match ? match.any : [match]).map(fieldsOf);
  const [first] = all;
  if (first === undefined || all.some(({ category }) => category !== undefined)) return null;
  if (all.some(({ object }) => object !== first.object)) return null;
  const types = all.flatMap(({ type }) => (type === undefined ? [] : [type]));
  if (types.length !== all.length && all.length > 1) return null;
  return { types, object: first.object ?? null };
}

/** The condition that these parts say, as short as it can be said; null where they restrict nothing. */
export function matchOfParts({ types, object }: MatchParts): EventMatch | null {
  const fields = types.map((type) => (object === null ? type : { type, object }));
  const [first] = fields;
  if (first === undefined) return object === null ? null : { object };
  return fields.length === 1 ? first : { any: fields };
}

/** The types that a condition names. */
export function typesInMatch(match: EventMatch): string[] {
  const all = typeof match === 'object' && 'any' in match ? match.any : [match];
  return all.map(fieldsOf).flatMap(({ type }) => (type === undefined ? [] : [type]));
}

const fieldsOf = (match: string | EventFields): EventFields =>
  typeof match === 'string' ? { type: match } : match;
