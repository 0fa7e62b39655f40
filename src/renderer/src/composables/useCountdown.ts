import { computed, onBeforeUnmount, ref, watch } from 'vue';
import type { ComputedRef } from 'vue';

const TICK_MS = 200;

/** Seconds left until an instant, rounded up; 0 when it is over, null when there is none. Ticks only while it has to. */
export function useCountdown(until: () => number | null): ComputedRef<number | null> {
  const now = ref(Date.now());
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function tick(): void {
    now.value = Date.now();
    if (now.value >= (until() ?? 0)) stop();
  }

  watch(
    until,
    () => {
      stop();
      tick();
      if (now.value < (until() ?? 0)) timer = setInterval(tick, TICK_MS);
    },
    { immediate: true },
  );
  onBeforeUnmount(stop);

  return computed(() => {
    const end = until();
    return end === null ? null : Math.max(0, Math.ceil((end - now.value) / 1000));
  });
}
