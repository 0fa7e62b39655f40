// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ModelView } from '@shared/model';
import { modelSettingsSchema } from '@shared/model';
import { settingsSchema } from '@shared/settings';
import type { SettingsView } from '@shared/settings';
import { useExportStore } from '@/stores/export';
import { useImportStore } from '@/stores/import';
import { useModelStore } from '@/stores/model';
import { usePromptStore } from '@/stores/prompt';
import { useRequestsStore } from '@/stores/requests';
import { useRhythmStore } from '@/stores/rhythm';
import { useRulesStore } from '@/stores/rules';
import { useRunStore } from '@/stores/run';
import { useSettingsStore } from '@/stores/settings';
import { useWorkspaceStore } from '@/stores/workspace';
import { NO_EXPORT } from '@shared/export';
import { NO_IMPORT } from '@shared/import';
import { installBridge } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { requestDetail, rulesInfo, runSnapshot, workspaceInfo, workspaceState } from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
  localStorage.clear();
  setActivePinia(createPinia());
});

describe('the run store', () => {
  test('keeps the newest snapshot of a workspace, whatever order they arrive in', async () => {
    const store = useRunStore();
    const attached = store.attach();
    await bridge.push('run.snapshot', runSnapshot({ revision: 8, processedUsers: 8 }));
    await bridge.waiting('run.attach').answer(runSnapshot({ revision: 5, processedUsers: 5 }));
    await attached;
    expect(store.snapshot?.processedUsers).toBe(8);
    await bridge.push('run.snapshot', runSnapshot({ revision: 1, workspaceId: 'w2', processedUsers: 0 }));
    expect(store.snapshot?.workspaceId).toBe('w2');
  });

  test('keeps the error of an attach, and forgets it with the next snapshot', async () => {
    const store = useRunStore();
    void store.attach();
    await bridge.waiting('run.attach').refuse({ code: 'app.internal' });
    expect(store.attachError?.code).toBe('app.internal');
    await bridge.push('run.snapshot', runSnapshot());
    expect(store.attachError).toBeNull();
  });

  test('shows a finished run until it is dismissed', async () => {
    const store = useRunStore();
    void store.attach();
    await bridge.waiting('run.attach').answer(runSnapshot({ status: 'failed' }));
    expect([store.active, store.noticed?.status]).toEqual([false, 'failed']);
    void store.dismiss();
    await bridge
      .waiting('run.dismiss')
      .answer(runSnapshot({ status: 'failed', dismissed: true, revision: 2 }));
    expect(store.noticed).toBeNull();
  });
});

describe('the import store', () => {
  test('ignores snapshots that are older than the one it shows, unless another workspace was opened', async () => {
    const store = useImportStore();
    void store.attach();
    await bridge.waiting('import.attach').answer({ ...NO_IMPORT, revision: 4, status: 'running' });
    await bridge.push('import.snapshot', { ...NO_IMPORT, revision: 3 });
    expect(store.active).toBe(true);
    void store.attach(true);
    await bridge.waiting('import.attach').answer({ ...NO_IMPORT, revision: 1 });
    expect(store.active).toBe(false);
  });
});

