import { onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { Behaviour, UserDetail } from '@shared/users';
import { request, subscribe, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';
import { useThrottle } from './useThrottle';

const PAGE_SIZE = 500;
const LIVE_REFRESH_MS = 1000;

export interface UserDetailView {
  detail: ShallowRef<UserDetail | null>;
  /** The behaviours loaded so far, from the first on. */
  behaviours: ShallowRef<Behaviour[]>;
  behaviourTotal: Ref<number>;
  loadingMore: Ref<boolean>;
  error: ShallowRef<ErrorInfo | null>;
  reload: () => Promise<void>;
  loadMore: () => Promise<void>;
  /** Loads the next events of a user who has very many. */
  loadMoreEvents: () => Promise<void>;
  /** Loads on until this behaviour is there; gives its place, or -1 when the user has no such behaviour. */
  loadUntil: (behaviourId: number) => Promise<number>;
}

/** One user with events and behaviours; follows the run, so that a sequence made anew shows by itself. */
export function useUserDetail(userId: Ref<string | null>): UserDetailView {
  const run = useRunStore();
  const detail = shallowRef<UserDetail | null>(null);
  const behaviours = shallowRef<Behaviour[]>([]);
  const behaviourTotal = ref(0);
  const loadingMore = ref(false);
  const error = shallowRef<ErrorInfo | null>(null);
  let moreUnderWay: Promise<void> | null = null;
  let eventsUnderWay = false;

  async function refresh(): Promise<void> {
    const id = userId.value;
    if (id === null) return;
    try {
      const answer = await request('users.get', { userId: id });
      if (id === userId.value) [detail.value, error.value] = [withLoadedEvents(answer), null];
    } catch (thrown) {
      if (id === userId.value) error.value = toErrorInfo(thrown);
    }
  }

  /** Keeps the pages of events that are loaded already, unless the sequence was made anew since. */
  function withLoadedEvents(answer: UserDetail): UserDetail {
    const known = detail.value;
    const isSame =
      known?.user.userId === answer.user.userId && known.user.updatedAt === answer.user.updatedAt;
    if (!known || !isSame || known.events.length <= answer.events.length) return answer;
    return { ...answer, events: known.events, moreEvents: known.moreEvents };
  }

  async function fetchMore(id: string): Promise<void> {
    loadingMore.value = true;
    try {
      const offset = behaviours.value.length;
      const page = await request('users.behaviours', { userId: id, offset, limit: PAGE_SIZE });
      if (id !== userId.value) return;
      behaviours.value = [...behaviours.value, ...page.rows];
      behaviourTotal.value = page.rows.length > 0 ? page.total : behaviours.value.length;
    } catch (thrown) {
      if (id === userId.value) error.value = toErrorInfo(thrown);
    } finally {
      loadingMore.value = false;
    }
  }

  async function loadMore(): Promise<void> {
    const id = userId.value;
    if (id === null || behaviours.value.length >= behaviourTotal.value) return;
    moreUnderWay ??= fetchMore(id).finally(() => {
      moreUnderWay = null;
    });
    await moreUnderWay;
  }

  async function loadMoreEvents(): Promise<void> {
    const known = detail.value;
    const last = known?.events.at(-1);
    if (!known?.moreEvents || !last || eventsUnderWay) return;
    eventsUnderWay = true;
    try {
      const page = await request('users.events', { userId: known.user.userId, after: last.ordinal });
      // A sequence that was made anew meanwhile has replaced these events.
      if (detail.value !== known) return;
      detail.value = { ...known, events: [...known.events, ...page.events], moreEvents: page.more };
    } catch (thrown) {
      if (detail.value === known) error.value = toErrorInfo(thrown);
    } finally {
      eventsUnderWay = false;
    }
  }

  async function loadUntil(behaviourId: number): Promise<number> {
    for (;;) {
      const index = behaviours.value.findIndex((row) => row.id === behaviourId);
      const loaded = behaviours.value.length;
      if (index >= 0 || loaded >= behaviourTotal.value) return index;
      await loadMore();
      if (behaviours.value.length === loaded) return -1;
    }
  }

  async function reload(): Promise<void> {
    const id = userId.value;
    [detail.value, behaviours.value, behaviourTotal.value, error.value] = [null, [], 0, null];
    moreUnderWay = null;
    if (id !== null) await Promise.all([refresh(), fetchMore(id)]);
  }

  const follow = useThrottle(refresh, LIVE_REFRESH_MS);
  watch(userId, reload, { immediate: true });
  watch(() => [run.snapshot?.processedUsers, run.status], follow);
  onBeforeUnmount(subscribe('data.changed', () => void reload()));

  return {
    detail,
    behaviours,
    behaviourTotal,
    loadingMore,
    error,
    reload,
    loadMore,
    loadMoreEvents,
    loadUntil,
  };
}
