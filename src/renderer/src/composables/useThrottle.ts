import { onBeforeUnmount } from 'vue';

/**
 * Calls `work` at most once in `ms` milliseconds: at once when it has been quiet, else when the time is over.
 * A call while `work` is still under way is done after it, once.
 */
export function useThrottle(work: () => Promise<void>, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = 0;
  let working = false;
  let again = false;

  async function go(): Promise<void> {
    timer = null;
    last = performance.now();
    working = true;
    await work();
    working = false;
    if (again) {
      again = false;
      wish();
    }
  }

  function wish(): void {
    if (timer !== null) return;
    if (working) {
      again = true;
      return;
    }
    timer = setTimeout(() => void go(), Math.max(0, last + ms - performance.now()));
  }

  onBeforeUnmount(() => {
    if (timer !== null) clearTimeout(timer);
  });
  return wish;
}
