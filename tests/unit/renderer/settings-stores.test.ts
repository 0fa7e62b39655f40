// @vitest-environment happy-dom
import { setLocale } from '@/i18n';
import { describe, expect, it } from 'vitest';
import type { ImportSnapshot } from '@shared/import';
import type { ApiView } from '@shared/local-api';
import type { ModelView, PromptView, RequestSummary } from '@shared/model';
import { modelSettingsSchema } from '@shared/model';
import { NO_RUN } from '@shared/run';
import type { RunSnapshot } from '@shared/run';
import type { SettingsView } from '@shared/settings';
import type { RulesInfo, WorkspaceInfo, WorkspaceState } from '@shared/workspace';
import { currentLocale } from '@/i18n';
import { useImportStore } from '@/stores/import';
import { useLocalApiStore } from '@/stores/local-api';
import { useModelStore } from '@/stores/model';
import { usePromptStore } from '@/stores/prompt';
import { REQUESTS_SHOWN, useRequestsStore } from '@/stores/requests';
import { useRulesStore } from '@/stores/rules';
import { useRunStore } from '@/stores/run';
import { useSettingsStore } from '@/stores/settings';
import { useShellStore } from '@/stores/shell';
import { useWorkspaceStore } from '@/stores/workspace';
import { Refusal, pending, settle, useFakeMain } from './support';

const context = useFakeMain();

const run = (patch: Partial<RunSnapshot>): RunSnapshot => ({ ...NO_RUN, workspaceId: 'w', ...patch });

describe('the store of the run', () => {
  it('takes what main pushed while it asked, and drops older revisions', async () => {
    const answer = pending<RunSnapshot>();
    context.main.answers['run.attach'] = () => answer.promise;
    const store = useRunStore();
    const attached = store.attach();
    context.main.send('run.snapshot', run({ revision: 8, status: 'running' }));
    answer.resolve(run({ revision: 7, status: 'paused' }));
    await attached;
    expect(store.snapshot).toMatchObject({ revision: 8, status: 'running' });
    expect(store.active).toBe(true);
    context.main.send('run.snapshot', run({ revision: 6, status: 'failed' }));
    expect(store.status).toBe('running');
  });

  it('starts over with another workspace, whose revisions are its own', async () => {
    context.main.answers['run.attach'] = () => run({ revision: 50 });
    const store = useRunStore();
    await store.attach();
    context.main.send('run.snapshot', run({ workspaceId: 'other', revision: 2, status: 'paused' }));
    expect(store.snapshot).toMatchObject({ workspaceId: 'other', revision: 2 });
  });

  it('subscribes once, however often it attaches', async () => {
    context.main.answers['run.attach'] = () => run({});
    const store = useRunStore();
    await Promise.all([store.attach(), store.attach()]);
    expect(context.main.listeners('run.snapshot')).toBe(1);
  });

  it('keeps the error of an attach until a snapshot comes', async () => {
    context.main.answers['run.attach'] = () => {
      throw new Refusal({ code: 'app.engine_stopped' });
    };
    const store = useRunStore();
    await store.attach();
    expect(store.attachError).toMatchObject({ code: 'app.engine_stopped' });
    context.main.send('run.snapshot', run({ revision: 1 }));
    expect(store.attachError).toBeNull();
  });

  it.each([
    ['completed', false, true],
    ['failed', false, true],
    ['cancelled', true, false],
    ['running', false, false],
  ] as const)('shows the notice of a run that is %s (dismissed: %s): %s', (status, dismissed, noticed) => {
    const store = useRunStore();
    store.snapshot = run({ status, dismissed });
    expect(store.noticed !== null).toBe(noticed);
  });
});

describe('the store of the local API', () => {
  const view = (patch: Partial<ApiView>): ApiView => ({
    enabled: false,
    port: 20_000,
    origins: [],
    revision: 0,
    state: 'off',
    url: null,
    error: null,
    hasToken: false,
    ...patch,
  });

  it('follows every change, whichever window made it, and keeps a token only where it was made', async () => {
    context.main.answers['api.get'] = () => view({ revision: 1 });
    const store = useLocalApiStore();
    await store.load();
    context.main.send('api.changed', view({ revision: 3, state: 'running' }));
    expect([store.view?.state, store.token]).toEqual(['running', null]);
    // What main answered before it pushed the next change.
    context.main.answers['api.set'] = () => ({ view: view({ revision: 2, state: 'starting' }), token: 'T' });
    await store.change({ enabled: true });
    expect([store.view?.state, store.token]).toEqual(['running', 'T']);
    context.main.answers['api.set'] = () => ({ view: view({ revision: 4 }), token: null });
    await store.change({ enabled: false });
    expect([store.view?.state, store.token]).toEqual(['off', 'T']);
    store.forgetToken();
    expect(store.token).toBeNull();
    context.main.answers['api.renewToken'] = () => ({ view: view({ revision: 5 }), token: 'U' });
    await store.renewToken();
    expect(store.token).toBe('U');
  });
});

