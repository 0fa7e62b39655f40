// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextTick, ref, shallowRef } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { modelSettingsSchema } from '@shared/model';
import type { ModelTestReport, ModelView } from '@shared/model';
import { NO_RUN } from '@shared/run';
import type { RunPreflight, RunSnapshot } from '@shared/run';
import { NO_IMPORT } from '@shared/import';
import type {
  ColumnRole,
  ImportOptions,
  ImportSnapshot,
  ImportUndo,
  RememberedPreview,
} from '@shared/import';
import type { UserRow } from '@shared/users';
import type { WorkspaceState } from '@shared/workspace';
import type { Unlike } from '@/composables/alike-files';
import { focusIfLost } from '@/composables/focus';
import { useAction } from '@/composables/useAction';
import { useCopy } from '@/composables/useCopy';
import { useCountdown } from '@/composables/useCountdown';
import { useFileDrop } from '@/composables/useFileDrop';
import { useImportDialog } from '@/composables/useImportDialog';
import { useModelTest } from '@/composables/useModelTest';
import { useRemaining } from '@/composables/useRemaining';
import { useUndoImport } from '@/composables/useUndoImport';
import { useSections } from '@/composables/useSections';
import { useSelection } from '@/composables/useSelection';
import { useStartDialog } from '@/composables/useStartDialog';
import { useImportStore } from '@/stores/import';
import { useModelStore } from '@/stores/model';
import { useRunStore } from '@/stores/run';
import { useWorkspaceStore } from '@/stores/workspace';
import { Refusal, pending, settle, useFakeMain, withSetup } from './support';

const context = useFakeMain();

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const messages = (): string => document.body.textContent ?? '';

describe('an action', () => {
  it('is never done twice at once, and tells whether it succeeded', async () => {
    const work = pending<undefined>();
    const calls = vi.fn(() => work.promise);
    const action = useAction(calls);
    const first = action.run();
    expect(action.pending.value).toBe(true);
    expect(await action.run()).toBe(false);
    work.resolve(undefined);
    expect(await first).toBe(true);
    expect(action.pending.value).toBe(false);
    expect(calls).toHaveBeenCalledTimes(1);
  });

  it('shows its failure in words, and can be tried again', async () => {
    context.main.answers['run.pause'] = () => {
      throw new Refusal({ code: 'run.not_running' });
    };
    const action = useAction(() => useRunStore().pause());
    expect(await action.run()).toBe(false);
    await nextTick();
    expect(messages()).toContain('当前没有正在运行的任务');
    expect(action.pending.value).toBe(false);
  });
});

