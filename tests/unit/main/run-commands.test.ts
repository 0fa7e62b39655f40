import { beforeEach, describe, expect, test } from 'vitest';
import { KeyAddresses } from '../../../src/core/key-addresses.ts';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import { RunCommands } from '../../../src/main/engine/run-commands.ts';
import { KeyStore } from '../../../src/main/model/key-store.ts';
import { ModelConfigService } from '../../../src/main/model/model-config-service.ts';
import { NO_RUN, runRequestSchema } from '../../../src/shared/run.ts';
import type { ExtractorId } from '../../../src/shared/run.ts';
import { ManualScheduler, MemoryStore, RecordingLog } from './fakes.ts';

const KEY = 'sk-new-1234567890';
const REMAINING = { kind: 'remaining' } as const;

/** The engine as far as these commands need it; `calls` says what reached it, and with which key in force. */
let calls: string[];
let key: string | null;
let unlockKeyring: () => void;
let snapshots: LatestSnapshots;
let model: ModelConfigService;
let commands: RunCommands;
let byDefault: ExtractorId;

beforeEach(() => {
  calls = [];
  key = null;
  byDefault = 'llm';
  snapshots = new LatestSnapshots();
  const reached = (what: string) => (): Promise<unknown> => {
    calls.push(`${what} with ${key ?? 'no key'}`);
    return Promise.resolve({ ...NO_RUN, workspaceId: 'w', revision: calls.length });
  };
  const engine = {
    useModel: (config: { apiKey: string | null }) => {
      key = config.apiKey;
      return Promise.resolve();
    },
    preflightRun: reached('preflight'),
    startRun: reached('start'),
    resumeRun: reached('resume'),
    pauseRun: reached('pause'),
  } as unknown as EngineApi;
  const unlocked = new Promise<void>((resolve) => (unlockKeyring = resolve));
  model = new ModelConfigService({
    engine: () => engine,
    store: new MemoryStore({ settings: { baseUrl: 'https://api.deepseek.com/v1', model: 'm' } }),
    keys: new KeyStore({
      store: new MemoryStore(),
      cipher: {
        protects: () => Promise.resolve(true),
        encrypt: async (text) => {
          await unlocked;
          return { data: Buffer.from(text), isProtected: true };
        },
        decrypt: (data) => Promise.resolve({ text: data.toString(), renew: false }),
      },
      environmentKey: null,
      addresses: new KeyAddresses(new MemoryStore()),
      log: new RecordingLog(),
    }),
    confirmKey: () => Promise.resolve(true),
    proxyFor: () => Promise.resolve(null),
    scheduler: new ManualScheduler(),
    log: new RecordingLog(),
    onChanged: () => undefined,
  });
  commands = new RunCommands({
    engine: () => engine,
    afterModelChanges: (ask) => model.ask(ask),
    askProvider: (ask) => model.askProvider(ask),
    snapshots,
    defaultExtractor: () => byDefault,
  });
});

describe('while a key is still being stored', () => {
  test.each([
    ['start', () => commands.start(runRequestSchema.parse({ scope: REMAINING, extractor: 'llm' }))],
    ['preflight', () => commands.preflight({ scope: REMAINING, fresh: false, detail: 'fine' })],
    [
      'resume',
      () => {
        snapshots.acceptRun({ ...NO_RUN, workspaceId: 'w', revision: 1, extractor: 'llm' });
        return commands.resume();
      },
    ],
  ] as const)('%s with the model waits, and has the new key', async (name, command) => {
    const stored = model.setKey(KEY, 'stored');
    const done = command();
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual([]);
    unlockKeyring();
    await Promise.all([stored, done]);
    expect(calls).toEqual([`${name} with ${KEY}`]);
  });

  test('an engine that is configured for a workspace is given the new key', async () => {
    const stored = model.setKey(KEY, 'stored');
    const configured = model.configure({
      useModel: (config: { apiKey: string | null }) => Promise.resolve(void calls.push(`${config.apiKey}`)),
    } as unknown as EngineApi);
    await new Promise((resolve) => setImmediate(resolve));
    unlockKeyring();
    await Promise.all([stored, configured]);
    expect(calls).toEqual([KEY]);
  });

  test('what needs no model does not wait', async () => {
    void model.setKey(KEY, 'stored');
    byDefault = 'rules';
    await commands.start(runRequestSchema.parse({ scope: REMAINING }));
    await commands.pause();
    expect(calls).toEqual(['start with no key', 'pause with no key']);
    unlockKeyring();
  });
});

test('what the engine answers is the newest snapshot', async () => {
  const snapshot = await commands.pause();
  expect(snapshots.run).toBe(snapshot);
});
