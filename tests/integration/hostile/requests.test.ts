import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { KeyAddresses } from '../../../src/core/key-addresses.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { LocalApi } from '../../../src/main/api/local-api.ts';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import { RunCommands } from '../../../src/main/engine/run-commands.ts';
import { WorkspaceService } from '../../../src/main/engine/workspace-service.ts';
import { ChosenPaths } from '../../../src/main/files/chosen-paths.ts';
import type { ShellContext } from '../../../src/main/ipc/context.ts';
import { createDispatcher } from '../../../src/main/ipc/dispatcher.ts';
import type { Dispatch, Sender } from '../../../src/main/ipc/dispatcher.ts';
import { createHandlers } from '../../../src/main/ipc/handlers/index.ts';
import { KeyStore } from '../../../src/main/model/key-store.ts';
import { ModelConfigService } from '../../../src/main/model/model-config-service.ts';
import { isOwnUrl } from '../../../src/main/protocol/app-url.ts';
import { RequestWatches } from '../../../src/main/push/request-watches.ts';
import { ReadingMemory } from '../../../src/main/settings/reading-memory.ts';
import { SettingsService } from '../../../src/main/settings/settings-service.ts';
import { ShellState } from '../../../src/main/settings/shell-state.ts';
import { UpdateService } from '../../../src/main/update/update-service.ts';
import { requests } from '../../../src/shared/contract.ts';
import type { Reply, Route } from '../../../src/shared/contract.ts';
import { messages } from '../../../src/shared/messages/index.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';
import { ManualScheduler, MemoryStore, RecordingLog } from '../../unit/main/fakes.ts';
import { inputsOf, strangeRoutes } from './arbitrary-input.ts';

const CALLS = 10_000;
const SEED = 20261126;
/** Longer than any answer may take, and than a busy machine lets one wait. */
const LONGEST_MS = 1_000;
const PAGE: Sender = { windowId: 1, url: 'app://eventloom/index.html', isTopFrame: true };

/** The router as the shell makes it, over the real engine and services; what would reach the desktop or a server is not there. */
async function makeShell(): Promise<{ dispatch: Dispatch; log: RecordingLog; engines: EngineHarness }> {
  const folder = tempFolder();
  const path = join(folder, 'workspace.eventloom');
  const file = Workspace.open(path, true);
  fillWorkspace(file.db, 40, 6);
  file.close();

  const log = new RecordingLog();
  const snapshots = new LatestSnapshots();
  const engines = new EngineHarness({}, (event, payload) => {
    if (event === 'run') snapshots.acceptRun(payload as RunSnapshot);
  });
  const { engine } = engines;
  const settings = new SettingsService(
    new MemoryStore(),
    { locale: () => 'en', dark: () => false, applyTheme: () => undefined, setOpenAtLogin: () => undefined },
    () => undefined,
  );
  const model = new ModelConfigService({
    engine: () => engine,
    store: new MemoryStore(),
    keys: new KeyStore({
      store: new MemoryStore(),
      cipher: {
        protects: () => Promise.resolve(true),
        encrypt: (text) => Promise.resolve({ data: Buffer.from(text), isProtected: true }),
        decrypt: (data) => Promise.resolve({ text: data.toString(), renew: false }),
      },
      environmentKey: 'sk-environment',
      addresses: new KeyAddresses(new MemoryStore()),
      log,
    }),
    // Nothing that a page asks makes a request with the key.
    confirmKey: () => Promise.resolve(false),
    proxyFor: () => Promise.resolve(null),
    scheduler: new ManualScheduler(),
    log,
    onChanged: () => undefined,
  });
  const workspace = new WorkspaceService({
    engine: () => engine,
    reviveEngine: () => undefined,
    settings: () => settings.current,
    configureEngine: (api) => model.configure(api),
    state: new ShellState(new MemoryStore({ workspacePath: path }), log),
    snapshots,
    defaultPath: path,
    log,
    onChanged: () => undefined,
    onProgress: () => undefined,
    onCancelled: () => undefined,
    onOpened: () => undefined,
  });
  const context: ShellContext = {
    engine: () => engine,
    workspace,
    snapshots,
    runs: new RunCommands({
      engine: () => engine,
      afterModelChanges: (ask) => model.ask(ask),
      askProvider: (ask) => model.askProvider(ask),
      snapshots,
      defaultExtractor: () => settings.current.extractor,
    }),
    settings,
    model,
    readings: new ReadingMemory(new MemoryStore(), log),
    printPdf: () => Promise.reject(new Error('there is no window')),
    exportChoice: { get: () => null, set: () => undefined },
    api: new LocalApi({
      store: new MemoryStore(),
      startServer: ({ port }) =>
        Promise.resolve({
          port,
          url: '',
          routes: [],
          runChanged: () => undefined,
          stop: () => Promise.resolve(),
        }),
      log,
      onChanged: () => undefined,
    }),
    watches: new RequestWatches(),
    updates: new UpdateService({
      version: '1.0.0',
      off: 'development',
      loadUpdater: () => Promise.reject(new Error('updates are off')),
      automatic: () => false,
      isWorking: () => false,
      remember: () => undefined,
      leave: () => expect.unreachable('a page ended the application'),
      onChanged: () => undefined,
      scheduler: new ManualScheduler(),
      now: () => 0,
      log,
    }),
    dialogs: {
      open: () => Promise.resolve(null),
      openSeveral: () => Promise.resolve([]),
      save: () => Promise.resolve(null),
    },
    chosenPaths: new ChosenPaths(),
    appInfo: () => ({
      version: '1',
      platform: 'linux',
      packaged: true,
      electron: '',
      node: '',
      userDataPath: folder,
    }),
    licences: () => Promise.resolve([]),
    backupsChanged: () => undefined,
    writeDiagnostics: () => Promise.resolve(),
    reveal: () => undefined,
    attach: () => undefined,
  };
  await workspace.openLast();
  const dispatch = createDispatcher({
    handlers: createHandlers(context),
    isOwnUrl: (url) => isOwnUrl(url, null),
    isQuitting: () => false,
    log,
  });
  return { dispatch, log, engines };
}

