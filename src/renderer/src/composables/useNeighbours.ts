import { computed, ref, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';
import type { UserRow, UsersPage, UsersQuery } from '@shared/users';

/** The table of users, as far as going from one user to the next is concerned. */
export interface TableOfUsers {
  query: UsersQuery;
  rows: Readonly<Ref<UserRow[]>>;
  page: Readonly<Ref<UsersPage | null>>;
  loading: Readonly<Ref<boolean>>;
}

export interface Neighbours {
  /** Place of the user in the table from 1, and how many the table has; null while no user is shown. */
  position: ComputedRef<{ place: number; total: number } | null>;
  hasPrevious: ComputedRef<boolean>;
  hasNext: ComputedRef<boolean>;
  /** Shows the user that is so many places further in the table, whose page follows. */
  step: (by: 1 | -1) => void;
}

/** A list of users that grows from its end, such as those behind a figure. */
export interface ListOfUsers {
  userIds: Readonly<Ref<string[]>>;
  /** How many there are in all; null while it is not known. */
  total: Readonly<Ref<number | null>>;
  /** Adds more users to the list; does nothing while it is doing so or when all are there. */
  load: () => void;
}

/** Users left in the list when more are asked for. */
const NEAR_END = 30;

/** The users before and after the one that is shown, in the order of a list. */
export function useListNeighbours(
  shown: Ref<string | null>,
  { userIds, total, load }: ListOfUsers,
): Neighbours {
  const index = computed(() => (shown.value === null ? -1 : userIds.value.indexOf(shown.value)));
  watch(index, (at) => {
    if (at >= userIds.value.length - NEAR_END) load();
  });
  return {
    position: computed(() =>
      index.value < 0 ? null : { place: index.value + 1, total: total.value ?? userIds.value.length },
    ),
    hasPrevious: computed(() => index.value > 0),
    hasNext: computed(() => index.value >= 0 && index.value + 1 < userIds.value.length),
    step: (by) => {
      const userId = index.value < 0 ? undefined : userIds.value[index.value + by];
      if (userId !== undefined) shown.value = userId;
    },
  };
}

/** The users before and after the one that is shown, in the order of the table as it is filtered and sorted now. */
export function useNeighbours(shown: Ref<string | null>, table: TableOfUsers): Neighbours {
  const { query, rows, page, loading } = table;
  /** Where the user was last seen in the table: one who has left it (a filter no longer fits) keeps their place. */
  const seen = ref(0);
  const index = computed(() => rows.value.findIndex(({ userId }) => userId === shown.value));
  /** The end of the page that the next user is on, once that page is there. */
  const arriving = ref<'first' | 'last' | null>(null);

  const place = computed(
    () => (query.page - 1) * query.pageSize + (index.value < 0 ? seen.value : index.value),
  );
  const total = computed(() => page.value?.total ?? 0);
  /** The place of the next user: that of the shown one where they have left the table. */
  const placeAfter = computed(() => place.value + (index.value < 0 ? 0 : 1));

  watch(
    [index, shown],
    () => {
      if (index.value >= 0) seen.value = index.value;
    },
    { immediate: true },
  );
  watch(loading, (isLoading) => {
    if (isLoading || arriving.value === null) return;
    const row = arriving.value === 'first' ? rows.value[0] : rows.value.at(-1);
    arriving.value = null;
    if (row && shown.value !== null) shown.value = row.userId;
  });
  watch(shown, (id) => {
    if (id === null) arriving.value = null;
  });

  function step(by: 1 | -1): void {
    if (shown.value === null || loading.value || arriving.value !== null) return;
    const target = by > 0 ? placeAfter.value : place.value - 1;
    if (target < 0 || target >= total.value) return;
    const targetPage = Math.floor(target / query.pageSize) + 1;
    if (targetPage === query.page) {
      const row = rows.value[target % query.pageSize];
      if (row) shown.value = row.userId;
      return;
    }
    arriving.value = by > 0 ? 'first' : 'last';
    query.page = targetPage;
  }

  return {
    position: computed(() =>
      shown.value === null ? null : { place: Math.min(place.value + 1, total.value), total: total.value },
    ),
    hasPrevious: computed(() => place.value > 0),
    hasNext: computed(() => placeAfter.value < total.value),
    step,
  };
}
