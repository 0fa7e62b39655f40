import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { InductionAccept, InductionRequestInput, InductionSnapshot } from '@shared/induction';
import type { ResumeRequest } from '@shared/run';
import { request, subscribe } from '@/api';
import { useCodebookStore } from './codebook';

/** The latest snapshot of the induction of event types: a cache of main's state. */
export const useInductionStore = defineStore('induction', () => {
  const codebook = useCodebookStore();
  const snapshot = shallowRef<InductionSnapshot | null>(null);
  let unsubscribe: (() => void) | null = null;

  function accept(next: InductionSnapshot): void {
    const now = snapshot.value;
    if (now && now.workspaceId === next.workspaceId && next.revision < now.revision) return;
    snapshot.value = next;
  }

  /** Follows the induction. Subscribes before it asks, so that no snapshot is missed in between. */
  async function attach(): Promise<void> {
    unsubscribe ??= subscribe('induction.snapshot', accept);
    accept(await request('induction.attach'));
  }

  const status = computed(() => snapshot.value?.status ?? 'idle');
  /** Whether one is running or paused. */
  const active = computed(() => status.value === 'running' || status.value === 'paused');

  const start = async (wanted: InductionRequestInput): Promise<void> =>
    accept(await request('induction.start', wanted));
  const pause = async (): Promise<void> => accept(await request('induction.pause'));
  const resume = async (change?: ResumeRequest): Promise<void> =>
    accept(await request('induction.resume', change));
  const cancel = async (): Promise<void> => accept(await request('induction.cancel'));
  const dismiss = async (): Promise<void> => accept(await request('induction.dismiss'));
  const take = async (accepted: InductionAccept): Promise<void> =>
    codebook.accept(await request('induction.accept', accepted));

  return { snapshot, status, active, attach, start, pause, resume, cancel, dismiss, take };
});
