import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RescueReport, WorkspaceInfo, WorkspaceState } from '@shared/workspace';
import { request, subscribe, toErrorInfo } from '@/api';

/** Which workspace is open, and its latest figures: a cache of main's state. */
export const useWorkspaceStore = defineStore('workspace', () => {
  const state = shallowRef<WorkspaceState | null>(null);
  const info = shallowRef<WorkspaceInfo | null>(null);
  const infoError = shallowRef<ErrorInfo | null>(null);
  /** The report of a rescue, until the user closes it; the workspace may be open again before that. */
  const rescued = shallowRef<RescueReport | null>(null);
  let newest: Promise<void> = Promise.resolve();
  let unsubscribe: (() => void) | null = null;

  function accept(next: WorkspaceState): void {
    if (state.value?.path !== next.path) info.value = null;
    state.value = next;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('workspace.state', accept);
    accept(await request('workspace.state'));
  }

  /**
   * Loads the figures of the workspace into `info`. A late answer never overwrites a newer one. Resolves when the newest
   * request is answered, so that the caller finds its answer in `info`.
   */
  function loadInfo(): Promise<void> {
    const mine: Promise<void> = askInfo(() => newest === mine).then(() =>
      newest === mine ? undefined : newest,
    );
    newest = mine;
    return mine;
  }

  async function askInfo(isNewest: () => boolean): Promise<void> {
    try {
      const answer = await request('workspace.info');
      if (isNewest()) [info.value, infoError.value] = [answer, null];
    } catch (error) {
      if (isNewest()) infoError.value = toErrorInfo(error);
    }
  }

  const hasUsers = computed(() => (info.value?.users ?? 0) > 0);

  /** Opens or creates a workspace; main asks for a file when no path is given. Returns false when the user chose none. */
  async function open(options: { path?: string; create?: boolean }): Promise<boolean> {
    const next = await request('workspace.open', options);
    if (next) accept(next);
    return next !== null;
  }

  const retry = async (): Promise<void> => accept(await request('workspace.retry'));

  async function rescue(): Promise<void> {
    rescued.value = await request('workspace.rescue');
    accept(await request('workspace.state'));
    if (!state.value?.open) await retry();
  }

  async function clear(what: 'events' | 'all'): Promise<void> {
    info.value = await request('workspace.clear', { what });
  }

  return { state, info, infoError, rescued, hasUsers, load, loadInfo, open, retry, rescue, clear };
});
