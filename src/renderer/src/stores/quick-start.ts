import { until } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import { ApiError, toErrorInfo } from '@/api';
import { useImportStore } from './import';
import { useInsightStore } from './insight';
import { useRunStore } from './run';
import { useWorkspaceStore } from './workspace';

export const QUICK_STEPS = ['import', 'run', 'funnel'] as const;
export type QuickStep = (typeof QUICK_STEPS)[number];

/**
 * From an empty workspace to a funnel at one click: imports the sample, abstracts it by the rules, and leads to the suggested funnel. The import
 * and the run are the same as those of the buttons, so they can be paused and cancelled elsewhere, too; then this ends.
 */
export const useQuickStart = defineStore('quick-start', () => {
  const imports = useImportStore();
  const run = useRunStore();
  const workspace = useWorkspaceStore();
  const insight = useInsightStore();

  /** The step that is under way, or that failed; `funnel`: all is done and waits to be shown. Null: nothing was started. */
  const step = ref<QuickStep | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  /** Set while a step cannot be cancelled yet, because it is only being started. */
  let isUnwanted = false;
  const active = computed(() => step.value !== null && error.value === null);
  const percent = computed(() => {
    if (step.value === 'import') return imports.snapshot?.progressPercent ?? 0;
    return step.value === 'run' ? (run.snapshot?.progressPercent ?? 0) : null;
  });

  /** Starts, or goes on where it failed. Never rejects: the error is in `error`. */
  async function start(): Promise<void> {
    [error.value, isUnwanted] = [null, false];
    try {
      if (!(await importSample()) || !(await abstract())) {
        step.value = null;
        return;
      }
      insight.begin('funnel');
      step.value = 'funnel';
    } catch (thrown) {
      error.value = toErrorInfo(thrown);
    }
  }

  /** False when it was cancelled. */
  async function importSample(): Promise<boolean> {
    step.value = 'import';
    await workspace.loadInfo();
    if (workspace.hasUsers) return true;
    await imports.startSample();
    if (isUnwanted) await imports.cancel();
    const ended = await until(() => imports.snapshot).toMatch((now) => now?.status !== 'running');
    if (ended?.status === 'failed' && ended.error) throw new ApiError(ended.error);
    if (ended?.status !== 'completed') return false;
    await imports.dismiss();
    return true;
  }

  /** False when it was cancelled. */
  async function abstract(): Promise<boolean> {
    if (isUnwanted) return false;
    step.value = 'run';
    await run.start({ scope: { kind: 'remaining' }, extractor: 'rules' });
    if (isUnwanted) await run.cancel();
    const ended = await until(() => run.snapshot).toMatch(() => !run.active);
    if (ended?.status === 'failed' && ended.error) throw new ApiError(ended.error);
    return ended?.status === 'completed';
  }

  async function cancel(): Promise<void> {
    const at = step.value;
    isUnwanted = true;
    if (error.value !== null) [step.value, error.value] = [null, null];
    else if (at === 'import' && imports.active) await imports.cancel();
    else if (at === 'run' && run.active) await run.cancel();
  }

  /** The funnel is shown. */
  function finish(): void {
    step.value = null;
  }

  return { step, error, active, percent, start, cancel, finish };
});
