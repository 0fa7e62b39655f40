import { computed, ref, watch } from 'vue';
import type { ComputedRef } from 'vue';
import type { RunSnapshot } from '@shared/run';
import { useCountdown } from './useCountdown';

/**
 * Seconds that a run still needs; null while that cannot be told. Nothing comes from main while the service makes it
 * wait, and the wait passes all the same.
 */
export function useRemaining(run: () => RunSnapshot): ComputedRef<number | null> {
  const toldAt = ref(Date.now());
  watch(
    () => run().revision,
    () => {
      toldAt.value = Date.now();
    },
  );
  const until = (): number | null =>
    run().status === 'running' ? (run().model?.throttledUntil ?? null) : null;
  const waitLeft = useCountdown(until);
  return computed(() => {
    const seconds = run().estimatedRemainingSeconds;
    const end = until();
    if (seconds === null || end === null || waitLeft.value === null) return seconds;
    const waitTold = Math.ceil(Math.max(0, end - toldAt.value) / 1000);
    return Math.max(0, seconds - Math.max(0, waitTold - waitLeft.value));
  });
}
