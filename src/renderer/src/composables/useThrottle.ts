import { onBeforeUnmount } from 'vue';
import { showError } from './useAction';

/**
 * Returns a function that runs `work` at most once in `ms` milliseconds: immediately after a quiet time, otherwise when
 * the time is over. Calls while `work` is still running are answered by one more run after it, so that a slow query is
 * never sent twice at once (VueUse's useThrottleFn knows only about time). What `work` throws goes to `onError`; later
 * calls run as usual. Must be called in a component's setup: nothing runs after the component is unmounted.
 */
export function useThrottle(
  work: () => Promise<void>,
  ms: number,
  onError: (error: unknown) => void = showError,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastStart = -Infinity;
  let running = false;
  let requested = false;
  let ended = false;

  async function run(): Promise<void> {
    timer = null;
    lastStart = performance.now();
    running = true;
    try {
      await work();
    } catch (error) {
      if (!ended) onError(error);
    } finally {
      running = false;
    }
    if (!requested) return;
    requested = false;
    request();
  }

  function request(): void {
    if (timer !== null || ended) return;
    if (running) {
      requested = true;
      return;
    }
    timer = setTimeout(() => void run(), Math.max(0, lastStart + ms - performance.now()));
  }

  onBeforeUnmount(() => {
    ended = true;
    if (timer !== null) clearTimeout(timer);
  });
  return request;
}
