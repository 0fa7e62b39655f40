// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useUsersTable } from '@/composables/useUsersTable';
import { useRunStore } from '@/stores/run';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComposable, unmountAll } from './support/mount';
import { runSnapshot, userRow, usersPage } from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  vi.useFakeTimers();
  bridge = installBridge();
});
afterEach(() => {
  unmountAll();
  vi.useRealTimers();
});

/** A table that shows these users. */
async function tableOf(...ids: string[]) {
  bridge.answers['users.list'] = () => usersPage(...ids.map((id) => userRow(id)));
  const mounted = mountComposable(useUsersTable);
  await vi.advanceTimersByTimeAsync(300);
  return mounted;
}
const shown = ({ result }: Awaited<ReturnType<typeof tableOf>>): string[] =>
  result.rows.value.map((row) => row.userId);

describe('the users table', () => {
  test('loads again as soon as its page is shown again', async () => {
    const table = await tableOf();
    await table.show(false);
    bridge.answers['users.list'] = () => usersPage(userRow('a'), userRow('b'));
    await bridge.push('data.changed', null);
    await vi.advanceTimersByTimeAsync(3000);
    expect(shown(table)).toEqual([]);
    await table.show(true);
    await settled();
    expect(shown(table)).toEqual(['a', 'b']);
  });

  test('asks for nothing while its page is not shown', async () => {
    const table = await tableOf('a');
    await table.show(false);
    const before = bridge.count('users.list');
    useRunStore().snapshot = runSnapshot({ processedUsers: 3 });
    await bridge.push('data.changed', null);
    await vi.advanceTimersByTimeAsync(5000);
    expect(bridge.count('users.list')).toBe(before);
  });

  test('loads once a second while a run makes progress, not at every snapshot', async () => {
    const run = useRunStore.bind(null);
    await tableOf('a');
    run().snapshot = runSnapshot({ processedUsers: 0 });
    await vi.advanceTimersByTimeAsync(2000);
    const before = bridge.count('users.list');
    for (let tenth = 1; tenth <= 50; tenth++) {
      run().snapshot = runSnapshot({ processedUsers: tenth, revision: tenth });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(bridge.count('users.list') - before).toBeLessThanOrEqual(6);
  });

  test('loads immediately when the state of a run changes', async () => {
    await tableOf('a');
    const run = useRunStore();
    run.snapshot = runSnapshot();
    await settled();
    const before = bridge.count('users.list');
    run.snapshot = runSnapshot({ status: 'completed', revision: 2 });
    await settled();
    expect(bridge.count('users.list')).toBe(before + 1);
  });

  test('drops an answer that a later one has overtaken', async () => {
    const table = await tableOf('a');
    delete bridge.answers['users.list'];
    table.result.query.status = 'failed';
    await settled();
    const first = bridge.waiting('users.list');
    table.result.query.status = 'succeeded';
    await settled();
    const second = bridge.pending.at(-1);
    await second?.answer(usersPage(userRow('succeeded')) as never);
    await first.answer(usersPage(userRow('failed')));
    expect(shown(table)).toEqual(['succeeded']);
    expect(table.result.loading.value).toBe(false);
  });
});
