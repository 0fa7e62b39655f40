import { ElMessage } from 'element-plus';
import { watch } from 'vue';
import { useRouter } from 'vue-router';
import type { ShellCommand } from '@shared/contract';
import { request } from '@/api';
import { t } from '@/i18n';
import { useExportStore } from '@/stores/export';
import { useImportStore } from '@/stores/import';
import { useShellStore } from '@/stores/shell';
import { useWorkspaceStore } from '@/stores/workspace';
import { useAction } from './useAction';
import { exportDiagnostics } from './useDiagnostics';
import { useImportRefusal } from './useImportRefusal';

/** Carries out the commands of the application menu as the buttons of the window do. */
export function useShellCommands(): void {
  const shell = useShellStore();
  const workspace = useWorkspaceStore();
  const imports = useImportStore();
  const exports = useExportStore();
  const router = useRouter();
  const refusal = useImportRefusal();

  async function chooseFile(): Promise<void> {
    if (refusal.value !== null) {
      ElMessage({ type: 'warning', message: refusal.value });
      return;
    }
    const paths = await request('import.chooseFiles', { kind: 'behaviours' });
    if (paths.length === 0) return;
    imports.dropped = { paths, kind: 'behaviours' };
    await router.push({ name: 'data' });
  }

  async function openWorkspace(options: { path?: string; create?: boolean }): Promise<void> {
    if (!(await workspace.open(options)) || !workspace.state?.open) return;
    ElMessage({ type: 'success', message: t('workspace.opened', { path: workspace.state.path }) });
  }

  async function exportTo(route: 'codebook.export' | 'themes.export'): Promise<void> {
    const path = await request(route);
    if (path !== null) ElMessage({ type: 'success', message: t('types.exported', { path }), duration: 6000 });
  }

  const carryOut = useAction((command: ShellCommand) => {
    switch (command.do) {
      case 'import':
        return chooseFile();
      case 'open-workspace':
        return openWorkspace({});
      case 'new-workspace':
        return openWorkspace({ create: true });
      case 'open-recent':
        return openWorkspace({ path: command.path });
      case 'export':
        return exports.ask();
      case 'export-types':
        return exportTo('codebook.export');
      case 'export-themes':
        return exportTo('themes.export');
      case 'palette':
      case 'shortcuts':
        shell.show(command.do);
        return Promise.resolve();
      case 'export-diagnostics':
        return exportDiagnostics();
    }
  });
  watch(
    () => shell.command,
    () => {
      const command = shell.takeCommand();
      if (command) void carryOut.run(command);
    },
    { immediate: true },
  );
}
