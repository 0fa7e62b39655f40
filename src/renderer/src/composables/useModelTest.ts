import { onBeforeUnmount, readonly, shallowRef, watch } from 'vue';
import type { Ref } from 'vue';
import type { ModelTestReport } from '@shared/model';
import { request } from '@/api';
import { useModelStore } from '@/stores/model';
import { showError } from './useAction';

export interface ModelTest {
  running: Readonly<Ref<boolean>>;
  /** The report for the current settings; null before a test and after a change of the settings. */
  report: Readonly<Ref<ModelTestReport | null>>;
  run: () => Promise<void>;
  /** Ends the test, and its request to the provider; an answer that comes all the same is ignored. */
  cancel: () => void;
}

/** Tests the connection. A change of the settings clears the report and cancels a running test, which used other settings. */
export function useModelTest(): ModelTest {
  const store = useModelStore();
  const running = shallowRef(false);
  const report = shallowRef<ModelTestReport | null>(null);
  let latest = 0;
  /** The settings that the test in flight uses; null while changes made before it are still under way. */
  let tested: number | null = null;
  /** Whether main was asked for the test in flight. */
  let isAsked = false;

  function cancel(): void {
    latest += 1;
    if (!running.value) return;
    running.value = false;
    // A test that has ended meanwhile is not there to be cancelled any more.
    if (isAsked) void request('model.cancelTest').catch(() => undefined);
  }

  async function run(): Promise<void> {
    latest += 1;
    const mine = latest;
    running.value = true;
    report.value = null;
    tested = null;
    isAsked = false;
    try {
      // A field that lost the focus to the button has sent its value just now.
      await store.settled();
      if (mine !== latest) return;
      tested = store.revision;
      isAsked = true;
      const found = await request('model.test');
      if (mine === latest) report.value = found;
    } catch (error) {
      if (mine === latest) showError(error);
    } finally {
      if (mine === latest) running.value = isAsked = false;
    }
  }

  watch(
    () => store.revision,
    (revision) => {
      if (running.value && (tested === null || tested === revision)) return;
      cancel();
      report.value = null;
    },
    // In time for a test that begins in the same breath.
    { flush: 'sync' },
  );
  onBeforeUnmount(cancel);
  return { running: readonly(running), report, run, cancel };
}
