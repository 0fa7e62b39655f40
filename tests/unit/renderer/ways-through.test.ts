import { describe, expect, it } from 'vitest';
import { NO_EVENT } from '@shared/insight-placeholders';
import type { PathsResult } from '@shared/insight';
import { waysThrough } from '../../../src/renderer/src/pages/insight/ways-through';

const way = (types: string[], users: number): PathsResult['ways'][number] => ({
  ...{ key: `way:${types.join('.')}`, types, users },
});
/** Of a: 9 users, then b, c (not told apart), or the end; then d. */
const result: PathsResult = {
  ...{ analysis: 'paths', users: 9 },
  nodes: [
    { key: 'node:0', step: 0, type: 'a', users: 9 },
    { key: 'node:1', step: 1, type: 'b', users: 4 },
    { key: 'node:2', step: 1, type: NO_EVENT.other, users: 3 },
    { key: 'node:3', step: 1, type: NO_EVENT.dropped, users: 2 },
    { key: 'node:4', step: 2, type: 'd', users: 5 },
  ],
  links: [
    { key: 'link:0:1', from: 0, to: 1, users: 4 },
    { key: 'link:0:2', from: 0, to: 2, users: 3 },
    { key: 'link:0:3', from: 0, to: 3, users: 2 },
    { key: 'link:1:4', from: 1, to: 4, users: 3 },
    { key: 'link:2:4', from: 2, to: 4, users: 2 },
  ],
  ways: [
    way(['a', 'b'], 4),
    way(['a', 'c'], 3),
    way(['a', 'b', 'd'], 3),
    way(['a', NO_EVENT.end], 2),
    way(['a', 'c', 'd'], 2),
  ],
};
const found = (key: string): string[] => waysThrough(result, key).map(({ types }) => types.join(' '));

describe('the ways through a flow of paths', () => {
  it.each([
    ['link:0:1', ['a b']],
    ['node:1', ['a b']],
    // What its step does not tell apart, and the end of the events.
    ['node:2', ['a c']],
    ['link:0:3', [`a ${NO_EVENT.end}`]],
    ['node:4', ['a b d', 'a c d']],
    ['link:2:4', ['a c d']],
    // One event is no way, and what is unknown has none.
    ['node:0', []],
    ['link:7:9', []],
  ])('%s: %j', (key, ways) => expect(found(key)).toEqual(ways));

  it('have the users of a link where there is no other way through it', () => {
    for (const { key, users } of result.links)
      expect(waysThrough(result, key).reduce((sum, each) => sum + each.users, 0)).toBe(users);
  });
});
