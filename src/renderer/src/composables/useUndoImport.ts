import type { ImportUndo } from '@shared/import';
import { request } from '@/api';
import { t } from '@/i18n';
import { formatNumber } from '@/i18n/format';
import { useImportStore } from '@/stores/import';
import { useAction } from './useAction';
import type { Action } from './useAction';
import { confirm } from './useConfirm';

/** Begins to take an import out of the workspace again, after the user has seen what goes with it. */
export function useUndoImport(): Action<[importId: number]> {
  const imports = useImportStore();
  return useAction(async (importId) => {
    const figures = await request('import.undoFigures', { importId });
    const { fileName: file } = figures;
    const agreed = await confirm({
      title: t('imports.undoTitle', { file }),
      text: consequences(figures),
      yes: t('imports.undoYes'),
    });
    if (!agreed) return;
    await imports.undo(importId);
  });
}

function consequences({ kind, rows, users, events, badRows, leftOutLater, restored }: ImportUndo): string {
  const figures = { rows: formatNumber(rows), users: formatNumber(users), events: formatNumber(events) };
  return [
    t(kind === 'profiles' ? 'imports.undoProfiles' : 'imports.undoBehaviours', figures),
    ...(events > 0 ? [t('imports.undoEvents', figures)] : []),
    ...(restored > 0 ? [t('imports.undoRestored', { count: formatNumber(restored) })] : []),
    ...(badRows > 0 ? [t('imports.undoBadRows', { count: formatNumber(badRows) })] : []),
    ...(leftOutLater > 0 ? [t('imports.undoLater', { count: formatNumber(leftOutLater) })] : []),
    t('imports.undoFile'),
  ].join('\n');
}
