import { onActivated, onBeforeUnmount, onDeactivated, watch } from 'vue';
import { subscribe } from '@/api';
import { useRunStore } from '@/stores/run';
import { showError } from './useAction';
import { useThrottle } from './useThrottle';

const LIVE_RELOAD_MS = 1000;

/**
 * Keeps what a component shows up to date with what others change. Calls `reload`
 * - at most once a second while a run makes progress (unless `progress` is false) or data is imported or cleared, or its rhythm measured,
 * - immediately when a run begins, ends or changes its state,
 * - whenever the component is shown again: a component kept by KeepAlive has missed everything in between.
 *
 * A component that is not shown (KeepAlive) asks for nothing. `reload` handles the errors of its request itself; anything
 * else that it throws is shown as a message.
 */
export function useLiveReload(reload: () => Promise<void>, { progress = true } = {}): void {
  const run = useRunStore();
  let shown = true;

  async function reloadNow(): Promise<void> {
    try {
      if (shown) await reload();
    } catch (error) {
      showError(error);
    }
  }
  const reloadSoon = useThrottle(reloadNow, LIVE_RELOAD_MS);

  if (progress) watch(() => run.snapshot?.processedUsers, reloadSoon);
  // Two sources, not one that returns an array: a new array at every snapshot would count as a change.
  watch([() => run.status, () => run.snapshot?.runId], reloadNow);
  onBeforeUnmount(subscribe('data.changed', reloadSoon));
  // Figures by day: when the days of the log begin is measured after an import.
  onBeforeUnmount(subscribe('rhythm.changed', reloadSoon));
  onDeactivated(() => {
    shown = false;
  });
  onActivated(() => {
    // Vue calls this hook after the first mount too.
    if (shown) return;
    shown = true;
    void reloadNow();
  });
}
