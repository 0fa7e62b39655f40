import { computed, ref } from 'vue';
import type { ComputedRef, Ref } from 'vue';
import type { UserRow } from '@shared/users';

export interface Selection {
  ids: Ref<Set<string>>;
  toggle: (userId: string) => void;
  /** Selects all of these, or none when all are selected already. */
  togglePage: (rows: UserRow[]) => void;
  /** Whether all, some or none of these are selected. */
  ofPage: (rows: UserRow[]) => 'all' | 'some' | 'none';
  clear: () => void;
  size: ComputedRef<number>;
}

/** Selected users by id, so that a selection outlives paging, sorting and filtering. */
export function useSelection(): Selection {
  const ids = ref(new Set<string>());

  function toggle(userId: string): void {
    if (!ids.value.delete(userId)) ids.value.add(userId);
  }

  function ofPage(rows: UserRow[]): 'all' | 'some' | 'none' {
    const chosen = rows.filter((row) => ids.value.has(row.userId)).length;
    if (chosen === 0) return 'none';
    return chosen === rows.length ? 'all' : 'some';
  }

  function togglePage(rows: UserRow[]): void {
    const all = ofPage(rows) === 'all';
    for (const row of rows) {
      if (all) ids.value.delete(row.userId);
      else ids.value.add(row.userId);
    }
  }

  return {
    ids,
    toggle,
    togglePage,
    ofPage,
    clear: () => ids.value.clear(),
    size: computed(() => ids.value.size),
  };
}
