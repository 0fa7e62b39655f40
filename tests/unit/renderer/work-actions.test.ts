// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp, h } from 'vue';
import type { App } from 'vue';
import { NO_IMPORT } from '@shared/import';
import { questionSchema } from '@shared/insight';
import { useWorkActions } from '@/commands/work-actions';
import type { Command, CommandProvider } from '@/commands/command';
import { router } from '@/router';
import { useImportStore } from '@/stores/import';
import { useInsightStore } from '@/stores/insight';
import { useRunStore } from '@/stores/run';
import { useShellStore } from '@/stores/shell';
import { useWorkspaceStore } from '@/stores/workspace';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { runSnapshot, workspaceInfo, workspaceState } from './support/samples';

let bridge: FakeBridge;
let app: App;
let provider: CommandProvider;

beforeEach(async () => {
  bridge = installBridge();
  bridge.answers['import.attach'] = () => NO_IMPORT;
  bridge.answers['run.attach'] = () => runSnapshot({ status: 'idle', revision: 1 });
  bridge.answers['workspace.state'] = () => workspaceState();
  bridge.answers['workspace.info'] = () => workspaceInfo({ users: 3 });
  bridge.answers['model.get'] = () => ({ revision: 1, ready: false }) as never;
  const pinia = createPinia();
  setActivePinia(pinia);
  app = createApp({
    setup: () => {
      provider = useWorkActions();
      return () => h('p');
    },
  });
  app.use(pinia).use(router).mount(document.createElement('div'));
  await useImportStore().attach();
  await useRunStore().attach();
  await useWorkspaceStore().load();
  await useWorkspaceStore().loadInfo();
});
afterEach(() => app.unmount());

const offered = async (): Promise<string[]> => (await provider.find('')).map(({ id }) => id);
async function chosen(id: string): Promise<Command> {
  const found = (await provider.find('')).find((command) => command.id === id);
  if (!found) throw new Error(`${id} is not offered`);
  return found;
}

describe('the palette offers what pages do, when it can be done', () => {
  it('of the run: what its state allows, and nothing while an import holds it', async () => {
    expect(await offered()).not.toContain('do.cancel');
    await bridge.push('run.snapshot', runSnapshot({ status: 'running', revision: 2 }));
    expect(await offered()).toEqual(expect.arrayContaining(['do.pause', 'do.cancel']));
    expect(await offered()).not.toContain('do.resume');
    void (await chosen('do.pause')).run();
    await settled();
    await bridge.waiting('run.pause').answer(runSnapshot({ status: 'paused', revision: 3 }));
    expect(await offered()).toEqual(expect.arrayContaining(['do.resume', 'do.cancel']));
    expect(await offered()).not.toContain('do.pause');
    await bridge.push('import.snapshot', { ...NO_IMPORT, status: 'running', revision: 4 });
    expect(await offered()).not.toContain('do.resume');
  });

  it('of data: the sample where there is none, and the files of types and themes', async () => {
    expect(await offered()).not.toContain('do.sample');
    expect(await offered()).toEqual(
      expect.arrayContaining(['do.import-types', 'do.export-types', 'do.import-themes', 'do.export-themes']),
    );
    bridge.answers['workspace.info'] = () => workspaceInfo({ users: 0 });
    await useWorkspaceStore().loadInfo();
    void (await chosen('do.sample')).run();
    await expect.poll(() => bridge.count('import.sample')).toBe(1);
    void (await chosen('do.import-themes')).run();
    await settled();
    await bridge.waiting('themes.import').answer('/themes.yaml');
    await expect.poll(() => router.currentRoute.value.name).toBe('themes');
    await bridge.push('workspace.state', { ...workspaceState(), open: false });
    expect(await offered()).toEqual([]);
  });

  it('of a model: only where one is set up', async () => {
    expect(await offered()).not.toContain('analysis.words');
    await bridge.push('model.changed', { revision: 2, ready: true } as never);
    expect(await offered()).toEqual(
      expect.arrayContaining(['analysis.words', 'do.induce-types', 'do.induce-themes']),
    );
    void (await chosen('do.induce-themes')).run();
    await expect.poll(() => router.currentRoute.value.name).toBe('themes');
    expect(useShellStore().wantsInduction).toBe('themes');
    await bridge.push('run.snapshot', runSnapshot({ status: 'running', revision: 9 }));
    expect(await offered()).not.toContain('do.induce-types');
  });

  it('of an answer: while one is shown', async () => {
    expect(await offered()).not.toContain('do.add-to-report');
    const question = questionSchema.parse({ analysis: 'graph', view: { nodes: 4 } });
    useInsightStore().shown = { question, title: '流程图' };
    expect((await offered()).filter((id) => id.startsWith('do.save-'))).toHaveLength(7);
    const save = await chosen('do.save-csv');
    expect(save.title).toBe('导出当前结果: 表格 CSV…');
    expect(save.words.some((word) => word.startsWith('Export this answer'))).toBe(true);
    void save.run();
    await settled();
    expect(bridge.waiting('insight.export').input).toMatchObject({ question, format: 'csv' });
    void (await chosen('do.add-to-report')).run();
    await settled();
    expect(bridge.waiting('insight.changeReport').input).toEqual({ do: 'add', title: '流程图', question });
  });
});
