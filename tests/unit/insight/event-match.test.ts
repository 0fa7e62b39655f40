import { expect, it } from 'vitest';
import { matchOfParts, partsOfMatch, typesInMatch } from '../../../src/shared/event-match.ts';
import type { MatchParts } from '../../../src/shared/event-match.ts';
import { eventMatchSchema } from '../../../src/shared/insight.ts';
import type { EventMatch } from '../../../src/shared/insight.ts';

const of = (object: string, ...types: string[]) => types.map((type) => ({ type, object }));
const SAID: [EventMatch | null, MatchParts][] = [
  [null, { types: [], object: null }],
  ['a', { types: ['a'], object: null }],
  [{ object: 'x' }, { types: [], object: 'x' }],
  [
    { type: 'a', object: 'x' },
    { types: ['a'], object: 'x' },
  ],
  [{ any: ['a', 'b'] }, { types: ['a', 'b'], object: null }],
  [{ any: of('x', 'a', 'b') }, { types: ['a', 'b'], object: 'x' }],
];

it.each(SAID)('the condition %o has parts, and is what they say', (match, parts) => {
  expect(partsOfMatch(match)).toEqual(parts);
  expect(matchOfParts(parts)).toEqual(match);
  if (match === null) return;
  expect(eventMatchSchema.safeParse(match).success).toBe(true);
  expect(typesInMatch(match)).toEqual(parts.types);
});

it.each<EventMatch>([
  { category: 'conversion' },
  { type: 'a', category: 'conversion' },
  { any: ['a', { object: 'x' }] },
  { any: ['a', { type: 'b', object: 'x' }] },
  { any: [{ object: 'x' }, { object: 'x' }] },
])('the condition %o says more than parts can', (match) => {
  expect(partsOfMatch(match)).toBeNull();
});

it('one type of a list is that type', () => {
  expect(partsOfMatch({ any: ['a'] })).toEqual({ types: ['a'], object: null });
  expect(partsOfMatch({ type: 'a' })).toEqual({ types: ['a'], object: null });
});