describe('a countdown', () => {
  it('counts whole seconds, ends at 0, and starts again with another end', async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const until = ref<number | null>(1_002_500);
    const { result } = withSetup(() => useCountdown(() => until.value));
    expect(result.value).toBe(3);
    vi.advanceTimersByTime(1000);
    expect(result.value).toBe(2);
    vi.advanceTimersByTime(5000);
    expect(result.value).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    until.value = Date.now() + 1000;
    await nextTick();
    expect(result.value).toBe(1);
    until.value = null;
    await nextTick();
    expect(result.value).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops with its component', () => {
    vi.useFakeTimers({ now: 0 });
    const { unmount } = withSetup(() => useCountdown(() => 10_000));
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the time left', () => {
  it('falls while the service makes the run wait and main is silent', async () => {
    vi.useFakeTimers({ now: 0 });
    const model = { throttledUntil: 10_000 } as NonNullable<RunSnapshot['model']>;
    const run = shallowRef<RunSnapshot>({
      ...NO_RUN,
      revision: 1,
      status: 'running',
      estimatedRemainingSeconds: 60,
      model,
    });
    const { result } = withSetup(() => useRemaining(() => run.value));
    expect(result.value).toBe(60);
    vi.advanceTimersByTime(4000);
    await nextTick();
    expect(result.value).toBe(56);
    run.value = { ...run.value, revision: 2, status: 'paused' };
    await nextTick();
    expect(result.value).toBe(60);
  });
});

describe('the selection of users', () => {
  const rows = ['a', 'b', 'c'].map((userId) => ({ userId }) as UserRow);

  it('outlives pages, and selects a page as a whole or not at all', () => {
    const selection = useSelection();
    selection.toggle('z');
    expect(selection.ofPage(rows)).toBe('none');
    selection.toggle('a');
    expect(selection.ofPage(rows)).toBe('some');
    selection.togglePage(rows);
    expect(selection.ofPage(rows)).toBe('all');
    expect(selection.size.value).toBe(4);
    selection.togglePage(rows);
    expect([...selection.ids.value]).toEqual(['z']);
  });
});

describe('copying', () => {
  it('says for a moment that it was done, and says nothing of the kind when it failed', async () => {
    vi.useFakeTimers();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const { result } = withSetup(useCopy);
    await result.copy('text');
    expect(write).toHaveBeenCalledWith('text');
    expect(result.copied.value).toBe(true);
    vi.advanceTimersByTime(2000);
    expect(result.copied.value).toBe(false);
    write.mockRejectedValue(new Error('not allowed'));
    await result.copy('text');
    expect(result.copied.value).toBe(false);
    expect(messages()).toContain('not allowed');
  });
});

describe('the import dialog', () => {
  const preview = (patch: Partial<RememberedPreview>): RememberedPreview =>
    ({
      shape: 'abc',
      remembered: null,
      kind: 'behaviours',
      problem: null,
      dateOrders: [],
      doubts: [],
      columns: [{ role: 'userId' }, { role: 'time' }, { role: 'action' }],
      ...patch,
    }) as RememberedPreview;

  it('shows the answer to the latest question, whatever comes late', async () => {
    const [slow, quick] = [pending<RememberedPreview>(), pending<RememberedPreview>()];
    const answers = [slow, quick];
    context.main.answers['import.preview'] = () => answers.shift()?.promise ?? preview({});
    const { result: dialog } = withSetup(useImportDialog);
    void dialog.show(['a.csv'], 'behaviours');
    void dialog.change({ encoding: 'gb18030' });
    quick.resolve(preview({ encoding: 'gb18030' }));
    await settle();
    slow.resolve(preview({ encoding: 'utf-8' }));
    await settle();
    expect(dialog.preview.value?.encoding).toBe('gb18030');
    expect(dialog.ready.value).toBe(true);
  });

  it('sends corrections only, and forgets the roles when other columns come of it', async () => {
    context.main.answers['import.preview'] = () => preview({ encoding: 'utf-8' });
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv'], 'behaviours');
    await dialog.setRole(2, 'item');
    await dialog.change({ timeZone: 'UTC' });
    await dialog.change({ delimiter: ';' });
    expect(context.main.inputsOf('import.preview')).toEqual([
      { path: 'a.csv', kind: 'behaviours' },
      { path: 'a.csv', kind: 'behaviours', roles: ['userId', 'time', 'item'] },
      { path: 'a.csv', kind: 'behaviours', roles: ['userId', 'time', 'item'], timeZone: 'UTC' },
      { path: 'a.csv', kind: 'behaviours', timeZone: 'UTC', delimiter: ';' },
    ]);
  });

  it('goes on asking how dates are read when that is answered, so that the answer can be changed', async () => {
    const dateOrders = [
      { order: 'day_first' as const, example: '3/2/2026', readAs: Date.UTC(2026, 1, 3) },
      { order: 'month_first' as const, example: '3/2/2026', readAs: Date.UTC(2026, 2, 2) },
    ];
    context.main.answers['import.preview'] = (input) => {
      const dateOrder = (input as { dateOrder?: 'day_first' }).dateOrder ?? null;
      return preview({ dateOrders: dateOrder ? [] : dateOrders, dateOrderRows: 40, dateOrder });
    };
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv'], 'behaviours');
    expect([dialog.dateQuestion.value?.orders.length, dialog.ready.value]).toEqual([2, false]);
    await dialog.change({ dateOrder: 'day_first' });
    expect(dialog.dateQuestion.value).toEqual({ orders: dateOrders, rows: 40 });
    expect([dialog.preview.value?.dateOrder, dialog.ready.value]).toEqual(['day_first', true]);
    await dialog.change({ dateOrder: 'month_first' });
    expect(dialog.dateQuestion.value?.orders.length).toBe(2);
    expect(context.main.inputsOf('import.preview').at(-1)).toMatchObject({ dateOrder: 'month_first' });
    await dialog.show(['b.csv'], 'profiles');
    await dialog.change({ dateOrder: 'day_first' });
    context.main.answers['import.preview'] = () => preview({});
    await dialog.show(['c.csv'], 'behaviours');
    expect(dialog.dateQuestion.value).toBeNull();
  });

  it('reads a file as one of its shape was read before, shows so, and can read it anew', async () => {
    const remembered = { roles: ['userId', 'time', 'item'], header: 'absent' } as const;
    context.main.answers['import.preview'] = () =>
      preview({ remembered: { ...remembered, roles: [...remembered.roles] } });
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv'], 'behaviours');
    expect(dialog.asBefore.value).toBe(true);
    await dialog.readAnew();
    expect(dialog.asBefore.value).toBe(false);
    expect(context.main.inputsOf('import.preview')).toEqual([
      { path: 'a.csv', kind: 'behaviours' },
      { path: 'a.csv', kind: 'behaviours', ...remembered },
      { path: 'a.csv', kind: 'behaviours' },
    ]);
  });

  it('does without what is remembered where it does not fit', async () => {
    context.main.answers['import.preview'] = (input) =>
      preview({
        remembered: { header: 'absent' },
        problem: 'header' in (input as object) ? { code: 'import.mapping_length', params: {} } : null,
      });
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv'], 'behaviours');
    expect(dialog.asBefore.value).toBe(false);
    expect(dialog.ready.value).toBe(true);
  });

  it('keeps corrections for files of the shape, and forgets them when there are none any more', async () => {
    context.main.answers['import.start'] = () => NO_IMPORT;
    context.main.answers['import.remember'] = () => null;
    context.main.answers['import.preview'] = () => preview({});
    const first = withSetup(useImportDialog).result;
    await first.show(['a.csv'], 'behaviours');
    await first.setRole(2, 'item');
    await first.start.run();
    context.main.answers['import.preview'] = () =>
      preview({ remembered: { roles: ['userId', 'time', 'item'] } });
    const second = withSetup(useImportDialog).result;
    await second.show(['b.csv'], 'behaviours');
    await second.readAnew();
    await second.start.run();
    expect(context.main.inputsOf('import.remember')).toEqual([
      { shape: 'abc', reading: { roles: ['userId', 'time', 'item'] } },
      { shape: 'abc', reading: null },
    ]);
    expect(context.main.inputsOf('import.start')).toEqual([
      { path: 'a.csv', kind: 'behaviours', roles: ['userId', 'time', 'item'], mostRefused: 0.1 },
      { path: 'b.csv', kind: 'behaviours', mostRefused: 0.1 },
    ]);
  });

  it('stays open with the reason when a file cannot be read', async () => {
    context.main.answers['import.preview'] = () => {
      throw new Refusal({ code: 'import.not_found', params: { path: 'a.csv' } });
    };
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv'], 'behaviours');
    expect(dialog.open.value).toBe(true);
    expect(dialog.error.value?.code).toBe('import.not_found');
    expect(dialog.ready.value).toBe(false);
  });
});

describe('the import dialog with several files', () => {
  const columnsOf = (path: string): string[] =>
    path.startsWith('other') ? ['who', 'when'] : ['user', 'time'];
  /** What is special about how a file is recognised. */
  const answer = (special: (options: ImportOptions) => Partial<RememberedPreview> = () => ({})): void => {
    context.main.answers['import.preview'] = (input) => {
      const options = input as ImportOptions;
      const preview = {
        kind: 'behaviours',
        format: 'csv',
        shape: 's',
        remembered: null,
        header: 'present',
        problem: null,
        dateOrders: [],
        dateOrder: null,
        durationUnit: 'seconds',
        impliedAction: null,
        doubts: [],
        tried: { rows: 100, whole: true, refused: 0, reasons: [] },
        columns: columnsOf(options.path).map((name) => ({ name, role: 'extra' })),
        ...special(options),
      } as unknown as RememberedPreview;
      const { roles } = options;
      if (roles)
        preview.columns = preview.columns.map((column, at) => ({ ...column, role: roles[at] ?? 'ignore' }));
      return preview;
    };
    context.main.answers['import.startAll'] = () => NO_IMPORT;
    context.main.answers['import.start'] = () => NO_IMPORT;
    context.main.answers['import.remember'] = () => null;
  };
  /** How the columns of a file are recognised as they are. */
  const recognised = (...roles: ColumnRole[]): Partial<RememberedPreview> => ({
    columns: roles.map((role, at) => ({ name: ['user', 'time'][at] ?? '', role, samples: [] })),
  });
  const started = (): string[] =>
    context.main
      .inputsOf('import.startAll')
      .flatMap((input) => (input as { files: ImportOptions[] }).files.map(({ path }) => path));

  it('reads those with the same columns in the same way, and shows the others', async () => {
    answer();
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv', 'b.csv', 'other.csv', 'c.csv'], 'behaviours');
    await dialog.change({ timeZone: 'UTC' });
    await dialog.start.run();
    expect([dialog.preview.value?.columns[0]?.name, dialog.place.value]).toEqual([
      'who',
      { number: 3, count: 4 },
    ]);
    expect(started()).toEqual([]);
    await dialog.start.run();
    expect(dialog.place.value.number).toBe(4);
    await dialog.start.run();
    expect([dialog.open.value, started()]).toEqual([false, ['a.csv', 'b.csv', 'other.csv', 'c.csv']]);
    const [{ files }] = context.main.inputsOf('import.startAll') as [{ files: ImportOptions[] }];
    expect(files.map(({ timeZone }) => timeZone)).toEqual(['UTC', 'UTC', undefined, undefined]);
  });

  it('uses the roles that the user has chosen for the others', async () => {
    answer(() => recognised('userId', 'time'));
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv', 'b.csv'], 'behaviours');
    await dialog.setRole(0, 'item');
    await dialog.start.run();
    const [{ files }] = context.main.inputsOf('import.startAll') as [{ files: ImportOptions[] }];
    expect(files.map(({ roles }) => roles)).toEqual([
      ['item', 'time'],
      ['item', 'time'],
    ]);
  });

  it.each<[string, Partial<RememberedPreview>, Unlike]>([
    ['whose columns are recognised as something else', recognised('extra', 'userId'), 'roles'],
    ['whose dates begin with the month', { dateOrder: 'month_first' }, 'roles'],
    [
      'with a doubt of its own',
      { doubts: [{ code: 'import.doubt.ids_scientific', params: { column: 'user', count: 3 } }] },
      'doubts',
    ],
    [
      'that would lose over a tenth of its rows',
      { tried: { rows: 99, whole: true, refused: 10, reasons: [] } },
      'refused',
    ],
    ['with a question', { encodingAsked: true }, 'open'],
  ])('stops at a file %s', async (_what, special, why) => {
    // The first and the second are alike.
    answer(({ path }) => ({
      ...recognised('userId', 'time'),
      dateOrder: 'day_first',
      ...(path === 'c.csv' ? special : {}),
    }));
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv', 'b.csv', 'c.csv', 'd.csv'], 'behaviours');
    await dialog.start.run();
    expect([dialog.place.value.number, dialog.unlike.value, started()]).toEqual([3, why, []]);
  });

  it('imports nothing when it is closed while the other files are looked at', async () => {
    answer();
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv', 'b.csv'], 'behaviours');
    const slow = pending<RememberedPreview>();
    context.main.answers['import.preview'] = () => slow.promise;
    context.main.answers['import.cancelPreview'] = () => null;
    const running = dialog.start.run();
    await settle();
    dialog.close();
    slow.resolve({} as RememberedPreview);
    await running;
    expect([dialog.open.value, started()]).toEqual([false, []]);
    expect(context.main.inputsOf('import.cancelPreview')).toEqual([{ path: 'b.csv' }]);
  });

  it('asks once about a doubt that all of them have, whatever its example', async () => {
    answer(({ path }) => ({
      doubts: [{ code: 'import.doubt.ids_with_point', params: { column: 'user', example: path } }],
    }));
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv', 'b.csv'], 'behaviours');
    await dialog.start.run();
    expect(started()).toEqual(['a.csv', 'b.csv']);
  });

  it('shows each where that is wanted, and leaves out what is skipped', async () => {
    answer();
    const { result: dialog } = withSetup(useImportDialog);
    await dialog.show(['a.csv', 'b.csv', 'c.csv'], 'behaviours');
    dialog.sameForRest.value = false;
    await dialog.start.run();
    await dialog.skip.run();
    expect(dialog.place.value.number).toBe(3);
    await dialog.start.run();
    expect(started()).toEqual(['a.csv', 'c.csv']);
    await dialog.show(['a.csv', 'b.csv'], 'behaviours');
    await dialog.skip.run();
    await dialog.skip.run();
    expect([dialog.open.value, started()]).toEqual([false, ['a.csv', 'c.csv']]);
  });
});

describe('a test of the connection', () => {
  const report = { error: null } as ModelTestReport;
  const view: ModelView = {
    revision: 1,
    settings: modelSettingsSchema.parse({}),
    key: 'none',
    canEncrypt: true,
    changedAt: null,
    environmentKeyFor: null,
    ready: true,
  };

  it('is forgotten when the settings change meanwhile', async () => {
    context.main.answers['model.get'] = () => view;
    await useModelStore().load();
    const answer = pending<ModelTestReport>();
    context.main.answers['model.test'] = () => answer.promise;
    const { result: test } = withSetup(useModelTest);
    const running = test.run();
    expect(test.running.value).toBe(true);
    await settle();
    context.main.send('model.changed', { ...view, revision: 2, key: 'session' });
    await nextTick();
    expect(test.running.value).toBe(false);
    expect(context.main.inputsOf('model.cancelTest')).toHaveLength(1);
    answer.resolve(report);
    await running;
    expect(test.report.value).toBeNull();
  });

  it('is ended in main when it is cancelled, but not before main was asked for it, nor after its end', async () => {
    context.main.answers['model.get'] = () => view;
    context.main.answers['model.cancelTest'] = () => null;
    await useModelStore().load();
    const answer = pending<ModelTestReport>();
    context.main.answers['model.test'] = () => answer.promise;
    const { result: test } = withSetup(useModelTest);
    const ended = (): number => context.main.inputsOf('model.cancelTest').length;
    void test.run();
    test.cancel();
    expect([test.running.value, ended()]).toEqual([false, 0]);
    const running = test.run();
    await settle();
    test.cancel();
    expect([test.running.value, ended()]).toEqual([false, 1]);
    answer.resolve(report);
    await running;
    expect(test.report.value).toBeNull();
    await test.run();
    test.cancel();
    expect([test.report.value, ended()]).toEqual([report, 1]);
  });

  it('shows its report until the settings change', async () => {
    context.main.answers['model.get'] = () => view;
    await useModelStore().load();
    context.main.answers['model.test'] = () => report;
    const { result: test } = withSetup(useModelTest);
    await test.run();
    expect(test.report.value).toEqual(report);
    context.main.send('model.changed', { ...view, revision: 2 });
    await nextTick();
    expect(test.report.value).toBeNull();
  });

  it('waits for a change that was made before it, and is not stopped by it', async () => {
    context.main.answers['model.get'] = () => view;
    const store = useModelStore();
    await store.load();
    const changed = pending<ModelView>();
    context.main.answers['model.set'] = () => changed.promise;
    context.main.answers['model.test'] = () => report;
    const { result: test } = withSetup(useModelTest);
    void store.change({ model: 'new' });
    const running = test.run();
    await settle();
    expect(context.main.inputsOf('model.test')).toEqual([]);
    context.main.send('model.changed', { ...view, revision: 2 });
    changed.resolve({ ...view, revision: 2 });
    await running;
    context.main.send('model.changed', { ...view, revision: 2 });
    expect(test.report.value).toEqual(report);
  });
});

describe('the question before a run', () => {
  const preflight = (cost: number | null): RunPreflight =>
    ({ users: 10, replacing: 0, problem: null, estimate: { cost } }) as RunPreflight;

  async function startWith(cost: number | null): Promise<unknown> {
    context.main.answers['run.preflight'] = () => preflight(cost);
    context.main.answers['run.start'] = () => NO_RUN;
    const { result: dialog } = withSetup(useStartDialog);
    await dialog.ask({ kind: 'failed' }, { extractor: 'llm' });
    dialog.change({ ...dialog.choices.value, maxCost: 5, maxTokens: 100_000, pilot: true, pilotUsers: 10 });
    await dialog.confirm.run();
    expect(dialog.open.value).toBe(false);
    return context.main.inputsOf('run.start')[0];
  }

  it('caps money where prices are known, and tokens where they are not', async () => {
    expect(await startWith(1.5)).toMatchObject({ maxCost: 5, maxTokens: null });
  });

  it('caps tokens where no price is known; a trial of everybody is no trial', async () => {
    expect(await startWith(null)).toMatchObject({ maxCost: null, maxTokens: 100_000, pilotUsers: null });
  });
});

describe('a file dropped on the window', () => {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ['/', '/data'].map((path) => ({
      path,
      name: path.slice(1) || 'home',
      component: { render: () => null },
    })),
  });

  function drop(files: File[], target: EventTarget = document.body): DragEvent {
    const event = new Event('drop', { bubbles: true, cancelable: true }) as DragEvent;
    Object.assign(event, { dataTransfer: { files, types: ['Files'] } });
    target.dispatchEvent(event);
    return event;
  }

  async function mountDrop(): Promise<void> {
    await router.push('/');
    useWorkspaceStore().state = {
      open: true,
      path: 'w.db',
      error: null,
      recent: [],
      rescued: null,
      fileTask: null,
    } as WorkspaceState;
    withSetup(useFileDrop, router);
  }

  const file = new File(['a'], 'log.csv');

  it('is kept for the page of data, which is shown', async () => {
    await mountDrop();
    expect(drop([file]).defaultPrevented).toBe(true);
    await settle();
    await router.isReady();
    expect(useImportStore().dropped).toEqual({ paths: ['/dropped/log.csv'], kind: 'behaviours' });
    await expect.poll(() => router.currentRoute.value.name).toBe('data');
  });

  it('is of the kind of the zone it is dropped on', async () => {
    await mountDrop();
    const zone = document.body.appendChild(document.createElement('div'));
    zone.dataset['dropKind'] = 'profiles';
    drop([file], zone.appendChild(document.createElement('p')));
    expect(useImportStore().dropped?.kind).toBe('profiles');
  });

  it.each([
    [
      'an import is active',
      '正在导入或撤销导入',
      () => (useImportStore().snapshot = { status: 'running' } as ImportSnapshot),
    ],
    [
      'a run is active',
      '批量抽象任务进行中',
      () => (useRunStore().snapshot = { ...NO_RUN, status: 'paused' }),
    ],
    [
      'no workspace is open',
      '尚未打开工作区',
      () => (useWorkspaceStore().state = { open: false } as WorkspaceState),
    ],
  ])('is refused with the reason while %s', async (_when, reason, make) => {
    await mountDrop();
    make();
    drop([file]);
    await nextTick();
    expect(messages()).toContain(reason);
    expect(useImportStore().dropped).toBeNull();
    expect(router.currentRoute.value.name).toBe('home');
  });

  it('may be several files', async () => {
    await mountDrop();
    drop([file, new File([], 'next.csv')]);
    await nextTick();
    expect(useImportStore().dropped?.paths).toEqual(['/dropped/log.csv', '/dropped/next.csv']);
  });
});

