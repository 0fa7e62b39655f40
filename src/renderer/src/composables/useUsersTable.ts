import { onActivated, onBeforeUnmount, onDeactivated, reactive, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { UserRow, UsersPage, UsersQuery } from '@shared/users';
import { request, subscribe, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';
import { afterPaint } from './afterPaint';
import { useThrottle } from './useThrottle';

const LIVE_REFRESH_MS = 1000;
const SEARCH_PAUSE_MS = 250;

export interface UsersTable {
  query: UsersQuery;
  rows: Ref<UserRow[]>;
  page: ShallowRef<UsersPage | null>;
  /** The user has asked for other rows, and they are not here yet. */
  loading: Ref<boolean>;
  error: ShallowRef<ErrorInfo | null>;
  reload: () => Promise<void>;
}

/** The page of users on show. Follows the run and the data while it is visible, patching rows in place. */
export function useUsersTable(): UsersTable {
  const run = useRunStore();
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
  let asked = 0;
  let visible = true;
  let stale = false;

  async function reload(): Promise<void> {
    asked += 1;
    const mine = asked;
    try {
      const answer = await request('users.list', query);
      // The progress of the run is painted before the table, which takes longer.
      if (page.value === null) await afterPaint();
      if (mine !== asked) return;
      show(answer);
    } catch (thrown) {
      if (mine !== asked) return;
      error.value = toErrorInfo(thrown);
    }
    loading.value = false;
  }

  function show(answer: UsersPage): void {
    const lastPage = Math.max(1, Math.ceil(answer.total / query.pageSize));
    error.value = null;
    page.value = answer;
    // Rows keep their identity where the user is the same, so that nothing under the pointer is rebuilt.
    const known = new Map(rows.value.map((row) => [row.userId, row]));
    rows.value = answer.rows.map((row) => Object.assign(known.get(row.userId) ?? row, row));
    // Users left the filter meanwhile: the page that was shown no longer exists.
    if (query.page > lastPage) query.page = lastPage;
  }

  const follow = useThrottle(async () => {
    stale = !visible;
    if (visible) await reload();
  }, LIVE_REFRESH_MS);

  watch(() => run.snapshot?.processedUsers, follow);
  // A state that changes is shown at once: a table that lags behind its own notice looks wrong.
  watch(
    () => [run.status, run.snapshot?.runId],
    () => {
      if (visible) void reload();
      else stale = true;
    },
  );
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

  const end = subscribe('data.changed', follow);
  onDeactivated(() => {
    visible = false;
  });
  onActivated(() => {
    visible = true;
    if (stale) follow();
  });
  onBeforeUnmount(() => {
    clearTimeout(typing);
    end();
  });
  void reload();

  return { query, rows, page, loading, error, reload };
}
