// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextTick, ref } from 'vue';
import { useUserDetail } from '@/composables/useUserDetail';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComposable, unmountAll } from './support/mount';
import { behaviours, events, runSnapshot, userDetail, userRow } from './support/samples';

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
    expect(ids(view)).toEqual(sequence(1, 200));
    await view.loadMore();
    expect(ids(view)).toEqual(sequence(1, 800));
    await view.loadMore();
    expect(bridge.count('users.behaviours')).toBe(2);
  });

  test('are loaded up to the one that is looked for', async () => {
    const { view } = await viewOf(5000);
    expect(await view.loadUntil(1300)).toBe(1299);
    // Twice as many each time, so that the end of a long list is near.
    expect(ids(view)).toEqual(sequence(1, 2400));
    expect(await view.loadUntil(9999)).toBe(-1);
  });

  test('are never mixed of pages from before and after a change', async () => {
    const { view } = await viewOf(800);
    delete bridge.answers['users.behaviours'];
    void view.loadMore();
    const old = bridge.waiting('users.behaviours');
    // An import adds ten behaviours that come first.
    await bridge.push('data.changed', null);
    await bridge.pending.at(-1)?.answer({ total: 810, rows: behaviours(-9, 200) } as never);
    await old.answer({ total: 800, rows: behaviours(201, 600) });
    expect(ids(view)).toEqual(sequence(-9, 200));
    expect(view.behaviourTotal.value).toBe(810);
  });

  test('stay in view while a change loads them again, as many as there were', async () => {
    const { view } = await viewOf(1800);
    await view.loadMore();
    expect(ids(view)).toEqual(sequence(1, 1200));
    delete bridge.answers['users.behaviours'];
    await bridge.push('data.changed', null);
    expect(ids(view)).toEqual(sequence(1, 1200));
    expect(bridge.waiting('users.behaviours').input).toMatchObject({ offset: 0, limit: 1200 });
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
    expect(ids(view)).toEqual(sequence(1, 200));
  });
});

describe('the events of a user', () => {
  const page = (first: number, count: number) =>
    events(Array.from({ length: count }, (_, index) => ({ ordinal: first + index })));
  const ordinals = (view: { detail: { value: { events: { ordinal: number }[] } | null } }): number[] =>
    view.detail.value?.events.map(({ ordinal }) => ordinal) ?? [];

  /** The view of user `a` with so many events, of which ten come at a time. */
  async function eventsOf(total: number) {
    const userId = ref<string | null>('a');
    bridge.answers['users.get'] = ({ userId: id }) =>
      userDetail(id, { events: page(1, 10), moreEvents: total > 10 });
    bridge.answers['users.events'] = ({ after }) => ({
      events: page(after + 1, Math.min(10, total - after)),
      more: after + 10 < total,
    });
    bridge.answers['users.behaviours'] = () => ({ total: 0, rows: [] });
    const view = mountComposable(() => useUserDetail(userId)).result;
    for (let turn = 0; turn < 10; turn++) await settled();
    return { userId, view };
  }

  test('are all loaded by themselves, one page after another', async () => {
    const { view } = await eventsOf(95);
    expect(ordinals(view)).toEqual(sequence(1, 95));
    expect(view.detail.value?.moreEvents).toBe(false);
    expect(bridge.count('users.events')).toBe(9);
  });

  test('of a sequence that was made anew meanwhile are those of now', async () => {
    const { view } = await eventsOf(10);
    delete bridge.answers['users.events'];
    const anew = (updatedAt: number, count: number, moreEvents: boolean) =>
      userDetail('a', { user: userRow('a', { updatedAt }), events: page(1, count), moreEvents });
    bridge.answers['users.get'] = () => anew(1, 10, true);
    await view.reload();
    bridge.answers['users.get'] = () => anew(2, 3, false);
    await view.reload();
    await bridge.waiting('users.events').answer({ events: page(11, 10), more: true });
    expect(ordinals(view)).toEqual([1, 2, 3]);
    expect(bridge.pending.filter(({ route }) => route === 'users.events')).toEqual([]);
  });

  test('stay the same objects while nothing of the user changes', async () => {
    const { view } = await eventsOf(10);
    const before = view.detail.value?.events;
    await view.reload();
    expect(view.detail.value?.events).toBe(before);
  });

  test('of the user before stay until the next user is there, and a run does not get in between', async () => {
    const { userId, view } = await eventsOf(10);
    delete bridge.answers['users.get'];
    delete bridge.answers['users.behaviours'];
    userId.value = 'b';
    await nextTick();
    expect([view.detail.value?.user.userId, view.switching.value]).toEqual(['a', true]);
    await bridge.push('run.snapshot', runSnapshot({ revision: 9, status: 'completed' }));
    await bridge.waiting('users.get').answer(userDetail('b'));
    expect(view.detail.value?.user.userId).toBe('a');
    await bridge.waiting('users.behaviours').answer({ total: 1, rows: behaviours(77, 1) });
    expect([view.detail.value?.user.userId, ids(view), view.switching.value]).toEqual(['b', [77], false]);
  });
});