describe('the store of imports', () => {
  const snapshot = (patch: Partial<ImportSnapshot>): ImportSnapshot => ({
    ...(importing as ImportSnapshot),
    ...patch,
  });
  const importing: Partial<ImportSnapshot> = { revision: 1, status: 'running', fileName: 'a.csv' };

  it('drops older revisions, but not those of a new workspace', async () => {
    let answer = snapshot({ revision: 9 });
    context.main.answers['import.attach'] = () => answer;
    const store = useImportStore();
    await store.attach();
    context.main.send('import.snapshot', snapshot({ revision: 4, status: 'failed' }));
    expect(store.active).toBe(true);
    answer = snapshot({ revision: 1, status: 'idle' });
    await store.attach(true);
    expect(store.snapshot).toMatchObject({ revision: 1, status: 'idle' });
  });
});

describe('the store of the workspace', () => {
  const info = (users: number): WorkspaceInfo => ({ users }) as WorkspaceInfo;
  const state = (path: string, open = true): WorkspaceState =>
    ({ path, open, error: null, recent: [] }) as unknown as WorkspaceState;

  it('never lets a late answer overwrite a newer one, and whoever waits finds the newest', async () => {
    const [first, second] = [pending<WorkspaceInfo>(), pending<WorkspaceInfo>()];
    const answers = [first, second];
    context.main.answers['workspace.info'] = () => answers.shift()?.promise ?? info(-1);
    const store = useWorkspaceStore();
    const waited = store.loadInfo().then(() => store.info?.users);
    void store.loadInfo();
    second.resolve(info(2));
    await settle();
    first.resolve(info(1));
    expect(await waited).toBe(2);
    expect(store.info?.users).toBe(2);
    expect(store.hasUsers).toBe(true);
  });

  it('forgets what was in the workspace when another one is open', async () => {
    context.main.answers['workspace.state'] = () => state('a.db');
    context.main.answers['workspace.info'] = () => info(3);
    const store = useWorkspaceStore();
    await store.load();
    await store.loadInfo();
    context.main.send('workspace.state', state('b.db'));
    expect(store.info).toBeNull();
    expect(store.hasUsers).toBe(false);
  });

  it('tells when no file was chosen, and opens again what a rescue left closed', async () => {
    const store = useWorkspaceStore();
    context.main.answers['workspace.open'] = () => null;
    expect(await store.open({})).toBe(false);
    expect(store.state).toBeNull();
    const rescued = { users: 5 } as never;
    context.main.answers['workspace.rescue'] = () => rescued;
    context.main.answers['workspace.state'] = () => state('a.db', false);
    context.main.answers['workspace.retry'] = () => ({ ...state('a.db'), rescued });
    await store.rescue();
    expect(store.state?.open).toBe(true);
    expect(store.rescued).toMatchObject({ users: 5 });
  });

  it('keeps the error of a failed look for the page to show', async () => {
    context.main.answers['workspace.info'] = () => {
      throw new Refusal({ code: 'workspace.busy' });
    };
    const store = useWorkspaceStore();
    await store.loadInfo();
    expect(store.infoError?.code).toBe('workspace.busy');
  });
});

describe('the store of requests', () => {
  const request = (id: number, state = 'answered'): RequestSummary =>
    ({ id, state, runId: 1 }) as RequestSummary;

  it('merges what was pushed while it asked: the push is newer than the answer', async () => {
    const answer = pending<RequestSummary[]>();
    context.main.answers['run.requests'] = () => answer.promise;
    const store = useRequestsStore();
    const attached = store.attach();
    context.main.send('run.requests', [request(2, 'answered'), request(3, 'sending')]);
    answer.resolve([request(2, 'sending'), request(1)]);
    await attached;
    expect(store.list?.map(({ id, state }) => `${id} ${state}`)).toEqual([
      '3 sending',
      '2 answered',
      '1 answered',
    ]);
  });

  it('shows the latest only, and releases all of them when no window shows them', async () => {
    context.main.answers['run.requests'] = () => [];
    const store = useRequestsStore();
    await store.attach();
    context.main.send(
      'run.requests',
      Array.from({ length: REQUESTS_SHOWN + 5 }, (_, id) => request(id)),
    );
    expect(store.list).toHaveLength(REQUESTS_SHOWN);
    expect(store.list?.[0]?.id).toBe(REQUESTS_SHOWN + 4);
    store.detach();
    expect(store.list).toBeNull();
    expect(context.main.listeners('run.requests')).toBe(0);
  });
});

