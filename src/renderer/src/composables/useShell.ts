import { ElMessage } from 'element-plus';
import { onBeforeUnmount, watch } from 'vue';
import { useRouter } from 'vue-router';
import { subscribe } from '@/api';
import { currentLocale } from '@/i18n';
import { errorText } from '@/i18n/error-text';
import { useAskingStore } from '@/stores/asking';
import { useCodebookStore } from '@/stores/codebook';
import { useExportStore } from '@/stores/export';
import { useImportStore } from '@/stores/import';
import { useInductionStore } from '@/stores/induction';
import { useRulesStore } from '@/stores/rules';
import { useRunStore } from '@/stores/run';
import { useShellStore } from '@/stores/shell';
import { useWorkspaceStore } from '@/stores/workspace';
import { afterPaint } from './afterPaint';
import { withdrawQuestions } from './useConfirm';

/** Reactions of the whole window to the main process: follow the workspace, navigate, show notices. */
export function useShell(): void {
  const router = useRouter();
  const workspace = useWorkspaceStore();
  const run = useRunStore();
  const imports = useImportStore();
  const exports = useExportStore();
  const induction = useInductionStore();
  const asking = useAskingStore();
  const rules = useRulesStore();
  const codebook = useCodebookStore();
  const shell = useShellStore();

  // While a page is loading, it is not the current route yet. A user who chose it must not be redirected.
  let chosen = false;
  onBeforeUnmount(
    router.beforeEach((to) => {
      if (to.name !== 'home') chosen = true;
    }),
  );

  // What covers every page would cover the one that the user has chosen, from the palette or a notification.
  onBeforeUnmount(
    router.afterEach((to, from) => {
      if (to.name === from.name) return;
      shell.user = null;
      exports.open = false;
      withdrawQuestions();
    }),
  );

  // They name the events. Without them the stored names are shown, so a failure is not reported here.
  const loadRules = (): Promise<void> => rules.load().catch(() => undefined);
  const loadTypes = (): Promise<void> => codebook.load().catch(() => undefined);

  /** `isStart`: main.ts has requested the run already, and its progress is painted before anything else is loaded. */
  async function follow(isStart: boolean): Promise<void> {
    if (isStart) await afterPaint();
    else void run.attach();
    await Promise.allSettled([
      imports.attach(true),
      exports.attach(true),
      induction.attach(),
      asking.attach(),
      workspace.loadInfo(),
      loadRules(),
      loadTypes(),
    ]);
    await router.isReady();
    if (chosen || router.currentRoute.value.name !== 'home') return;
    // Show the events if there is something to abstract; an empty workspace starts with its data.
    const page = workspace.hasUsers || run.active ? 'extract' : 'data';
    await router.replace({ name: page });
  }

  let atStart = true;
  watch(
    [() => workspace.state?.path, () => workspace.state?.open],
    ([, open]) => {
      if (open) void follow(atStart);
      atStart = false;
    },
    { immediate: true },
  );
  // The figures of the workspace include the events of a run once it has ended.
  watch([() => run.snapshot?.runId, () => run.status], () => {
    if (workspace.state?.open) void workspace.loadInfo();
  });

  watch(
    () => shell.page,
    () => {
      const wish = shell.takePage();
      if (!wish) return;
      const { page, section } = wish;
      void router.push({ name: page, ...(section ? { query: { section } } : {}) });
    },
    { immediate: true },
  );
  watch(
    () => shell.notices,
    () => {
      for (const notice of shell.takeNotices()) {
        const message = errorText(notice, currentLocale());
        ElMessage({ message, type: 'info', duration: 8000, showClose: true });
      }
    },
    { immediate: true },
  );
  // The rules in use have types of their own.
  watch(
    () => rules.info?.version,
    () => {
      if (workspace.state?.open) void loadTypes();
    },
  );
  onBeforeUnmount(
    subscribe('data.changed', () => {
      void workspace.loadInfo();
      void loadTypes();
    }),
  );
}
