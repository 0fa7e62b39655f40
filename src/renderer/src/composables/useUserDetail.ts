import { onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { Behaviour, UserDetail } from '@shared/users';
import { request, subscribe, toErrorInfo } from '@/api';
import { LatestCall } from './latestCall';
import { useLiveReload } from './useLiveReload';

const PAGE_SIZE = 500;
/** Rows that one request may ask for (behavioursQuerySchema). */
const MOST_ROWS = 2000;

export interface UserDetailView {
  /** Null until it is loaded. */
  detail: ShallowRef<UserDetail | null>;
  /** The behaviours loaded so far, from the first on. */
  behaviours: ShallowRef<Behaviour[]>;
  behaviourTotal: Ref<number>;
  loadingMore: Ref<boolean>;
  error: ShallowRef<ErrorInfo | null>;
  /** Loads user and behaviours again, as many behaviours as are shown now. */
  reload: () => Promise<void>;
  loadMore: () => Promise<void>;
  /** Loads the next events of a user who has very many. */
  loadMoreEvents: () => Promise<void>;
  /** Loads pages until this behaviour is among them; returns its index, or -1 when the user has no such behaviour. */
  loadUntil: (behaviourId: number) => Promise<number>;
}

/** One user with events and behaviours. Follows runs and imports: new events and new behaviours show by themselves. */
export function useUserDetail(userId: Ref<string | null>): UserDetailView {
  const detail = shallowRef<UserDetail | null>(null);
  const behaviours = shallowRef<Behaviour[]>([]);
  const behaviourTotal = ref(0);
  const loadingMore = ref(false);
  const error = shallowRef<ErrorInfo | null>(null);
  const detailCall = new LatestCall();
  const pagesCall = new LatestCall();
  /** The pages that are being loaded; null when none are. */
  let loading: Promise<void> | null = null;
  let eventsUnderWay = false;

  async function reloadDetail(): Promise<void> {
    const isNewest = detailCall.begin();
    const id = userId.value;
    if (id === null) return;
    try {
      const answer = await request('users.get', { userId: id });
      if (isNewest()) [detail.value, error.value] = [withLoadedEvents(answer), null];
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
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

  /**
   * Loads on from `rows` until there are `count` behaviours, and shows them all at once. Calls that began earlier are
   * dropped: pages read before and after a change of the data must not be mixed.
   */
  function loadPages(rows: Behaviour[], count: number): Promise<void> {
    const isNewest = pagesCall.begin();
    const id = userId.value;
    const work = id === null ? Promise.resolve() : load(id, rows, count, isNewest);
    loading = work;
    void work.then(() => {
      if (loading === work) loading = null;
    });
    return work;
  }

  async function load(id: string, first: Behaviour[], count: number, isNewest: () => boolean): Promise<void> {
    loadingMore.value = true;
    let rows = first;
    let total = Infinity;
    try {
      while (rows.length < Math.min(count, total)) {
        const limit = Math.min(MOST_ROWS, count - rows.length);
        const page = await request('users.behaviours', { userId: id, offset: rows.length, limit });
        if (!isNewest()) return;
        rows = [...rows, ...page.rows];
        // An empty page ends the list, whatever the total says, so that loading always ends.
        total = page.rows.length > 0 ? page.total : rows.length;
      }
      [behaviours.value, behaviourTotal.value] = [rows, total];
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    } finally {
      if (isNewest()) loadingMore.value = false;
    }
  }

  async function loadMore(): Promise<void> {
    if (userId.value === null) return;
    if (loading) return loading;
    const loaded = behaviours.value.length;
    if (loaded < behaviourTotal.value) await loadPages(behaviours.value, loaded + PAGE_SIZE);
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
    const id = userId.value;
    while (id === userId.value) {
      const index = behaviours.value.findIndex((row) => row.id === behaviourId);
      const loaded = behaviours.value.length;
      if (index >= 0) return index;
      if (loaded >= behaviourTotal.value && !loading) return -1;
      await loadMore();
      if (behaviours.value.length <= loaded && !loading) return -1;
    }
    return -1;
  }

  const reloadBehaviours = (): Promise<void> => loadPages([], Math.max(PAGE_SIZE, behaviours.value.length));

  async function reload(): Promise<void> {
    await Promise.all([reloadDetail(), reloadBehaviours()]);
  }

  watch(
    userId,
    () => {
      [detail.value, behaviours.value, behaviourTotal.value, error.value] = [null, [], 0, null];
      loadingMore.value = false;
      void reload();
    },
    { immediate: true },
  );
  useLiveReload(reloadDetail);
  // A run does not change behaviours; imports and clearing do.
  onBeforeUnmount(subscribe('data.changed', () => void reloadBehaviours()));

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