describe('the store of settings', () => {
  it('puts language and theme in force, whichever window changed them', async () => {
    const view = { locale: 'zh-CN', dark: false } as SettingsView;
    context.main.answers['settings.get'] = () => view;
    const store = useSettingsStore();
    await store.load();
    context.main.send('settings.changed', { ...view, locale: 'en', dark: true });
    expect(currentLocale()).toBe('en');
    expect(document.documentElement.lang).toBe('en');
    expect(document.documentElement.classList.contains('dark')).toBe(true);
  });
});

describe('the store of the model', () => {
  const view = (revision: number, key: ModelView['key']): ModelView => ({
    revision,
    settings: modelSettingsSchema.parse({}),
    key,
    canEncrypt: true,
    changedAt: null,
    environmentKeyFor: null,
    ready: false,
  });

  it('passes a key on and does not keep it', async () => {
    context.main.answers['model.setKey'] = () => view(1, 'encrypted');
    const store = useModelStore();
    expect(await store.setKey('sk-secret', 'stored')).toBe('encrypted');
    expect(context.main.inputsOf('model.setKey')).toEqual([{ key: 'sk-secret', keep: 'stored' }]);
    expect(JSON.stringify(store.$state)).not.toContain('sk-secret');
  });

  it('knows which change it shows, so that what is derived of it is loaded again once', async () => {
    context.main.answers['model.get'] = () => view(1, 'none');
    const store = useModelStore();
    await store.load();
    context.main.send('model.changed', view(2, 'session'));
    context.main.send('model.changed', view(1, 'none'));
    expect(store.revision).toBe(2);
    expect(store.view?.key).toBe('session');
  });
});

describe('the store of the prompt', () => {
  const view = (template: string): PromptView => ({ template, builtIn: true, version: '1', error: null });

  it('keeps a draft over a reload until it is saved or discarded', async () => {
    context.main.answers['prompt.get'] = () => view('built in');
    const store = usePromptStore();
    await store.load();
    expect(store.shown).toBeNull();
    store.edit('mine');
    await settle();
    expect(store).toMatchObject({ text: 'mine', dirty: true, shown: 'mine' });
    expect(localStorage.getItem('eventloom.prompt.draft')).toBe('mine');
    context.main.answers['prompt.set'] = () => ({ ...view('mine'), builtIn: false });
    await store.save();
    await settle();
    expect(store).toMatchObject({ text: 'mine', dirty: false });
    expect(localStorage.getItem('eventloom.prompt.draft')).toBeNull();
  });

  it('finds the draft of before', async () => {
    localStorage.setItem('eventloom.prompt.draft', 'of before');
    context.main.answers['prompt.get'] = () => view('built in');
    const store = usePromptStore();
    await store.load();
    expect(store).toMatchObject({ text: 'of before', dirty: true });
  });

  it('is not dirty once the text is the same again', async () => {
    context.main.answers['prompt.get'] = () => view('built in');
    const store = usePromptStore();
    await store.load();
    store.edit('built in!');
    store.edit('built in');
    expect(store.dirty).toBe(false);
  });

  it('keeps the draft when it is refused', async () => {
    context.main.answers['prompt.get'] = () => view('built in');
    context.main.answers['prompt.set'] = () => {
      throw new Refusal({ code: 'prompt.missing_placeholder', params: { placeholder: '{rules}' } });
    };
    const store = usePromptStore();
    await store.load();
    store.edit('bad');
    await expect(store.save()).rejects.toMatchObject({ code: 'prompt.missing_placeholder' });
    expect(store).toMatchObject({ text: 'bad', dirty: true });
  });
});

describe('the store of the shell', () => {
  it('gives each wish and each notice once', () => {
    const store = useShellStore();
    store.listen();
    context.main.send('app.navigate', { page: 'history' });
    context.main.send('app.notice', { code: 'app.view_crashed' });
    expect(store.takePage()).toEqual({ page: 'history' });
    expect(store.takePage()).toBeNull();
    expect(store.takeNotices()).toHaveLength(1);
    expect(store.takeNotices()).toEqual([]);
  });
});

describe('the store of the rules', () => {
  it('names a type in the language in force, and leaves a type that it does not know as it is', async () => {
    context.main.answers['rules.info'] = () =>
      ({
        typeNames: { visit: { 'zh-CN': '到店', en: 'Store visit' } },
        themedNames: [{ 'zh-CN': '使用{theme}', en: 'Use {theme}' }],
      }) as unknown as RulesInfo;
    const store = useRulesStore();
    expect(store.typeName('visit')).toBe('visit');
    await store.load();
    expect(store.typeName('visit')).toBe('到店');
    expect(store.typeName('看车')).toBe('看车');
    expect(store.typeName('constructor')).toBe('constructor');
    expect(store.typeName('使用')).toBe('使用');
    setLocale('en');
    expect(store.typeName('使用微信')).toBe('Use 微信');
    setLocale('zh-CN');
  });
});
