// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { nextTick, reactive, ref, shallowRef } from 'vue';
import type { UserRow, UsersPage, UsersQuery } from '@shared/users';
import { useListNeighbours, useNeighbours } from '@/composables/useNeighbours';
import { mountComposable, unmountAll } from './support/mount';
import { userRow, usersPage } from './support/samples';

afterEach(unmountAll);

/** A table with two users a page, of these users. `load` shows the page that is asked for. */
function tableOf(...ids: string[]) {
  const query = reactive<UsersQuery>({
    page: 1,
    pageSize: 2,
    search: '',
    status: 'all',
    sortBy: 'userId',
    sortOrder: 'asc',
  });
  const rows = ref<UserRow[]>([]);
  const page = shallowRef<UsersPage | null>(null);
  const loading = ref(false);
  let all = ids;
  async function load(users = all): Promise<void> {
    all = users;
    loading.value = true;
    await nextTick();
    const start = (query.page - 1) * query.pageSize;
    rows.value = all.slice(start, start + query.pageSize).map((id) => userRow(id));
    page.value = { ...usersPage(), total: all.length };
    loading.value = false;
    await nextTick();
  }
  return { table: { query, rows, page, loading }, load };
}

async function at(id: string, ...ids: string[]) {
  const { table, load } = tableOf(...ids);
  await load();
  const shown = ref<string | null>(id);
  const { result } = mountComposable(() => useNeighbours(shown, table));
  return { shown, table, load, neighbours: result };
}

test('the next and the previous user are those of the table, and its page follows', async () => {
  const { shown, table, load, neighbours } = await at('a', 'a', 'b', 'c');
  expect(neighbours.position.value).toEqual({ place: 1, total: 3 });
  expect([neighbours.hasPrevious.value, neighbours.hasNext.value]).toEqual([false, true]);
  neighbours.step(-1);
  expect(shown.value).toBe('a');
  neighbours.step(1);
  expect(shown.value).toBe('b');
  neighbours.step(1);
  expect([shown.value, table.query.page]).toEqual(['b', 2]);
  await load();
  expect([shown.value, neighbours.hasNext.value]).toEqual(['c', false]);
  neighbours.step(1);
  expect(shown.value).toBe('c');
  neighbours.step(-1);
  await load();
  expect([shown.value, table.query.page]).toEqual(['b', 1]);
});

test('a user who leaves the table keeps their place between their neighbours', async () => {
  const { shown, load, neighbours } = await at('b', 'a', 'b', 'c', 'd');
  await load(['a', 'c', 'd']);
  expect(neighbours.position.value).toEqual({ place: 2, total: 3 });
  neighbours.step(1);
  expect(shown.value).toBe('c');
  shown.value = 'b';
  await nextTick();
  neighbours.step(-1);
  expect(shown.value).toBe('a');
});

test('a drawer that is closed while the page of the next user is loaded stays closed', async () => {
  const { shown, load, neighbours } = await at('b', 'a', 'b', 'c');
  neighbours.step(1);
  shown.value = null;
  await load();
  expect([shown.value, neighbours.position.value]).toEqual([null, null]);
});

test('in a list that grows, more users are asked for near its end, and the next ones follow', async () => {
  const userIds = ref(Array.from({ length: 40 }, (_, at) => `u${at}`));
  const total = ref<number | null>(42);
  const shown = ref<string | null>('u0');
  let asked = 0;
  const load = (): void => {
    asked++;
  };
  const { result } = mountComposable(() => useListNeighbours(shown, { userIds, total, load }));
  expect(result.position.value).toEqual({ place: 1, total: 42 });
  expect([result.hasPrevious.value, result.hasNext.value]).toEqual([false, true]);
  result.step(-1);
  expect(shown.value).toBe('u0');
  result.step(1);
  await nextTick();
  expect([shown.value, asked]).toEqual(['u1', 0]);
  shown.value = 'u39';
  await nextTick();
  expect([asked, result.hasNext.value]).toEqual([1, false]);
  userIds.value = [...userIds.value, 'u40', 'u41'];
  result.step(1);
  expect(shown.value).toBe('u40');
  shown.value = null;
  result.step(1);
  expect([shown.value, result.position.value]).toEqual([null, null]);
});
