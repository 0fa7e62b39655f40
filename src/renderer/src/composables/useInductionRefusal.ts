import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import { t } from '@/i18n';
import { useImportStore } from '@/stores/import';
import { useInductionStore } from '@/stores/induction';
import { useModelStore } from '@/stores/model';
import { useRunStore } from '@/stores/run';
import { useWorkspaceStore } from '@/stores/workspace';

/** Why a model cannot induce types or themes now; null when it can, and while it is not known whether there is a model. */
export function useInductionRefusal(): ComputedRef<string | null> {
  const induction = useInductionStore();
  const model = useModelStore();
  const run = useRunStore();
  const imports = useImportStore();
  const workspace = useWorkspaceStore();
  return computed(() => {
    if (induction.status === 'proposed') return t('induction.blockedProposal');
    if (induction.status !== 'idle') return t('induction.blockedInduction');
    if (imports.active) return t('induction.blockedImport');
    if (run.active) return t('induction.blockedRun');
    if (!workspace.hasUsers) return t('start.blockedEmpty');
    return model.view?.ready === false ? t('induction.noModel') : null;
  });
}
