import { expect, it } from 'vitest';
import type { Log } from '../../../src/main/log/rotating-log.ts';
import { ReadingMemory } from '../../../src/main/settings/reading-memory.ts';

const errors: string[] = [];
const log = { error: (message: string) => errors.push(message) } as unknown as Log;

/** A store that holds what is written, as JSON would. */
function storeOf(value: unknown): { read: () => unknown; write: (next: object) => void } {
  let stored = JSON.stringify(value);
  return { read: () => JSON.parse(stored) as unknown, write: (next) => void (stored = JSON.stringify(next)) };
}

it('keeps the reading of a shape until it is forgotten, also for the next start', () => {
  const store = storeOf({});
  new ReadingMemory(store, log).keep('a', { header: 'absent', roles: ['userId', 'time', 'action'] });
  const memory = new ReadingMemory(store, log);
  expect(memory.of('a')).toEqual({ header: 'absent', roles: ['userId', 'time', 'action'] });
  expect(memory.of('b')).toBeNull();
  memory.keep('a', null);
  expect(memory.of('a')).toBeNull();
});

it('forgets what was used longest ago', () => {
  const memory = new ReadingMemory(storeOf({}), log);
  for (let index = 0; index <= 100; index++) memory.keep(`shape ${index}`, { delimiter: ';' });
  expect([memory.of('shape 0'), memory.of('shape 1')]).toEqual([null, { delimiter: ';' }]);
});

it('takes nothing from a file that holds something else, and survives one that cannot be written', () => {
  expect(
    new ReadingMemory(storeOf({ readings: [{ shape: 'a', reading: { delimiter: 'x' } }] }), log).of('a'),
  ).toBeNull();
  expect(new ReadingMemory(storeOf(null), log).of('a')).toBeNull();
  const broken = {
    read: () => ({}),
    write: () => {
      throw new Error('disk full');
    },
  };
  new ReadingMemory(broken, log).keep('a', { delimiter: ';' });
  expect(errors).toEqual(['the readings of files cannot be kept']);
});
