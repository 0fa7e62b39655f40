import { beforeEach, describe, expect, test } from 'vitest';
import type { EngineApi, ModelConfig } from '../../../src/core/engine/engine-api.ts';
import { AppError } from '../../../src/core/errors.ts';
import { KeyAddresses } from '../../../src/core/key-addresses.ts';
import { KeyStore } from '../../../src/main/model/key-store.ts';
import type { KeyQuestion } from '../../../src/main/model/key-store.ts';
import type { KeyCipher } from '../../../src/main/model/key-cipher.ts';
import { KEY_WAIT_MS, ModelConfigService } from '../../../src/main/model/model-config-service.ts';
import { parseStoredModel } from '../../../src/main/model/stored-model.ts';
import { modelSettingsSchema } from '../../../src/shared/model.ts';
import type { ModelView, PromptView } from '../../../src/shared/model.ts';
import { requests } from '../../../src/shared/contract.ts';
import { ManualScheduler, MemoryStore, RecordingLog } from './fakes.ts';

const KEY = 'sk-very-secret-1234567890';
const defaults = modelSettingsSchema.parse({});
const DEEPSEEK = {
  preset: 'deepseek',
  baseUrl: 'https://api.deepseek.com/v1',
  model: 'deepseek-v4-flash',
} as const;

describe('the model settings as they stand in a file', () => {
  test.each([[undefined], [null], ['text'], [[]], [{ settings: 7, promptTemplate: 7 }]])(
    '%j gives the defaults',
    (value) => {
      expect(parseStoredModel(value)).toEqual({ settings: defaults, promptTemplate: null });
    },
  );

  test('one mistake costs one setting', () => {
    const stored = { settings: { ...DEEPSEEK, temperature: 9, priceIn: 'cheap', maxConcurrency: 8 } };
    expect(parseStoredModel(stored).settings).toEqual({ ...defaults, ...DEEPSEEK, maxConcurrency: 8 });
  });
});

describe('a change of settings', () => {
  test('carries what it changes and nothing else', () => {
    expect(requests['model.set'].parse({ temperature: 0.5 })).toEqual({ temperature: 0.5 });
  });
});

