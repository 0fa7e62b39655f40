import { beforeEach, describe, expect, test } from 'vitest';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import { AppError } from '../../../src/core/errors.ts';
import { ChosenPaths } from '../../../src/main/files/chosen-paths.ts';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import type { Handlers, ShellContext } from '../../../src/main/ipc/context.ts';
import { callerOf, createDispatcher } from '../../../src/main/ipc/dispatcher.ts';
import type { Sender } from '../../../src/main/ipc/dispatcher.ts';
import { RunCommands } from '../../../src/main/engine/run-commands.ts';
import { createHandlers } from '../../../src/main/ipc/handlers/index.ts';
import { isOwnUrl } from '../../../src/main/protocol/app-url.ts';
import { requests } from '../../../src/shared/contract.ts';
import type { FileTask } from '../../../src/shared/workspace.ts';
import { RecordingLog } from './fakes.ts';

const TRUSTED: Sender = { windowId: 7, url: 'app://eventloom/index.html#/data', isTopFrame: true };
const own = (url: string): boolean => isOwnUrl(url, null);

describe('who may ask', () => {
  test('the top frame of one of our windows, on one of our pages', () => {
    expect(callerOf(TRUSTED, own)).toEqual({ windowId: 7 });
  });

  test.each([
    ['another web contents', { windowId: null }],
    ['a frame within a page', { isTopFrame: false }],
    ['a frame that is gone', { url: null }],
    ['another page', { url: 'https://example.com/' }],
    ['an empty page', { url: 'about:blank' }],
  ] as [string, Partial<Sender>][])('not %s', (_who, change) => {
    expect(callerOf({ ...TRUSTED, ...change }, own)).toBeNull();
  });
});

