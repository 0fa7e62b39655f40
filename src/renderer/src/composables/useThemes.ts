import { onBeforeUnmount, reactive, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { ThemeChange, ThemesQuery, ThemesView } from '@shared/themes';
import { request, subscribe, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';
import { LatestCall } from './latestCall';

export interface Themes {
  query: ThemesQuery;
  view: ShallowRef<ThemesView | null>;
  error: ShallowRef<ErrorInfo | null>;
  /** Grows with every answer: what is shown of single themes is to be asked for again. */
  revision: Ref<number>;
  reload: () => Promise<void>;
  /** Rejects with the reason. */
  change: (change: ThemeChange) => Promise<void>;
}

/** The themes of the log, page by page; asked for again when the log, the table or a run changes them. */
export function useThemes(pageSize: number): Themes {
  const run = useRunStore();
  const query = reactive<ThemesQuery>({ search: '', sortBy: 'behaviours', offset: 0, limit: pageSize });
  const view = shallowRef<ThemesView | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const revision = ref(0);
  const call = new LatestCall();

  async function reload(): Promise<void> {
    const isNewest = call.begin();
    try {
      const answer = await request('themes.list', { ...query });
      if (!isNewest()) return;
      // What was on the last page may be on the one before.
      if (answer.status === 'ready' && query.offset > 0 && query.offset >= answer.total) {
        query.offset = Math.max(0, Math.floor((answer.total - 1) / query.limit) * query.limit);
        return;
      }
      [view.value, error.value] = [answer, null];
      revision.value += 1;
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    }
  }

  async function change(wanted: ThemeChange): Promise<void> {
    await request('themes.change', wanted);
    await reload();
  }

  watch(
    () => [query.search, query.sortBy],
    () => {
      query.offset = 0;
    },
  );
  watch(query, () => void reload(), { immediate: true });
  watch([() => run.snapshot?.runId, () => run.status], () => void reload());
  const again = (): void => void reload();
  const unsubscribe = [subscribe('data.changed', again), subscribe('rhythm.changed', again)];
  onBeforeUnmount(() => unsubscribe.forEach((stop) => stop()));
  return { query, view, error, revision, reload, change };
}
