import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import type { ResumeRequest } from '@shared/run';
import { t } from '@/i18n';
import { formatNumber } from '@/i18n/format';
import { useImportStore } from '@/stores/import';
import { useInductionStore } from '@/stores/induction';
import { useRunStore } from '@/stores/run';
import { useAction } from './useAction';
import type { Action } from './useAction';
import { confirm } from './useConfirm';

export interface RunControl {
  pause: Action<[]>;
  /** Resumes the run; with another cap when one is given. */
  resume: Action<[change?: ResumeRequest]>;
  /** Ends a run that is running, paused or interrupted. */
  cancel: Action<[]>;
  /** Asks first, then cancels. */
  askCancel: () => Promise<void>;
  dismiss: Action<[]>;
  /** Why no run can be started now; null when one can. */
  blocked: ComputedRef<string | null>;
  /** Why the run cannot be resumed or cancelled now; null when it can. */
  held: ComputedRef<string | null>;
}

/** The buttons of a run. */
export function useRunControl(): RunControl {
  const run = useRunStore();
  const imports = useImportStore();
  const induction = useInductionStore();

  const cancel = useAction(run.cancel);

  async function askCancel(): Promise<void> {
    if (!run.snapshot) return;
    const abandon = run.status === 'interrupted';
    const ongoing = (): boolean => run.active || run.status === 'interrupted';
    const agreed = await confirm({
      title: t(abandon ? 'run.abandonTitle' : 'run.cancelTitle'),
      // The run continues while the question is open.
      text: () => {
        const { totalUsers, processedUsers } = run.snapshot ?? { totalUsers: 0, processedUsers: 0 };
        const values = {
          left: formatNumber(totalUsers - processedUsers),
          done: formatNumber(processedUsers),
        };
        return t(abandon ? 'run.abandonText' : 'run.cancelText', values);
      },
      yes: t(abandon ? 'run.abandonConfirm' : 'run.cancelConfirm'),
      no: t(abandon ? 'run.abandonKeep' : 'run.cancelKeep'),
      stillAsked: ongoing,
    });
    if (agreed && ongoing()) await cancel.run();
  }

  const blocked = computed(() => {
    if (run.active) return t('start.blockedRun');
    if (run.status === 'interrupted') return t('start.blockedInterrupted');
    if (induction.active) return t('start.blockedInduction');
    return imports.active ? t('start.blockedImport') : null;
  });

  return {
    pause: useAction(run.pause),
    resume: useAction(run.resume),
    cancel,
    askCancel,
    dismiss: useAction(run.dismiss),
    blocked,
    held: computed(() => (imports.active ? t('run.heldByImport') : null)),
  };
}
