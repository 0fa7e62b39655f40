import { useRouter } from 'vue-router';
import { ANALYSES } from '@shared/insight';
import { SHORTCUTS } from '@shared/shortcuts';
import type { ShortcutId } from '@shared/shortcuts';
import { request } from '@/api';
import { t, textIn } from '@/i18n';
import type { TextKey } from '@/i18n';
import { PAGES } from '@/router';
import { SECTION_IDS, SECTION_TITLES } from '@/settings-section';
import { useInsightStore } from '@/stores/insight';
import { useSavedInsightsStore } from '@/stores/saved-insights';
import { useSettingsStore } from '@/stores/settings';
import { useShellStore } from '@/stores/shell';
import { useWorkspaceStore } from '@/stores/workspace';
import { keysText } from './keys';
import type { Command, CommandProvider } from './command';
import { useWorkActions } from './work-actions';

/** So many users are offered for what is typed. */
const MOST_USERS = 8;

/** What the palette offers. Anything else that can be found by name is one more provider in this list. */
export function useCommandProviders(): CommandProvider[] {
  return [useActions(), useWorkActions(), useSavedQuestions(), useUsers()];
}

/** Pages, actions, analyses and recent workspaces: known beforehand. */
function useActions(): CommandProvider {
  const router = useRouter();
  const shell = useShellStore();
  const insight = useInsightStore();
  const settings = useSettingsStore();
  const workspace = useWorkspaceStore();

  const command = (
    id: string,
    group: TextKey,
    title: TextKey,
    run: Command['run'],
    shortcut?: ShortcutId,
  ): Command => ({
    id,
    title: t(title),
    group: t(group),
    words: [textIn('zh-CN', title), textIn('en', title)],
    ...(shortcut === undefined ? {} : { hint: keysText(SHORTCUTS[shortcut]) }),
    run,
  });
  const pages = (): Command[] =>
    PAGES.map((page) =>
      command(`page.${page}`, 'palette.pages', `nav.${page}`, () => router.push({ name: page }), page),
    );
  const sections = (): Command[] =>
    SECTION_IDS.map((section) =>
      command(`settings.${section}`, 'nav.settings', SECTION_TITLES[section], () =>
        router.push({ name: 'settings', query: { section } }),
      ),
    );
  const analyses = (): Command[] => [
    ...ANALYSES.map((analysis) =>
      command(`analysis.${analysis}`, 'palette.analyses', `insight.tabs.${analysis}`, () => {
        [insight.analysis, insight.reporting] = [analysis, false];
        return router.push({ name: 'insight' });
      }),
    ),
    command('analysis.report', 'palette.analyses', 'insight.tabs.report', () => {
      insight.reporting = true;
      return router.push({ name: 'insight' });
    }),
  ];
  const set = (id: string, title: TextKey, patch: Parameters<typeof settings.change>[0]): Command =>
    command(`set.${id}`, 'palette.actions', title, () => settings.change(patch));
  const actions = (): Command[] => [
    command(
      'do.import',
      'palette.actions',
      'palette.do.import',
      () => shell.order({ do: 'import' }),
      'import',
    ),
    command('do.run', 'palette.actions', 'palette.do.run', () => {
      shell.wantsRun = true;
      return router.push({ name: 'extract' });
    }),
    command(
      'do.export',
      'palette.actions',
      'palette.do.export',
      () => shell.order({ do: 'export' }),
      'export',
    ),
    command(
      'do.open',
      'palette.actions',
      'palette.do.open',
      () => shell.order({ do: 'open-workspace' }),
      'openWorkspace',
    ),
    command(
      'do.create',
      'palette.actions',
      'palette.do.create',
      () => shell.order({ do: 'new-workspace' }),
      'newWorkspace',
    ),
    command('do.diagnostics', 'palette.actions', 'palette.do.diagnostics', () =>
      shell.order({ do: 'export-diagnostics' }),
    ),
    command('do.shortcuts', 'palette.actions', 'shortcuts.title', () => shell.show('shortcuts'), 'shortcuts'),
    set('light', 'palette.do.light', { theme: 'light' }),
    set('dark', 'palette.do.dark', { theme: 'dark' }),
    set('zh', 'palette.do.zh', { language: 'zh-CN' }),
    set('en', 'palette.do.en', { language: 'en' }),
    set('compact', 'palette.do.compact', { density: 'compact' }),
    set('comfortable', 'palette.do.comfortable', { density: 'comfortable' }),
  ];
  const recent = (): Command[] =>
    (workspace.state?.recent ?? [])
      .filter((path) => path !== workspace.state?.path)
      .map((path) => ({
        id: `workspace.${path}`,
        title: path.split(/[\\/]/).at(-1) ?? path,
        group: t('palette.workspaces'),
        words: [path],
        hint: path,
        run: () => shell.order({ do: 'open-recent', path }),
      }));
  return { find: () => [...pages(), ...actions(), ...analyses(), ...sections(), ...recent()] };
}

/** The questions that are saved in the workspace. */
function useSavedQuestions(): CommandProvider {
  const router = useRouter();
  const insight = useInsightStore();
  const saved = useSavedInsightsStore();
  const find = async (): Promise<Command[]> => {
    await saved.load();
    return saved.saved.questions.map((question) => ({
      id: `question.${question.id}`,
      title: question.name,
      group: t('palette.questions'),
      words: [],
      run: () => {
        insight.open(question);
        return router.push({ name: 'insight' });
      },
    }));
  };
  return { find };
}

/** Users whose id, events or profile the text is found in, as the search of the table finds them. */
function useUsers(): CommandProvider {
  const shell = useShellStore();
  const find = async (text: string): Promise<Command[]> => {
    if (text.trim() === '') return [];
    const { rows } = await request('users.list', {
      search: text.trim(),
      status: 'all',
      sortBy: 'userId',
      sortOrder: 'asc',
      page: 1,
      pageSize: MOST_USERS,
    });
    return rows.map(({ userId }) => ({
      id: `user.${userId}`,
      title: userId,
      group: t('palette.users'),
      words: [],
      run: () => shell.showUser(userId),
    }));
  };
  return { find, matches: true };
}