describe('the focus that fell to the body', () => {
  it('moves to the element, but never away from a control', () => {
    const [button, report] = [document.createElement('button'), document.createElement('section')];
    report.tabIndex = -1;
    document.body.append(button, report);
    focusIfLost(report);
    expect(document.activeElement).toBe(report);
    button.focus();
    focusIfLost(report);
    expect(document.activeElement).toBe(button);
    button.remove();
    focusIfLost(report);
    expect(document.activeElement).toBe(report);
  });
});

describe('the question before an import is undone', () => {
  it('says nothing of events where there are none', async () => {
    const figures = { importId: 1, kind: 'behaviours', fileName: 'a.csv', rows: 12, users: 3 };
    const none = { events: 0, badRows: 0, leftOutLater: 0, restored: 0 };
    context.main.answers['import.undoFigures'] = () => ({ ...figures, ...none }) as ImportUndo;
    const { result: undo } = withSetup(useUndoImport);
    void undo.run(1);
    await vi.waitFor(() => expect(messages()).toContain('将删除 12 条行为'));
    expect(messages()).not.toContain('个事件');
  });
});

describe('the sections of a page', () => {
  it('scroll to the one that was chosen while the page had none', async () => {
    const root = ref<HTMLElement | null>(null);
    const { result } = withSetup(() => useSections(root, ['one', 'two']));
    result.show('two');
    await settle();
    const page = document.createElement('div');
    page.className = 'page-scroll';
    page.innerHTML = '<div><p id="section-one"></p><p id="section-two"></p></div>';
    document.body.append(page);
    const scrolled: string[] = [];
    for (const section of page.querySelectorAll('p'))
      section.scrollIntoView = () => scrolled.push(section.id);
    root.value = page.querySelector('div');
    await settle();
    expect([result.current.value, scrolled]).toEqual(['two', ['section-two']]);
    page.remove();
  });
});
