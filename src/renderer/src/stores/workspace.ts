import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RescueReport, WorkspaceInfo, WorkspaceState } from '@shared/workspace';
import { request, subscribe, toErrorInfo } from '@/api';

/** Which workspace is open, and what main last said is in it. */
export const useWorkspaceStore = defineStore('workspace', () => {
  const state = shallowRef<WorkspaceState | null>(null);
  const info = shallowRef<WorkspaceInfo | null>(null);
  const infoError = shallowRef<ErrorInfo | null>(null);
  /** The report of a rescue, in every window until it is dismissed in one. */
  const rescued = computed<RescueReport | null>(() => state.value?.rescued ?? null);
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
   * Asks what is in the workspace; a late answer never overwrites a newer one. Resolves when the newest question that
   * was asked meanwhile is answered, so that whoever waits for it finds the answer in `info`.
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

  /** Opens a workspace, or makes one; main asks for a file when no path is given. False when the user chose none. */
  async function open(options: { path?: string; create?: boolean }): Promise<boolean> {
    const next = await request('workspace.open', options);
    if (next) accept(next);
    return next !== null;
  }

  const retry = async (): Promise<void> => accept(await request('workspace.retry'));

  async function rescue(): Promise<void> {
    await request('workspace.rescue');
    accept(await request('workspace.state'));
    if (!state.value?.open) await retry();
  }

  const dismissRescue = (): Promise<null> => request('workspace.dismissRescue');

  async function clear(what: 'events' | 'all'): Promise<void> {
    info.value = await request('workspace.clear', { what });
  }

  return {
    state,
    info,
    infoError,
    rescued,
    hasUsers,
    load,
    loadInfo,
    open,
    retry,
    rescue,
    dismissRescue,
    clear,
  };
});
