import { expect, it } from 'vitest';
import { isProcess as isProcessOf, StepCount } from '../../../src/core/abstraction/step-count.ts';

function isProcess(users: (string | null)[][]): boolean {
  const count = new StepCount();
  for (const actions of users) {
    for (const action of actions) count.add(action);
    count.endUser();
  }
  return isProcessOf(count.totals);
}

const times = (length: number, actions: (string | null)[]): (string | null)[][] =>
  Array.from({ length }, () => actions);

it('a process is a log in which nearly every behaviour is another step', () => {
  expect(isProcess(times(10, ['create', 'assign', 'assign', 'solve', 'close']))).toBe(true);
  expect(isProcess(times(10, ['view', 'view', 'cart', 'view', 'view']))).toBe(false);
});

it('few users, users with next to nothing, and texts without actions make no process', () => {
  expect(isProcess(times(9, ['create', 'assign', 'close']))).toBe(false);
  expect(isProcess([...times(50, ['create', 'close']), ...times(10, ['view', 'view', 'view'])])).toBe(false);
  expect(isProcess(times(10, [null, null, null, null]))).toBe(false);
});
