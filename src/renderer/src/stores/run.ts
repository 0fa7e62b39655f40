import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { ResumeRequest, RunRequestInput, RunSnapshot } from '@shared/run';
import { request, subscribe, toErrorInfo } from '@/api';

/** The latest snapshot of the run: a cache of main's state. */
export const useRunStore = defineStore('run', () => {
  const snapshot = shallowRef<RunSnapshot | null>(null);
  const attachError = shallowRef<ErrorInfo | null>(null);
  let unsubscribe: (() => void) | null = null;

  function accept(next: RunSnapshot): void {
    const now = snapshot.value;
    if (now && now.workspaceId === next.workspaceId && next.revision < now.revision) return;
    snapshot.value = next;
    attachError.value = null;
  }

  /** Follows the run. Subscribes before it asks, so that no snapshot is missed in between. */
  async function attach(): Promise<void> {
    unsubscribe ??= subscribe('run.snapshot', accept);
    performance.mark('run.attach');
    try {
      accept(await request('run.attach'));
    } catch (error) {
      attachError.value = toErrorInfo(error);
    }
  }

  const status = computed(() => snapshot.value?.status ?? 'idle');
  /** Whether a run is running or paused. */
  const active = computed(() => status.value === 'running' || status.value === 'paused');
  /** A finished run whose notice has not been dismissed. */
  const noticed = computed(() => {
    const now = snapshot.value;
    const finished = now?.status === 'completed' || now?.status === 'failed' || now?.status === 'cancelled';
    return finished && !now.dismissed ? now : null;
  });

  const start = async (wanted: RunRequestInput): Promise<void> => accept(await request('run.start', wanted));
  const pause = async (): Promise<void> => accept(await request('run.pause'));
  const resume = async (change?: ResumeRequest): Promise<void> => accept(await request('run.resume', change));
  const cancel = async (): Promise<void> => accept(await request('run.cancel'));
  const dismiss = async (): Promise<void> => accept(await request('run.dismiss'));

  return { snapshot, attachError, status, active, noticed, attach, start, pause, resume, cancel, dismiss };
});