describe('a request', () => {
  const log = new RecordingLog();
  const ran: unknown[] = [];
  // Only the routes this test asks for: a dispatcher looks nothing else up.
  const handlers = {
    'users.get': (input: unknown, caller: unknown) => {
      ran.push([input, caller]);
      return { userId: 'u1' };
    },
    'workspace.open': (input: unknown) => Promise.resolve(input),
    'run.start': () => Promise.reject(new AppError('run.already_active', { runId: 3 })),
    'run.history': () => {
      throw new TypeError('x is not a function');
    },
  } as unknown as Handlers;
  const dispatch = createDispatcher({ isQuitting: () => false, handlers, isOwnUrl: own, log });

  beforeEach(() => {
    ran.length = 0;
    log.lines.length = 0;
  });

  test('is refused while the application is on its way out', async () => {
    const late = createDispatcher({ isQuitting: () => true, handlers, isOwnUrl: own, log });
    expect(await late(TRUSTED, 'users.get', { userId: 'u1' })).toEqual({
      ok: false,
      error: { code: 'app.quitting', params: {} },
    });
    expect(ran).toEqual([]);
  });

  test('is parsed, run with its caller, and answered', async () => {
    const reply = await dispatch(TRUSTED, 'users.get', { userId: 'u1', more: 'is dropped' });
    // Data that may be large travels as text.
    expect(reply).toEqual({ ok: true, json: '{"userId":"u1"}' });
    expect(ran).toEqual([[{ userId: 'u1' }, { windowId: 7 }]]);
  });

  test('has its defaults filled in', async () => {
    expect(await dispatch(TRUSTED, 'workspace.open', {})).toEqual({ ok: true, data: { create: false } });
  });

  test('from a stranger is refused before anything is looked at', async () => {
    const reply = await dispatch({ ...TRUSTED, isTopFrame: false }, 'users.get', { userId: 'u1' });
    expect(reply).toEqual({ ok: false, error: { code: 'app.sender_rejected', params: {} } });
    expect(ran).toEqual([]);
  });

  test.each([
    ['nonsense', 'nonsense'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['toString', 'toString'],
    [42, '(number)'],
    [undefined, '(undefined)'],
    [null, '(object)'],
    // What cannot be turned into text must not make the dispatcher reject.
    [{ toString: 1, valueOf: 1 }, '(object)'],
    [Object.create(null), '(object)'],
    [Symbol('route'), '(symbol)'],
    ['x'.repeat(1000), 'x'.repeat(100)],
  ] as [unknown, string][])('that is no request of the contract is refused: case %#', async (route, name) => {
    const reply = await dispatch(TRUSTED, route, undefined);
    expect(reply).toEqual({ ok: false, error: { code: 'app.unknown_request', params: { route: name } } });
  });

  test.each([
    ['users.get', { userId: '' }, 'userId'],
    ['users.get', undefined, '-'],
    ['run.history', { surplus: 1 }, '-'],
    ['run.start', { scope: { kind: 'users', userIds: ['a', 3] } }, 'scope.userIds.1'],
  ])('%s with %j names the field at fault', async (route, input, field) => {
    const reply = await dispatch(TRUSTED, route, input);
    expect(reply).toEqual({ ok: false, error: { code: 'app.bad_request', params: { route, field } } });
    expect(ran).toEqual([]);
  });

  test('that fails keeps code and parameters', async () => {
    const reply = await dispatch(TRUSTED, 'run.start', { scope: { kind: 'remaining' } });
    expect(reply).toEqual({ ok: false, error: { code: 'run.already_active', params: { runId: 3 } } });
    expect(log.lines).toEqual([]);
  });

  test('that breaks is internal, and logged', async () => {
    const reply = await dispatch(TRUSTED, 'run.history', undefined);
    expect(reply).toEqual({
      ok: false,
      error: { code: 'app.internal', params: { detail: 'x is not a function' } },
    });
    expect(log.lines).toEqual(['error request run.history failed x is not a function']);
  });
});

describe('the handlers', () => {
  const snapshots = new LatestSnapshots();
  const attached: number[] = [];
  const told: string[] = [];
  const chosenPaths = new ChosenPaths();
  /** What was asked to stop. */
  const cancelled: unknown[] = [];
  /** A question about the key that comes before a test of the connection. */
  let question = Promise.withResolvers<null>();
  const provider = {
    testModel: () => new Promise(() => undefined),
    cancelModelTest: (asker: number) => Promise.resolve(cancelled.push(asker)),
  } as unknown as EngineApi;
  const down = (): never => {
    throw new AppError('app.engine_stopped');
  };
  const context = {
    snapshots,
    runs: new RunCommands({
      engine: down,
      afterModelChanges: () => Promise.reject(new AppError('app.engine_stopped')),
      askProvider: () => Promise.reject(new AppError('app.engine_stopped')),
      snapshots,
      defaultExtractor: () => 'llm',
    }),
    settings: { view: () => ({}), current: { backupsKept: 2 } },
    model: {
      askProvider: async <T>(ask: (engine: EngineApi) => Promise<T>): Promise<T> => {
        await question.promise;
        return ask(provider);
      },
    },
    workspace: {
      state: () => ({ path: '/w.db', recent: ['/recent.db'] }),
      open: (path: string, create: boolean) => Promise.resolve({ path, create }),
      restore: () => Promise.resolve('/kept'),
      backUp: () => Promise.reject(new AppError('workspace.backup_cancelled', { path: '/w.db' })),
      cancelFileTask: (task: FileTask) => Promise.resolve(cancelled.push(task)),
    },
    backupsChanged: () => told.push('backups'),
    chosenPaths,
    dialogs: { open: () => Promise.resolve(null), save: () => Promise.resolve(null) },
    attach: (windowId: number) => attached.push(windowId),
    engine: down,
  } as unknown as ShellContext;
  const handlers = createHandlers(context);
  const dispatch = createDispatcher({
    isQuitting: () => false,
    handlers,
    isOwnUrl: own,
    log: new RecordingLog(),
  });

  test('there is one for every request, and no other', () => {
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(requests).sort());
  });

  test('attach answers from memory, whatever the engine does, and subscribes the window', async () => {
    expect(await dispatch(TRUSTED, 'run.attach', undefined)).toEqual({ ok: true, data: snapshots.run });
    expect(await dispatch(TRUSTED, 'import.attach', undefined)).toEqual({ ok: true, data: snapshots.import });
    expect(await dispatch(TRUSTED, 'insight.attach', undefined)).toEqual({
      ok: true,
      data: { asking: snapshots.asking, progress: null },
    });
    expect(attached).toEqual([7, 7, 7]);
  });

  test('while the engine is down the others say so', async () => {
    const reply = await dispatch(TRUSTED, 'run.pause', undefined);
    expect(reply).toEqual({ ok: false, error: { code: 'app.engine_stopped', params: {} } });
  });

  test('a dialog that is closed changes nothing', async () => {
    for (const route of ['workspace.open', 'settings.chooseRules']) {
      const input = route === 'workspace.open' ? { create: true } : undefined;
      expect(await dispatch(TRUSTED, route, input)).toEqual({ ok: true, data: null });
    }
    expect(await dispatch(TRUSTED, 'import.saveBadRows', { importId: 1 })).toEqual({ ok: true, data: null });
  });

  test('a file is read only when the user has chosen it', async () => {
    const options = { path: '/log.csv', kind: 'behaviours' };
    for (const route of ['import.preview', 'import.start'])
      expect(await dispatch(TRUSTED, route, options)).toEqual({
        ok: false,
        error: { code: 'app.path_not_chosen', params: { path: '/log.csv' } },
      });
    chosenPaths.add('/log.csv');
    // It comes as far as the engine now.
    expect(await dispatch(TRUSTED, 'import.start', options)).toMatchObject({
      error: { code: 'app.engine_stopped' },
    });
    expect(await dispatch(TRUSTED, 'import.start', { ...options, path: '/x/../log.csv' })).toMatchObject({
      error: { code: 'app.path_not_chosen' },
    });
  });

  test('a workspace is opened when it was chosen or opened before, and made only when it was chosen', async () => {
    const open = async (path: string, create: boolean): Promise<unknown> => {
      const reply = await dispatch(TRUSTED, 'workspace.open', { path, create });
      return reply.ok ? 'opened' : reply.error.code;
    };
    expect(await open('/w.db', false)).toBe('opened');
    expect(await open('/recent.db', false)).toBe('opened');
    expect(await open('/recent.db', true)).toBe('app.path_not_chosen');
    expect(await open('recent.db', false)).toBe('app.path_not_chosen');
    expect(await open('/new.db', true)).toBe('app.path_not_chosen');
    chosenPaths.add('/new.db');
    expect(await open('/new.db', true)).toBe('opened');
  });

  test('a backup that is made or restored is told to every window', async () => {
    const before = told.length;
    expect(await dispatch(TRUSTED, 'workspace.restore', { path: '/backup' })).toMatchObject({
      data: '/kept',
    });
    expect(told.slice(before)).toEqual(['backups']);
    // One that failed is none.
    expect(await dispatch(TRUSTED, 'workspace.backUp', undefined)).toMatchObject({
      error: { code: 'workspace.backup_cancelled' },
    });
    expect(told.slice(before)).toEqual(['backups']);
  });

  test('a task of the file is cancelled by its name, and by no other', async () => {
    cancelled.length = 0;
    expect(await dispatch(TRUSTED, 'workspace.cancelFileTask', { task: 'restore' })).toMatchObject({
      ok: true,
    });
    expect(await dispatch(TRUSTED, 'workspace.cancelFileTask', { task: 'import' })).toMatchObject({
      ok: false,
    });
    expect(cancelled).toEqual(['restore']);
  });

  test('a test of the connection is ended by the window that asked, also before the model is asked', async () => {
    cancelled.length = 0;
    const other = { ...TRUSTED, windowId: 8 };
    const first = dispatch(TRUSTED, 'model.test', undefined);
    await dispatch(other, 'model.cancelTest', undefined);
    await dispatch(TRUSTED, 'model.cancelTest', undefined);
    question.resolve(null);
    expect(await first).toMatchObject({ error: { code: 'model.test_cancelled' } });
    expect(cancelled).toEqual([]);

    question = Promise.withResolvers<null>();
    question.resolve(null);
    void dispatch(TRUSTED, 'model.test', undefined);
    await new Promise(setImmediate);
    await dispatch(other, 'model.cancelTest', undefined);
    expect(cancelled).toEqual([]);
    await dispatch(TRUSTED, 'model.cancelTest', undefined);
    expect(cancelled).toEqual([TRUSTED.windowId]);
  });

  test('of very many chosen files the oldest are forgotten', () => {
    const paths = new ChosenPaths();
    for (let n = 0; n <= 1000; n += 1) paths.add(`/${n}`);
    expect([paths.has('/0'), paths.has('/1'), paths.has('/1000')]).toEqual([false, true, true]);
  });
});