describe('the export store', () => {
  test('offers what was exported last, for what the page is about, in a format that can carry it', async () => {
    const store = useExportStore();
    bridge.answers['export.attach'] = () => NO_EXPORT;
    bridge.answers['export.offer'] = () => ({
      last: { format: 'xes', what: 'stages' },
      details: [{ detail: 'fine', users: 3, byModel: 0 }],
      timeZone: 'UTC',
      zoneOrigin: 'log',
    });
    await store.attach();
    await store.ask();
    expect([store.open, store.what, store.format]).toEqual([true, 'stages', 'xes']);
    await store.ask('users');
    expect([store.what, store.format]).toEqual(['users', 'csv']);
    store.choose({ format: 'mixpanel' });
    expect(store.format).toBe('csv');
    // Users have no detail.
    store.detail = 'brief';
    expect([store.detailChoice, store.computedUsers.byRules]).toEqual([null, 0]);
    store.choose({ what: 'events' });
    expect([store.detailChoice, store.computedUsers, store.outOfReach]).toEqual([
      'brief',
      { byRules: 3, byModel: 0 },
      null,
    ]);
    await store.ask();
    expect([store.detailChoice, store.computedUsers.byRules]).toEqual(['fine', 0]);
  });

  test('tells what of a detail is computed, and what only a model could tell apart', async () => {
    const store = useExportStore();
    const details = [
      { detail: 'standard' as const, users: 5, byModel: 2 },
      { detail: 'fine' as const, users: 3, byModel: 1 },
    ];
    bridge.answers['export.attach'] = () => NO_EXPORT;
    bridge.answers['export.offer'] = () => ({ last: null, details, timeZone: 'UTC', zoneOrigin: 'log' });
    await store.attach();
    await store.ask();
    expect([store.detailChoice, store.computedUsers]).toEqual(['stored', { byRules: 0, byModel: 0 }]);
    store.detail = 'standard';
    expect([store.computedUsers, store.outOfReach]).toEqual([{ byRules: 2, byModel: 1 }, null]);
    store.detail = 'brief';
    expect([store.computedUsers, store.outOfReach]).toEqual([{ byRules: 5, byModel: 3 }, null]);
    store.detail = 'fine';
    expect(store.outOfReach).toEqual(details[0]);
  });

  test('shows an export that goes on, and ignores older snapshots and a dialog that was closed', async () => {
    const store = useExportStore();
    bridge.answers['export.attach'] = () => ({ ...NO_EXPORT, revision: 4, status: 'running' });
    await store.attach();
    await bridge.push('export.snapshot', { ...NO_EXPORT, revision: 3 });
    expect(store.active).toBe(true);
    // It is shown at once: what was exported last is not asked for.
    await store.ask('users');
    expect([store.open, store.what]).toEqual([true, 'events']);
    bridge.answers['export.start'] = () => null;
    await store.start();
    expect(store.active).toBe(true);
    await bridge.push('export.snapshot', { ...NO_EXPORT, revision: 5, status: 'completed' });
    expect([store.active, store.ended?.status]).toEqual([false, 'completed']);
  });
});

describe('the workspace store', () => {
  async function opened() {
    const store = useWorkspaceStore();
    bridge.answers['workspace.state'] = () => workspaceState('/one.db');
    await store.load();
    return store;
  }

  test('shows the answer of the newest request', async () => {
    const store = await opened();
    void store.loadInfo();
    const newest = store.loadInfo();
    await bridge.pending[1]?.answer(workspaceInfo({ users: 2 }) as never);
    await bridge.pending[0]?.answer(workspaceInfo({ users: 1 }) as never);
    await newest;
    expect(store.info?.users).toBe(2);
  });

  test('resolves every request with the newest answer in place', async () => {
    const store = await opened();
    const seen: (number | undefined)[] = [];
    void store.loadInfo().then(() => seen.push(store.info?.users));
    void store.loadInfo();
    await bridge.pending[0]?.answer(workspaceInfo({ users: 1 }) as never);
    expect(seen).toEqual([]);
    await bridge.pending[0]?.answer(workspaceInfo({ users: 2 }) as never);
    expect(seen).toEqual([2]);
  });

  test('never shows the figures of the workspace that was open before', async () => {
    const store = await opened();
    void store.loadInfo();
    await bridge.push('workspace.state', workspaceState('/two.db'));
    await bridge.waiting('workspace.info').answer(workspaceInfo({ users: 99 }));
    expect(store.info).toBeNull();
  });

  test('shows no figures from before a clearing', async () => {
    const store = await opened();
    void store.loadInfo();
    const cleared = store.clear('all');
    await bridge.waiting('workspace.clear').answer(workspaceInfo({ users: 0 }));
    const [before, after] = bridge.pending;
    await after?.answer(workspaceInfo({ users: 0 }) as never);
    await before?.answer(workspaceInfo({ users: 300 }) as never);
    await cleared;
    expect(store.info?.users).toBe(0);
  });
});

