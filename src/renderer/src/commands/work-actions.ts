import { ElMessage } from 'element-plus';
import { useRouter } from 'vue-router';
import { INDUCTION_KINDS } from '@shared/induction';
import { formatsOf } from '@shared/insight-formats';
import { request } from '@/api';
import { useAnswerActions } from '@/composables/useAnswerActions';
import { useImportRefusal } from '@/composables/useImportRefusal';
import { useInductionRefusal } from '@/composables/useInductionRefusal';
import { useRunControl } from '@/composables/useRunControl';
import { t, textIn } from '@/i18n';
import type { TextKey } from '@/i18n';
import { capStop } from '@/run-cap';
import { useCodebookStore } from '@/stores/codebook';
import { useImportStore } from '@/stores/import';
import { useInsightStore } from '@/stores/insight';
import { useModelStore } from '@/stores/model';
import { useRunStore } from '@/stores/run';
import { useShellStore } from '@/stores/shell';
import { useWorkspaceStore } from '@/stores/workspace';
import type { Command, CommandProvider } from './command';

/** What pages do at the click of a button that needs no row: each is offered only when it can be done. */
export function useWorkActions(): CommandProvider {
  const router = useRouter();
  const [run, imports, workspace] = [useRunStore(), useImportStore(), useWorkspaceStore()];
  const [shell, model, codebook, insight] = [
    useShellStore(),
    useModelStore(),
    useCodebookStore(),
    useInsightStore(),
  ];
  const control = useRunControl();
  const answer = useAnswerActions();
  const [importRefusal, inductionRefusal] = [useImportRefusal(), useInductionRefusal()];

  const command = (id: string, title: TextKey, run: Command['run'], kind?: TextKey): Command => {
    const textOf = (say: (key: TextKey) => string): string =>
      kind === undefined ? say(title) : `${say(title)}: ${say(kind)}`;
    return {
      ...{ id: `do.${id}`, title: textOf(t), group: t('palette.actions') },
      words: (['zh-CN', 'en'] as const).map((locale) => textOf((key) => textIn(locale, key))),
      run,
    };
  };

  function ofRun(): Command[] {
    const now = run.snapshot;
    const isOpen = run.active || run.status === 'interrupted';
    if (!now || control.held.value !== null) return [];
    // The release of a pilot, and a larger cap, are beside what they will cost.
    const waits = now.model?.pilotDone === true || capStop(now.error) !== null;
    const canResume = run.status === 'paused' || run.status === 'interrupted' || now.resumable;
    return [
      ...(run.status === 'running'
        ? [command('pause', 'palette.do.pause', () => control.pause.run())]
        : canResume && !waits
          ? [command('resume', 'palette.do.resume', () => control.resume.run())]
          : []),
      ...(isOpen ? [command('cancel', 'palette.do.cancel', () => control.askCancel())] : []),
    ];
  }

  async function importTypes(): Promise<void> {
    if (!(await codebook.importFile())) return;
    ElMessage({ type: 'success', message: t('types.imported') });
    await router.push({ name: 'types' });
  }
  async function importThemes(): Promise<void> {
    if ((await request('themes.import')) === null) return;
    ElMessage({ type: 'success', message: t('themes.imported') });
    await router.push({ name: 'themes' });
  }
  async function importSample(): Promise<void> {
    await router.push({ name: 'data' });
    await imports.startSample();
  }

  function ofData(): Command[] {
    if (!workspace.state?.open) return [];
    const isEmpty = workspace.info !== null && !workspace.hasUsers;
    return [
      ...(isEmpty && importRefusal.value === null
        ? [command('sample', 'palette.do.sample', importSample)]
        : []),
      command('export-types', 'palette.do.exportTypes', () => shell.order({ do: 'export-types' })),
      command('export-themes', 'palette.do.exportThemes', () => shell.order({ do: 'export-themes' })),
      ...(imports.active
        ? []
        : [
            command('import-types', 'palette.do.importTypes', importTypes),
            command('import-themes', 'palette.do.importThemes', importThemes),
          ]),
      ...(inductionRefusal.value === null && model.view?.ready === true
        ? INDUCTION_KINDS.filter((kind) => kind !== 'words').map((kind) =>
            command(`induce-${kind}`, `induction.of.${kind}.title`, () => {
              shell.wantsInduction = kind;
              return router.push({ name: kind });
            }),
          )
        : []),
    ];
  }

  function ofAnswer(): Command[] {
    const shown = insight.shown;
    if (shown === null) return [];
    const { question, title } = shown;
    return [
      command('add-to-report', 'palette.do.addToReport', () => answer.addToReport.run(title, question)),
      ...formatsOf(question.analysis).map((format) =>
        command(
          `save-${format}`,
          'palette.do.saveAnswer',
          () => answer.save.run(question, format),
          `insight.save.formats.${format}`,
        ),
      ),
    ];
  }

  function ofWords(): Command[] {
    if (model.view?.ready !== true) return [];
    return [
      {
        ...command('ask', 'insight.words.label', () => {
          insight.wantsWords = true;
          return router.push({ name: 'insight' });
        }),
        id: 'analysis.words',
        group: t('palette.analyses'),
      },
    ];
  }

  return {
    find: async () => {
      // Whether there is a model is known only where a page needed it; without an answer what needs one is not offered.
      if (model.view === null) await model.load().catch(() => undefined);
      return [...ofRun(), ...ofData(), ...ofAnswer(), ...ofWords()];
    },
  };
}
