import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import { currentLocale } from '@/i18n';
import { errorText } from '@/i18n/error-text';
import { useImportStore } from '@/stores/import';
import { useRunStore } from '@/stores/run';
import { useWorkspaceStore } from '@/stores/workspace';

/** Why no file can be imported now; null when one can. */
export function useImportRefusal(): ComputedRef<string | null> {
  const imports = useImportStore();
  const run = useRunStore();
  const workspace = useWorkspaceStore();
  return computed(() => {
    if (!workspace.state?.open) return errorText({ code: 'workspace.none' }, currentLocale());
    if (imports.active) return errorText({ code: 'import.already_active' }, currentLocale());
    return run.active ? errorText({ code: 'import.run_active' }, currentLocale()) : null;
  });
}
