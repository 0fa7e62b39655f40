import { expect, it } from 'vitest';
import { UserNumbers } from '../../../src/core/import/user-numbers.ts';
import { ImportStore } from '../../../src/core/store/import-store.ts';
import { TestWorkspace } from './support.ts';

it('users are numbered by first appearance, however few of them fit into memory', () => {
  const ids = ['b', 'a', 'b', 'c', 'd', 'a', 'e', 'b', 'c', 'f', 'a'];
  for (const limits of [
    { users: 1 },
    { users: 2 },
    { users: 3 },
    { users: 100 },
    { chars: 1 },
    { chars: 3 },
  ]) {
    const workspace = new TestWorkspace();
    const first = new UserNumbers(new ImportStore(workspace.db), limits);
    expect(ids.map((id) => first.of(id))).toEqual([1, 2, 1, 3, 4, 2, 5, 1, 3, 6, 2]);
    expect(first.added).toBe(6);
    first.flush();
    const second = new UserNumbers(new ImportStore(workspace.db), limits);
    expect(['g', 'a', 'g', 'f'].map((id) => second.of(id))).toEqual([7, 2, 7, 6]);
    expect(second.added).toBe(1);
    second.flush();
    const numbers = workspace.rows('SELECT id FROM users ORDER BY no').map(({ id }) => id);
    expect(numbers).toEqual(['b', 'a', 'c', 'd', 'e', 'f', 'g']);
  }
});
