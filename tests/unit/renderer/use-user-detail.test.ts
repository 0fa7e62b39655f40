// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextTick, ref } from 'vue';
import { useUserDetail } from '@/composables/useUserDetail';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComposable, unmountAll } from './support/mount';
import { behaviours, userDetail } from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
});
afterEach(unmountAll);

/** The view of user `a`, who has so many behaviours; the first page of them is loaded. */
async function viewOf(total: number) {
  const userId = ref<string | null>('a');
  bridge.answers['users.get'] = ({ userId: id }) => userDetail(id);
  bridge.answers['users.behaviours'] = ({ offset, limit }) => ({
    total,
    rows: behaviours(1 + offset, Math.min(limit, total - offset)),
  });
  const view = mountComposable(() => useUserDetail(userId)).result;
  await settled();
  return { userId, view };
}
const ids = (view: { behaviours: { value: { id: number }[] } }): number[] =>
  view.behaviours.value.map((row) => row.id);
const sequence = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);

describe('the behaviours of a user', () => {
  test('are loaded page by page', async () => {
    const { view } = await viewOf(800);
    expect(ids(view)).toEqual(sequence(1, 500));
    await view.loadMore();
    expect(ids(view)).toEqual(sequence(1, 800));
    await view.loadMore();
    expect(bridge.count('users.behaviours')).toBe(2);
  });

  test('are loaded up to the one that is looked for', async () => {
    const { view } = await viewOf(1800);
    expect(await view.loadUntil(1200)).toBe(1199);
    expect(ids(view)).toEqual(sequence(1, 1500));
    expect(await view.loadUntil(9999)).toBe(-1);
  });

  test('are never mixed of pages from before and after a change', async () => {
    const { view } = await viewOf(800);
    delete bridge.answers['users.behaviours'];
    void view.loadMore();
    const old = bridge.waiting('users.behaviours');
    // An import adds ten behaviours that come first.
    await bridge.push('data.changed', null);
    await bridge.pending.at(-1)?.answer({ total: 810, rows: behaviours(-9, 500) } as never);
    await old.answer({ total: 800, rows: behaviours(501, 300) });
    expect(ids(view)).toEqual(sequence(-9, 500));
    expect(view.behaviourTotal.value).toBe(810);
  });

  test('stay in view while a change loads them again, as many as there were', async () => {
    const { view } = await viewOf(1800);
    await view.loadMore();
    delete bridge.answers['users.behaviours'];
    await bridge.push('data.changed', null);
    expect(ids(view)).toEqual(sequence(1, 1000));
    expect(bridge.waiting('users.behaviours').input).toMatchObject({ offset: 0, limit: 1000 });
  });

  test('are those of the user that is shown, whatever arrives late', async () => {
    const { userId, view } = await viewOf(800);
    delete bridge.answers['users.behaviours'];
    void view.loadMore();
    const old = bridge.waiting('users.behaviours');
    bridge.answers['users.behaviours'] = () => ({ total: 2, rows: behaviours(7001, 2) });
    userId.value = 'b';
    await nextTick();
    await settled();
    await old.answer({ total: 800, rows: behaviours(501, 300) });
    expect(ids(view)).toEqual([7001, 7002]);
    expect(view.loadingMore.value).toBe(false);
  });

  test('that cannot be loaded leave an error, and loading again mends it', async () => {
    const { view } = await viewOf(800);
    delete bridge.answers['users.behaviours'];
    void view.loadMore();
    await bridge.waiting('users.behaviours').refuse({ code: 'app.internal' });
    expect(view.error.value?.code).toBe('app.internal');
    bridge.answers['users.behaviours'] = ({ limit }) => ({ total: 800, rows: behaviours(1, limit) });
    await view.reload();
    expect(view.error.value).toBeNull();
    expect(ids(view)).toEqual(sequence(1, 500));
  });
});
