import { useIntervalFn } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import type { ComputedRef } from 'vue';

const TICK_MS = 200;

/** Seconds left until an instant, rounded up; 0 when it is over, null when there is none. Ticks only while it has to. */
export function useCountdown(until: () => number | null): ComputedRef<number | null> {
  const now = ref(Date.now());
  const { pause, resume } = useIntervalFn(tick, TICK_MS, { immediate: false });

  function tick(): void {
    now.value = Date.now();
    if (now.value >= (until() ?? 0)) pause();
  }

  watch(
    until,
    () => {
      resume();
      tick();
    },
    { immediate: true },
  );

  return computed(() => {
    const end = until();
    return end === null ? null : Math.max(0, Math.ceil((end - now.value) / 1000));
  });
}
