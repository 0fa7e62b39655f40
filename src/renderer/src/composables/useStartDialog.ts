import { ref, shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { RunPreflight, RunScope } from '@shared/run';
import { request, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';
import { useAction } from './useAction';
import type { Action } from './useAction';

export interface StartDialog {
  open: Ref<boolean>;
  scope: ShallowRef<RunScope | null>;
  preflight: ShallowRef<RunPreflight | null>;
  /** Users that are done already and that the run leaves out; null when that says nothing. */
  leftOut: Ref<number | null>;
  error: ShallowRef<ErrorInfo | null>;
  /** Opens with what a run of this scope would do. `started` is called once the user has started it. */
  ask: (scope: RunScope, started?: () => void) => Promise<void>;
  confirm: Action<[]>;
  close: () => void;
}

/** The question before a run: what would be done, and does the user want it. */
export function useStartDialog(): StartDialog {
  const run = useRunStore();
  const open = ref(false);
  const scope = shallowRef<RunScope | null>(null);
  const preflight = shallowRef<RunPreflight | null>(null);
  const leftOut = ref<number | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);

  let whenStarted: (() => void) | undefined;

  async function ask(wanted: RunScope, started?: () => void): Promise<void> {
    whenStarted = started;
    [scope.value, preflight.value, leftOut.value, error.value, open.value] = [wanted, null, null, null, true];
    try {
      const [counted, info] = await Promise.all([
        request('run.preflight', wanted),
        wanted.kind === 'remaining' ? request('workspace.info') : null,
      ]);
      if (scope.value !== wanted) return;
      preflight.value = counted;
      leftOut.value = info?.sequences.succeeded ?? null;
    } catch (thrown) {
      if (scope.value === wanted) error.value = toErrorInfo(thrown);
    }
  }

  const confirm = useAction(async () => {
    if (!scope.value) return;
    await run.start(scope.value);
    open.value = false;
    whenStarted?.();
  });

  function close(): void {
    open.value = false;
  }

  return { open, scope, preflight, leftOut, error, ask, confirm, close };
}