describe('what is loaded while it is being changed', () => {
  test('rules: the file that was just chosen stays', async () => {
    const store = useRulesStore();
    void store.load();
    void store.choose();
    await bridge.waiting('settings.chooseRules').answer(rulesInfo({ name: 'mine' }));
    await bridge.waiting('rules.info').answer(rulesInfo({ name: 'default' }));
    expect(store.info?.name).toBe('mine');
  });

  test('prompt: the text that was just saved stays', async () => {
    const store = usePromptStore();
    const view = { template: 'old', builtIn: true, version: 'default 1 (0)', error: null };
    void store.load();
    store.edit('new');
    void store.save();
    await bridge.waiting('prompt.set').answer({ ...view, template: 'new', builtIn: false });
    await bridge.waiting('prompt.get').answer(view);
    expect(store.view?.template).toBe('new');
    expect(store.dirty).toBe(false);
  });

  test('model: settings pushed by another window stay', async () => {
    const store = useModelStore();
    const view = (revision: number, model: string): ModelView => ({
      revision,
      settings: modelSettingsSchema.parse({ model }),
      key: 'none',
      environmentKeyFor: null,
      canEncrypt: true,
      changedAt: null,
      ready: false,
    });
    void store.load();
    await bridge.push('model.changed', view(2, 'new'));
    await bridge.waiting('model.get').answer(view(1, 'old'));
    expect(store.view?.settings.model).toBe('new');
  });

  test('settings: a language chosen in another window stays', async () => {
    const store = useSettingsStore();
    const view = (locale: 'zh-CN' | 'en'): SettingsView => ({
      ...settingsSchema.parse({}),
      locale,
      dark: false,
    });
    void store.load();
    await bridge.push('settings.changed', view('en'));
    await bridge.waiting('settings.get').answer(view('zh-CN'));
    expect(document.documentElement.lang).toBe('en');
    void store.change({ language: 'zh-CN' });
    await bridge.waiting('settings.set').answer(view('zh-CN'));
    expect(document.documentElement.lang).toBe('zh-CN');
  });
});

describe('the requests store', () => {
  test('merges what was pushed while the list was loaded, which is newer', async () => {
    const store = useRequestsStore();
    void store.attach();
    await bridge.push('run.requests', [requestDetail(2, { state: 'answered' }), requestDetail(3)]);
    await bridge.waiting('run.requests').answer([requestDetail(2, { state: 'sending' }), requestDetail(1)]);
    expect(store.list?.map(({ id, state }) => [id, state])).toEqual([
      [3, 'answered'],
      [2, 'answered'],
      [1, 'answered'],
    ]);
  });

  test('stays empty after the panel was closed, whatever arrives late', async () => {
    const store = useRequestsStore();
    void store.attach();
    store.detach();
    await bridge.waiting('run.requests').answer([requestDetail(1)]);
    expect(store.list).toBeNull();
    expect(bridge.listeners('run.requests')).toBe(0);
  });

  test('shows the list of the newest of two loads', async () => {
    const store = useRequestsStore();
    void store.attach();
    void store.attach();
    await bridge.pending[1]?.answer([requestDetail(2)] as never);
    await bridge.pending[0]?.answer([requestDetail(1)] as never);
    expect(store.list?.map(({ id }) => id)).toEqual([2]);
  });
});

describe('the rhythm store', () => {
  test('asks again when main tells a change, and takes the newest answer only', async () => {
    const store = useRhythmStore();
    const loading = store.load();
    await bridge.push('rhythm.changed', null);
    // Of the state before the change.
    await bridge.waiting('rhythm.get').answer({ status: 'empty' });
    await loading;
    expect(store.view).toBeNull();
    await bridge.waiting('rhythm.get').answer({ status: 'measuring', share: 0.5 });
    expect(store.view).toEqual({ status: 'measuring', share: 0.5 });
  });

  test('keeps what it shows when a gap is refused, and rejects', async () => {
    const store = useRhythmStore();
    const loading = store.load();
    await bridge.waiting('rhythm.get').answer({ status: 'empty' });
    await loading;
    const setting = store.setGap(45);
    expect(bridge.waiting('rhythm.setGap').input).toEqual({ gapMinutes: 45 });
    await bridge.waiting('rhythm.setGap').refuse({ code: 'workspace.busy' });
    await expect(setting).rejects.toMatchObject({ code: 'workspace.busy' });
    expect(store.view).toEqual({ status: 'empty' });
  });
});
