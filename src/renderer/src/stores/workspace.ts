import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import { isFileTaskCancelled } from '@shared/workspace';
import type { BackupFile, RescueReport, WorkspaceInfo, WorkspaceState } from '@shared/workspace';
import { request, subscribe, toErrorInfo } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** The state of the workspace and the figures of its content, as main last sent them. */
export const useWorkspaceStore = defineStore('workspace', () => {
  const state = shallowRef<WorkspaceState | null>(null);
  const info = shallowRef<WorkspaceInfo | null>(null);
  const infoError = shallowRef<ErrorInfo | null>(null);
  /** The report of a rescue, in every window until it is dismissed in one. */
  const rescued = computed<RescueReport | null>(() => state.value?.rescued ?? null);
  /** Main is opening it: there is a path, and neither a workspace nor an error yet. */
  const opening = computed(
    () => state.value !== null && !state.value.open && state.value.error === null && state.value.path !== '',
  );
  const infoCall = new LatestCall();
  /** The newest request for the figures. */
  let loading: Promise<void> = Promise.resolve();
  let unsubscribe: (() => void) | null = null;

  function accept(next: WorkspaceState): void {
    if (state.value?.path !== next.path) {
      info.value = null;
      // An answer under way is about the workspace that was open before.
      infoCall.cancel();
    }
    state.value = next;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('workspace.state', accept);
    accept(await request('workspace.state'));
  }

  /**
   * Loads the figures of the workspace. Resolves when the newest request has been answered, so that a caller finds that
   * answer in `info`. An error is kept in `infoError`.
   */
  function loadInfo(): Promise<void> {
    const mine: Promise<void> = requestInfo().then(() => (loading === mine ? undefined : loading));
    loading = mine;
    return mine;
  }

  async function requestInfo(): Promise<void> {
    const isNewest = infoCall.begin();
    try {
      const answer = await request('workspace.info');
      if (isNewest()) [info.value, infoError.value] = [answer, null];
    } catch (error) {
      if (isNewest()) infoError.value = toErrorInfo(error);
    }
  }

  const hasUsers = computed(() => (info.value?.users ?? 0) > 0);

  /** Opens or creates a workspace; without a path main shows a file dialog. False when the user closed that dialog. */
  async function open(options: { path?: string; create?: boolean }): Promise<boolean> {
    const next = await request('workspace.open', options);
    if (next) accept(next);
    return next !== null;
  }

  const retry = async (): Promise<void> => accept(await request('workspace.retry'));

  /** The result of a task that any window can stop; undefined where one did: main tells every window of that. */
  async function unlessCancelled<T>(task: Promise<T>): Promise<T | undefined> {
    try {
      return await task;
    } catch (error) {
      if (isFileTaskCancelled(toErrorInfo(error))) return undefined;
      throw error;
    }
  }

  async function rescue(): Promise<void> {
    if ((await unlessCancelled(request('workspace.rescue'))) === undefined) return;
    accept(await request('workspace.state'));
    if (!state.value?.open) await retry();
  }

  /** Restores a backup. The name under which what was there is kept, null for none; undefined when it was cancelled. */
  const restore = (path: string): Promise<string | null | undefined> =>
    unlessCancelled(request('workspace.restore', { path }));

  /** Makes a backup; null when it was cancelled. */
  const backUp = async (): Promise<BackupFile | null> =>
    (await unlessCancelled(request('workspace.backUp'))) ?? null;

  /** Asks what is done to the file to stop, whichever window asked for it. */
  async function cancelFileTask(): Promise<void> {
    const task = state.value?.fileTask?.task;
    if (task) await request('workspace.cancelFileTask', { task });
  }

  const dismissRescue = (): Promise<null> => request('workspace.dismissRescue');

  /** Deletes events and runs, or everything. The figures are requested anew: the reply may be older than they are. */
  async function clear(what: 'events' | 'all'): Promise<void> {
    await request('workspace.clear', { what });
    await loadInfo();
  }

  return {
    state,
    info,
    infoError,
    rescued,
    opening,
    hasUsers,
    load,
    loadInfo,
    open,
    retry,
    rescue,
    restore,
    backUp,
    cancelFileTask,
    dismissRescue,
    clear,
  };
});