/** An import takes a part of a second, and has the workspace to itself: of these there are a few only. */
const IMPORT = 'import.sample';
const IMPORT_EVERY = 2_500;

const READS_MUCH = new Set(['prompt.set', 'prompt.preview', 'run.previewDetails', 'workspace.clear']);

/** The same calls each time: every request of the contract with many inputs, and some that are no request. */
function calls(): { route: unknown; input: unknown }[] {
  const routes = Object.entries(requests)
    .filter(([route]) => route !== IMPORT)
    .map(([route, schema]) => ({
      // What takes no input is soon known, and what reads much of the log takes its time.
      weight: schema instanceof z.ZodUndefined || READS_MUCH.has(route) ? 1 : 5,
      arbitrary: inputsOf(schema).map((input): { route: unknown; input: unknown } => ({ route, input })),
    }));
  // Without users there is little left to ask about.
  const keepsUsers = ({ route, input }: { route: unknown; input: unknown }): boolean =>
    route !== 'workspace.clear' || (input as { what?: unknown } | null | undefined)?.what !== 'all';
  const strange = fc.record({ route: strangeRoutes, input: fc.anything() });
  const made = fc.sample(fc.oneof(...routes, { weight: 10, arbitrary: strange }).filter(keepsUsers), {
    numRuns: CALLS,
    seed: SEED,
  });
  return made.map((call, index) =>
    index % IMPORT_EVERY === IMPORT_EVERY - 1 ? { route: IMPORT, input: undefined } : call,
  );
}

function problemOf(reply: Reply<unknown>): string | null {
  if (reply.ok) return 'json' in reply || 'data' in reply ? null : 'an answer without a value';
  return Object.hasOwn(messages, reply.error.code) && reply.error.code !== 'app.internal'
    ? null
    : reply.error.code;
}

it(`${CALLS} requests of a page that is not itself any more: each is answered, soon, and nothing breaks`, async () => {
  // In the application the tokenizer is loaded in the engine's thread, where no window waits for it.
  await import('../../../src/core/engine/model-service.ts');
  const { dispatch, log, engines } = await makeShell();
  const answered = new Set<Route>();
  const problems: unknown[] = [];
  for (const { route, input } of calls()) {
    const began = performance.now();
    const reply = await dispatch(PAGE, route, input);
    const took = performance.now() - began;
    const problem = problemOf(reply) ?? (took > LONGEST_MS ? `took ${Math.round(took)} ms` : null);
    if (problem !== null) problems.push({ route, problem, input: shown(input), reply: shown(reply) });
    else if (reply.ok) answered.add(route as Route);
    // It can be structured-cloned: this is how it goes to the page.
    structuredClone(reply);
    if (route === IMPORT) await engines.importEnded();
  }
  expect(problems).toEqual([]);
  expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  // The inputs were not all refused at the door.
  expect(answered.size).toBeGreaterThan(Object.keys(requests).length * 0.7);
  expect((await dispatch(PAGE, 'workspace.state', undefined)).ok).toBe(true);
}, 120_000);

it('every text and list that a page sends has a limit', () => {
  const endless: string[] = [];
  const look = (schema: Record<string, unknown>, path: string): void => {
    const isFixed = 'const' in schema || 'enum' in schema || 'pattern' in schema;
    if (schema['type'] === 'string' && !isFixed && schema['maxLength'] === undefined) endless.push(path);
    if (schema['type'] === 'array' && schema['maxItems'] === undefined) endless.push(path);
    for (const part of [schema['items'], schema['additionalProperties']])
      if (typeof part === 'object' && part !== null) look(part as Record<string, unknown>, `${path}[]`);
    for (const [name, field] of Object.entries(schema['properties'] ?? {}))
      look(field as Record<string, unknown>, `${path}.${name}`);
    for (const kind of ['anyOf', 'oneOf', 'allOf'])
      for (const part of (schema[kind] ?? []) as Record<string, unknown>[]) look(part, path);
  };
  for (const [route, schema] of Object.entries(requests))
    look(z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }), route);
  expect(endless).toEqual([]);
});

function shown(value: unknown): string {
  try {
    return String(JSON.stringify(value)).slice(0, 300);
  } catch {
    return '(no JSON)';
  }
}