describe('the model service', () => {
  let configs: ModelConfig[];
  let calls: string[];
  let told: ModelView[];
  let store: MemoryStore;
  let credentials: MemoryStore;
  let addressFile: MemoryStore;
  let scheduler: ManualScheduler;
  let log: RecordingLog;
  let down: boolean;
  let decrypting: Promise<void>;
  let service: ModelConfigService;
  let asked: KeyQuestion[];
  let agrees: boolean;
  const proxies = new Map<string, string>();

  const engine = {
    useModel: (config: ModelConfig): Promise<void> => {
      configs.push(config);
      calls.push('useModel');
      return Promise.resolve();
    },
    promptView: (): Promise<PromptView> => {
      const text = configs.at(-1)?.promptTemplate ?? null;
      const error = text?.includes('{rules}') === false;
      return Promise.resolve({
        template: text ?? 'built in',
        builtIn: text === null,
        version: '1',
        error: error ? { code: 'prompt.missing_placeholder', params: { placeholder: '{rules}' } } : null,
      });
    },
    testModel: () => {
      calls.push('testModel');
      return Promise.resolve({});
    },
  } as unknown as EngineApi;

  const cipher: KeyCipher = {
    protects: () => Promise.resolve(true),
    encrypt: (text) => Promise.resolve({ data: Buffer.from(text).reverse(), isProtected: true }),
    decrypt: async (data) => {
      await decrypting;
      return { text: Buffer.from(data).reverse().toString(), renew: false };
    },
  };

  function open(environmentKey: string | null = null): ModelConfigService {
    return new ModelConfigService({
      engine: () => {
        if (down) throw new AppError('app.engine_stopped');
        return engine;
      },
      store,
      keys: new KeyStore({
        store: credentials,
        cipher,
        environmentKey,
        addresses: new KeyAddresses(addressFile),
        log,
      }),
      confirmKey: (question) => {
        asked.push(question);
        return Promise.resolve(agrees);
      },
      proxyFor: (url) => Promise.resolve(proxies.get(new URL(url).hostname) ?? null),
      scheduler,
      log,
      onChanged: (view) => told.push(view),
    });
  }

  beforeEach(() => {
    configs = [];
    calls = [];
    asked = [];
    proxies.clear();
    agrees = true;
    told = [];
    store = new MemoryStore();
    credentials = new MemoryStore();
    addressFile = new MemoryStore();
    scheduler = new ManualScheduler();
    log = new RecordingLog();
    down = false;
    decrypting = Promise.resolve();
    service = open();
  });

  test('keeps a change, gives it to the engine and tells the windows; an equal one does nothing', async () => {
    expect((await service.view()).changedAt).toBeNull();
    const began = Date.now();
    const view = await service.update({ ...DEEPSEEK, priceIn: 2 });
    expect(view.changedAt).toBeGreaterThanOrEqual(began);
    expect(view.settings).toEqual({ ...defaults, ...DEEPSEEK, priceIn: 2 });
    expect(store.value).toMatchObject({ settings: { priceIn: 2 } });
    expect(configs).toMatchObject([{ settings: view.settings, apiKey: null, promptTemplate: null }]);
    expect(told).toEqual([view]);
    await service.update({ priceIn: 2 });
    expect([store.writes, configs.length, told.length]).toEqual([1, 1, 1]);
    expect((await service.view()).changedAt).toBe(view.changedAt);
  });

  test('keeps what a newer version has stored', async () => {
    store.value = { settings: { ...DEEPSEEK, temperature: 'auto', seed: 7 }, profiles: ['a'] };
    service = open();
    await service.update({ priceIn: 2 });
    await service.setPrompt('my {rules}');
    expect(store.value).toEqual({
      settings: { ...DEEPSEEK, temperature: 'auto', seed: 7, priceIn: 2 },
      profiles: ['a'],
      promptTemplate: 'my {rules}',
    });
  });

  test('tidies what was pasted', async () => {
    const { settings } = await service.update({ baseUrl: '  https://api.deepseek.com/v1/ ', model: ' a ' });
    expect(settings).toMatchObject({ baseUrl: 'https://api.deepseek.com/v1', model: 'a' });
  });

  test.each(['api.openai.com/v1', 'ftp://x.com', 'javascript:alert(1)', 'https://me:sk-1@x.com/v1'])(
    'refuses the address %s',
    async (baseUrl) => {
      await expect(service.update({ baseUrl })).rejects.toMatchObject({ code: 'model.bad_base_url' });
      expect(store.writes).toBe(0);
    },
  );

  test('gives the key to the engine and to nobody else', async () => {
    await service.update(DEEPSEEK);
    const view = await service.setKey(KEY, 'stored');
    expect(configs.at(-1)).toMatchObject({ apiKey: KEY });
    expect(view).toMatchObject({ key: 'encrypted', canEncrypt: true, ready: true });
    for (const seen of [view, await service.view(), told, store.value, credentials.value, log.lines]) {
      expect(JSON.stringify(seen)).not.toContain(KEY);
    }
  });

  test('never gives one provider the key of another', async () => {
    await service.update(DEEPSEEK);
    await service.setKey(KEY, 'session');
    const other = await service.update({ preset: 'openai', baseUrl: 'https://api.openai.com/v1' });
    expect(other.key).toBe('none');
    expect(configs.at(-1)).toMatchObject({ apiKey: null });
    await service.update(DEEPSEEK);
    expect(configs.at(-1)).toMatchObject({ apiKey: KEY });
    expect(await service.clearKey()).toMatchObject({ key: 'none', ready: false });
    expect(configs.at(-1)).toMatchObject({ apiKey: null });
  });

  test.each([
    ['nothing', {}, false],
    ['an address without a model', { ...DEEPSEEK, model: '' }, false],
    ['a provider that needs a key without one', DEEPSEEK, false],
    ['a server of her own without a key', { ...DEEPSEEK, preset: 'ollama' }, true],
    ['a custom one without a key', { ...DEEPSEEK, preset: 'custom' }, true],
  ] as const)('is ready with %s: %#', async (_what, patch, ready) => {
    expect((await service.update(patch)).ready).toBe(ready);
  });

  test('never gives the key of the environment to another address than the first it was used with', async () => {
    const OPENAI = { preset: 'openai', baseUrl: 'https://api.openai.com/v1' } as const;
    const before = open(KEY);
    // Looking at providers is no use of the key: nothing was sent.
    expect(await before.update(OPENAI)).toMatchObject({ key: 'environment', environmentKeyFor: null });
    await before.update(DEEPSEEK);
    await before.askProvider((api) => api.testModel());
    const other = await before.update(OPENAI);
    expect(other).toMatchObject({ key: 'none', environmentKeyFor: 'https://api.deepseek.com', ready: false });
    expect(configs.at(-1)).toMatchObject({ apiKey: null });
    // A settings file that was changed while the application was closed.
    await open(KEY).configure(engine);
    expect(configs.at(-1)).toMatchObject({ apiKey: null, settings: OPENAI });
    expect(await before.setKey('sk-openai', 'session')).toMatchObject({ key: 'session' });
    expect(configs.at(-1)).toMatchObject({ apiKey: 'sk-openai' });
    expect(await before.update(DEEPSEEK)).toMatchObject({ key: 'environment', environmentKeyFor: null });
    expect(JSON.stringify(addressFile.value)).not.toContain(KEY);
  });

  test('asks the user before the key of the environment is sent anywhere; until then no engine has it', async () => {
    const models = open(KEY);
    await models.update({ ...DEEPSEEK, baseUrl: 'https://evil.example/v1' });
    expect(configs.at(-1)).toMatchObject({ apiKey: null, keyHeldBack: true });
    agrees = false;
    await expect(models.askProvider((api) => api.testModel())).rejects.toMatchObject({
      code: 'model.key_held_back',
      params: { origin: 'https://evil.example' },
    });
    expect(calls).not.toContain('testModel');
    expect(configs.every(({ apiKey }) => apiKey === null)).toBe(true);
    expect(asked).toEqual([{ origin: 'https://evil.example', fromEnvironment: true, inClear: false }]);
    // A no is no answer for another address, and is not remembered as a yes.
    agrees = true;
    await models.update(DEEPSEEK);
    await Promise.all([
      models.askProvider((api) => api.testModel()),
      models.askProvider((api) => api.testModel()),
    ]);
    expect(configs.at(-1)).toMatchObject({ apiKey: KEY, keyHeldBack: false });
    expect(calls.slice(-3)).toEqual(['useModel', 'testModel', 'testModel']);
    expect(asked).toHaveLength(2);
    await open(KEY).askProvider((api) => api.testModel());
    expect(asked).toHaveLength(2);
  });

  test('asks once before a key that was entered goes to another machine in clear text', async () => {
    await service.update({ ...DEEPSEEK, baseUrl: 'http://gateway.example:8000/v1' });
    await service.setKey(KEY, 'session');
    expect(configs.at(-1)).toMatchObject({ apiKey: null, keyHeldBack: true });
    await service.askProvider((api) => api.testModel());
    await service.askProvider((api) => api.testModel());
    expect(asked).toEqual([{ origin: 'http://gateway.example:8000', fromEnvironment: false, inClear: true }]);
    expect(configs.at(-1)).toMatchObject({ apiKey: KEY });
    for (const baseUrl of [
      'http://127.0.0.1:11434/v1',
      'http://localhost:1234/v1',
      'https://gateway.example/v1',
    ]) {
      await service.update({ baseUrl });
      await service.setKey(KEY, 'session');
      await service.askProvider((api) => api.testModel());
    }
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(addressFile.value)).not.toContain(KEY);
  });

  test('tells the engine the proxy of the system for the address, and again when the network is another one', async () => {
    proxies.set('api.deepseek.com', 'http://proxy.example:8080');
    await service.update(DEEPSEEK);
    expect(configs.at(-1)).toMatchObject({ proxy: 'http://proxy.example:8080' });
    await service.networkChanged();
    expect(configs).toHaveLength(1);
    proxies.clear();
    await service.networkChanged();
    expect(configs).toHaveLength(2);
    expect(configs.at(-1)).toMatchObject({ proxy: null });
    proxies.set('api.deepseek.com', 'socks5://other.example:1080');
    await service.askProvider((api) => api.testModel());
    expect(configs.at(-1)).toMatchObject({ proxy: 'socks5://other.example:1080' });
    expect(calls.slice(-2)).toEqual(['useModel', 'testModel']);
    down = true;
    proxies.clear();
    await service.networkChanged();
  });

  test('keeps a change while the engine is down; the next engine is given it', async () => {
    down = true;
    expect((await service.update(DEEPSEEK)).settings.model).toBe(DEEPSEEK.model);
    down = false;
    await service.configure(engine);
    expect(configs).toHaveLength(1);
    expect(configs[0]?.settings.model).toBe(DEEPSEEK.model);
  });

  test('configures an engine with all that was kept', async () => {
    await service.update(DEEPSEEK);
    await service.setKey(KEY, 'stored');
    await service.setPrompt('my {rules}');
    configs.length = 0;
    await open().configure(engine);
    expect(configs).toEqual([
      {
        settings: { ...defaults, ...DEEPSEEK },
        apiKey: KEY,
        keyHeldBack: false,
        proxy: null,
        promptTemplate: 'my {rules}',
      },
    ]);
  });

  test('waits for a keyring only so long, and gives the key when it comes', async () => {
    await service.update(DEEPSEEK);
    await service.setKey(KEY, 'stored');
    configs.length = 0;
    let unlock = (): void => undefined;
    decrypting = new Promise((resolve) => {
      unlock = resolve;
    });
    const configured = open().configure(engine);
    await Promise.resolve();
    scheduler.advance(KEY_WAIT_MS);
    await configured;
    expect(configs).toEqual([]);
    unlock();
    await expect.poll(() => configs.map(({ apiKey }) => apiKey)).toEqual([KEY]);
  });

  test('refuses a prompt with a mistake by its name and leaves the one in force', async () => {
    await service.setPrompt('good {rules}');
    await expect(service.setPrompt('bad')).rejects.toMatchObject({
      code: 'prompt.missing_placeholder',
      params: { placeholder: '{rules}' },
    });
    expect(store.value).toMatchObject({ promptTemplate: 'good {rules}' });
    expect(configs.at(-1)?.promptTemplate).toBe('good {rules}');
  });

  test('goes back to the built-in prompt', async () => {
    await service.setPrompt('good {rules}');
    expect(await service.setPrompt(null)).toMatchObject({ builtIn: true, error: null });
    expect(store.value).toMatchObject({ promptTemplate: null });
    expect(told).toHaveLength(2);
  });

  test('makes changes and questions in order of asking', async () => {
    const changes = [service.update(DEEPSEEK), service.setKey(KEY, 'session')];
    const question = service.ask((api) => api.testModel());
    await Promise.all([...changes, question]);
    expect(calls).toEqual(['useModel', 'useModel', 'testModel']);
    expect(configs.at(-1)).toMatchObject({ apiKey: KEY });
  });

  test('a change that fails does not stop the next', async () => {
    const failing = service.update({ baseUrl: 'nonsense' });
    const next = service.update({ temperature: 1 });
    await expect(failing).rejects.toThrow();
    expect((await next).settings.temperature).toBe(1);
  });
});
