import { onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { Behaviour, EventRecord, UserDetail } from '@shared/users';
import { request, subscribe, toErrorInfo } from '@/api';
import { LatestCall } from './latestCall';
import { useLiveReload } from './useLiveReload';

/** Rows at first: few, so that a user is there at once. */
const PAGE_SIZE = 200;
/** Rows that are loaded next, at least. */
const STEP = 1000;
/** Rows that one request may ask for (behavioursQuerySchema). */
const MOST_ROWS = 10_000;

export interface UserDetailView {
  /** Null until it is loaded. */
  detail: ShallowRef<UserDetail | null>;
  /** Whether another user than `detail` is asked for. */
  switching: Ref<boolean>;
  /** The behaviours loaded so far, from the first on. */
  behaviours: ShallowRef<Behaviour[]>;
  behaviourTotal: Ref<number>;
  loadingMore: Ref<boolean>;
  error: ShallowRef<ErrorInfo | null>;
  /** Loads user and behaviours again, as many behaviours as are shown now. */
  reload: () => Promise<void>;
  loadMore: () => Promise<void>;
  /** Loads pages until this behaviour is among them; returns its index, or -1 when the user has no such behaviour. */
  loadUntil: (behaviourId: number) => Promise<number>;
}

/**
 * One user with all events, and with behaviours as far as they are asked for. Follows runs and imports: new events and new
 * behaviours show by themselves. While the next user is loaded, the one before stays.
 */
export function useUserDetail(userId: Ref<string | null>): UserDetailView {
  const detail = shallowRef<UserDetail | null>(null);
  const behaviours = shallowRef<Behaviour[]>([]);
  const behaviourTotal = ref(0);
  const loadingMore = ref(false);
  const switching = ref(false);
  const error = shallowRef<ErrorInfo | null>(null);
  const detailCall = new LatestCall();
  const pagesCall = new LatestCall();
  /** The pages that are being loaded; null when none are. */
  let loading: Promise<void> | null = null;
  let restUnderWay = false;

  async function reloadDetail(): Promise<void> {
    // What is on its way is of now.
    if (switching.value) return;
    const isNewest = detailCall.begin();
    const id = userId.value;
    if (id === null) return;
    try {
      const answer = await request('users.get', { userId: id });
      if (!isNewest()) return;
      [detail.value, error.value] = [withLoadedEvents(answer), null];
      void loadRestOfEvents();
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    }
  }

  /** Keeps the events that are loaded already, unless the sequence was made anew since. */
  function withLoadedEvents(answer: UserDetail): UserDetail {
    const known = detail.value;
    const isSame =
      known?.user.userId === answer.user.userId && known.user.updatedAt === answer.user.updatedAt;
    if (!known || !isSame) return answer;
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
    if (userId.value === null || switching.value) return;
    if (loading) return loading;
    const loaded = behaviours.value.length;
    // Twice as many each time: each time all of them are laid out anew.
    if (loaded < behaviourTotal.value) await loadPages(behaviours.value, loaded + Math.max(STEP, loaded));
  }

  const isShown = ({ user }: UserDetail): boolean => user.userId === userId.value;

  /**
   * Loads the events beyond the first page, as long as the same user is shown. They are shown when they are twice as many:
   * each time all of them are laid out anew.
   */
  async function loadRestOfEvents(): Promise<void> {
    if (restUnderWay) return;
    restUnderWay = true;
    try {
      let read: EventRecord[] = [];
      for (let known = detail.value; known?.moreEvents && isShown(known);) {
        const after = read.at(-1)?.ordinal ?? known.events.at(-1)?.ordinal ?? 0;
        const page = await request('users.events', { userId: known.user.userId, after });
        const now = detail.value;
        // Events of another user, or of a sequence that was made anew meanwhile, have replaced these.
        const isSame = now?.events === known.events;
        read = isSame ? [...read, ...page.events] : [];
        known = now;
        if (!known || !isSame) continue;
        const moreEvents = page.more && page.events.length > 0;
        if (moreEvents && read.length < known.events.length) continue;
        known = { ...known, events: [...known.events, ...read], moreEvents };
        [detail.value, read] = [known, []];
      }
    } catch (thrown) {
      if (detail.value && isShown(detail.value)) error.value = toErrorInfo(thrown);
    } finally {
      restUnderWay = false;
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

  async function reloadBehaviours(): Promise<void> {
    if (switching.value && userId.value !== null) return change(userId.value);
    return loadPages([], Math.max(PAGE_SIZE, behaviours.value.length));
  }

  async function reload(): Promise<void> {
    // After an error there may be nothing to keep.
    if (detail.value === null && userId.value !== null) return change(userId.value);
    await Promise.all([reloadDetail(), reloadBehaviours()]);
  }

  /** Shows another user, events and behaviours at once, and until then the one before. */
  async function change(id: string): Promise<void> {
    const isNewest = detailCall.begin();
    const isNewestPage = pagesCall.begin();
    [switching.value, loadingMore.value, loading] = [true, false, null];
    try {
      const [answer, page] = await Promise.all([
        request('users.get', { userId: id }),
        request('users.behaviours', { userId: id, offset: 0, limit: PAGE_SIZE }),
      ]);
      if (!isNewest()) return;
      [detail.value, error.value] = [answer, null];
      if (isNewestPage()) [behaviours.value, behaviourTotal.value] = [page.rows, page.total];
      void loadRestOfEvents();
    } catch (thrown) {
      if (isNewest()) [detail.value, error.value] = [null, toErrorInfo(thrown)];
    }
    if (isNewest()) switching.value = false;
  }

  function leave(): void {
    detailCall.cancel();
    pagesCall.cancel();
    [detail.value, behaviours.value, behaviourTotal.value, error.value] = [null, [], 0, null];
    [switching.value, loadingMore.value, loading] = [false, false, null];
  }

  watch(
    userId,
    (id) => {
      if (id === null) leave();
      else void change(id);
    },
    { immediate: true },
  );
  useLiveReload(reloadDetail);
  // A run does not change behaviours; imports and clearing do.
  onBeforeUnmount(subscribe('data.changed', () => void reloadBehaviours()));

  return {
    detail,
    switching,
    behaviours,
    behaviourTotal,
    loadingMore,
    error,
    reload,
    loadMore,
    loadUntil,
  };
}
