import { onBeforeUnmount, reactive, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { UserRow, UsersPage, UsersQuery } from '@shared/users';
import { request, toErrorInfo } from '@/api';
import { afterPaint } from './afterPaint';
import { LatestCall } from './latestCall';
import { useLiveReload } from './useLiveReload';

const SEARCH_PAUSE_MS = 250;

export interface UsersTable {
  query: UsersQuery;
  rows: Ref<UserRow[]>;
  page: ShallowRef<UsersPage | null>;
  /** True while other rows (page, filter, order) were asked for and have not arrived. */
  loading: Ref<boolean>;
  error: ShallowRef<ErrorInfo | null>;
  reload: () => Promise<void>;
}

/** The page of the users table that is shown. Follows runs and imports (useLiveReload) and updates rows in place. */
export function useUsersTable(): UsersTable {
  const query = reactive<UsersQuery>({
    page: 1,
    pageSize: 20,
    search: '',
    status: 'all',
    sortBy: 'userId',
    sortOrder: 'asc',
  });
  const rows = ref<UserRow[]>([]);
  const page = shallowRef<UsersPage | null>(null);
  const loading = ref(true);
  const error = shallowRef<ErrorInfo | null>(null);
  const call = new LatestCall();

  async function reload(): Promise<void> {
    const isNewest = call.begin();
    try {
      const answer = await request('users.list', query);
      // The progress of the run is painted before the table, which takes longer.
      if (page.value === null) await afterPaint();
      if (!isNewest()) return;
      show(answer);
    } catch (thrown) {
      if (!isNewest()) return;
      error.value = toErrorInfo(thrown);
    }
    loading.value = false;
  }

  function show(answer: UsersPage): void {
    const lastPage = Math.max(1, Math.ceil(answer.total / query.pageSize));
    error.value = null;
    page.value = answer;
    // Rows of the same user keep their object, so that Vue does not rebuild the elements under the pointer.
    const known = new Map(rows.value.map((row) => [row.userId, row]));
    rows.value = answer.rows.map((row) => Object.assign(known.get(row.userId) ?? row, row));
    // The page that was shown no longer exists when users have left the filter.
    if (query.page > lastPage) query.page = lastPage;
  }

  useLiveReload(reload);
  watch(
    () => [query.page, query.pageSize, query.status, query.sortBy, query.sortOrder],
    () => {
      loading.value = true;
      void reload();
    },
  );
  watch(
    () => [query.search, query.status, query.pageSize],
    () => {
      query.page = 1;
    },
    { flush: 'sync' },
  );
  let typing: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => query.search,
    () => {
      clearTimeout(typing);
      typing = setTimeout(() => void reload(), SEARCH_PAUSE_MS);
    },
  );

  onBeforeUnmount(() => clearTimeout(typing));
  void reload();

  return { query, rows, page, loading, error, reload };
}
