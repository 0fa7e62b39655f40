import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { KeyAddresses } from '../../../src/core/key-addresses.ts';
import { takeEnvironmentKey } from '../../../src/main/model/environment-key.ts';
import { systemCipher } from '../../../src/main/model/key-cipher.ts';
import type { AsyncSafeStorage, KeyCipher } from '../../../src/main/model/key-cipher.ts';
import { KeyStore } from '../../../src/main/model/key-store.ts';
import type { KeyOwner } from '../../../src/main/model/key-store.ts';
import { MemoryStore, RecordingLog } from './fakes.ts';

const KEY = 'sk-very-secret-1234567890';
const DEEPSEEK: KeyOwner = { protocol: 'openai', baseUrl: 'https://api.deepseek.com/v1' };
const OPENAI: KeyOwner = { protocol: 'openai', baseUrl: 'https://api.openai.com/v1' };

/** Turns a text round, which is enough for it not to be found by looking. */
class FakeCipher implements KeyCipher {
  isProtected = true;
  works = true;
  renew = false;
  decryptions = 0;

  protects(): Promise<boolean> {
    return Promise.resolve(this.works && this.isProtected);
  }

  encrypt(text: string): Promise<{ data: Buffer; isProtected: boolean }> {
    if (!this.works) return Promise.reject(new Error('no keyring'));
    return Promise.resolve({ data: turned(Buffer.from(text)), isProtected: this.isProtected });
  }

  decrypt(data: Buffer): Promise<{ text: string; renew: boolean }> {
    this.decryptions += 1;
    if (!this.works) return Promise.reject(new Error(`cannot decrypt ${turned(data).toString()}`));
    return Promise.resolve({ text: turned(data).toString(), renew: this.renew });
  }
}

function turned(data: Buffer): Buffer {
  return Buffer.from(data.map((byte) => byte ^ 0x5a));
}

let store: MemoryStore;
let cipher: FakeCipher;
let log: RecordingLog;
let addressFile: MemoryStore;

function open(environmentKey: string | null = null): KeyStore {
  return new KeyStore({ store, cipher, environmentKey, addresses: new KeyAddresses(addressFile), log });
}

beforeEach(() => {
  store = new MemoryStore();
  cipher = new FakeCipher();
  log = new RecordingLog();
  addressFile = new MemoryStore();
});

describe('a key', () => {
  test('is none before one was given', async () => {
    expect(await open().find(OPENAI)).toEqual({ key: null, storage: 'none' });
    expect(await open().find({ protocol: 'openai', baseUrl: 'nonsense' })).toMatchObject({ storage: 'none' });
  });

  test('that is stored is encrypted, and there at the next start', async () => {
    await open().save(OPENAI, `  ${KEY}\n`, 'stored');
    expect(JSON.stringify(store.value)).not.toContain(KEY);
    expect(await open().find(OPENAI)).toEqual({ key: KEY, storage: 'encrypted' });
  });

  test('that is stored where there is no keyring says so', async () => {
    cipher.isProtected = false;
    await open().save(OPENAI, KEY, 'stored');
    expect(await open().find(OPENAI)).toEqual({ key: KEY, storage: 'unprotected' });
    expect(await open().canEncrypt()).toBe(false);
  });

  test('for this session is in memory only, and takes the place of a stored one', async () => {
    const keys = open();
    await keys.save(OPENAI, 'sk-old', 'stored');
    await keys.save(OPENAI, KEY, 'session');
    expect(await keys.find(OPENAI)).toEqual({ key: KEY, storage: 'session' });
    expect(store.value).toEqual({});
    expect(await open().find(OPENAI)).toMatchObject({ storage: 'none' });
  });

  test('that is stored takes the place of one for this session', async () => {
    const keys = open();
    await keys.save(OPENAI, 'sk-old', 'session');
    await keys.save(OPENAI, KEY, 'stored');
    expect(await keys.find(OPENAI)).toEqual({ key: KEY, storage: 'encrypted' });
  });

  test('of the environment comes before all others', async () => {
    const keys = open('sk-env');
    await keys.save(OPENAI, KEY, 'session');
    expect(await keys.find(OPENAI)).toEqual({ key: 'sk-env', storage: 'environment' });
  });

  test('is taken out of the environment, so that no later process inherits it', () => {
    const environment = { EVENTLOOM_API_KEY: ` ${KEY} `, PATH: '/bin' };
    expect(takeEnvironmentKey(environment)).toBe(KEY);
    expect(environment).toEqual({ PATH: '/bin' });
    expect(takeEnvironmentKey({ EVENTLOOM_API_KEY: ' ' })).toBeNull();
  });

  test('belongs to one provider: its protocol and origin, whatever the path', async () => {
    const keys = open();
    await keys.save(DEEPSEEK, KEY, 'stored');
    expect(await keys.find({ ...DEEPSEEK, baseUrl: 'https://api.deepseek.com/beta' })).toMatchObject({
      key: KEY,
    });
    for (const other of [
      OPENAI,
      { ...DEEPSEEK, protocol: 'anthropic' as const },
      { ...DEEPSEEK, baseUrl: 'http://api.deepseek.com/v1' },
      { ...DEEPSEEK, baseUrl: 'https://api.deepseek.com:8443/v1' },
    ]) {
      expect(await keys.find(other)).toEqual({ key: null, storage: 'none' });
    }
  });

  test('is forgotten for its provider only, wherever it was kept', async () => {
    const keys = open();
    await keys.save(OPENAI, 'sk-openai', 'stored');
    await keys.save(DEEPSEEK, KEY, 'stored');
    keys.clear(DEEPSEEK);
    expect(await keys.find(DEEPSEEK)).toMatchObject({ storage: 'none' });
    expect(await keys.find(OPENAI)).toMatchObject({ key: 'sk-openai' });
    await keys.save(DEEPSEEK, KEY, 'session');
    keys.clear(DEEPSEEK);
    expect(await keys.find(DEEPSEEK)).toMatchObject({ storage: 'none' });
  });

  test.each(['', '  ', 'sk 1', 'sk\n1', '密钥', 'sk-“1”'])('%j is none that could be sent', async (key) => {
    await expect(open().save(OPENAI, key, 'stored')).rejects.toMatchObject({ code: 'model.bad_key' });
    expect(store.writes).toBe(0);
  });

  test('without a provider is refused', async () => {
    const nobody = { protocol: 'openai', baseUrl: '' } as const;
    await expect(open().save(nobody, KEY, 'session')).rejects.toMatchObject({ code: 'model.bad_base_url' });
  });

  test('that cannot be stored is refused with the reason, and the one for this session stays', async () => {
    const keys = open();
    await keys.save(OPENAI, 'sk-session', 'session');
    cipher.works = false;
    await expect(keys.save(OPENAI, KEY, 'stored')).rejects.toMatchObject({
      code: 'model.key_not_stored',
      params: { detail: 'no keyring' },
    });
    expect(await keys.find(OPENAI)).toMatchObject({ key: 'sk-session' });
  });
});

describe('the key of the environment', () => {
  const ENV = 'sk-environment-5521';

  test('belongs to the address that the user agreed to, at the next start too', async () => {
    const keys = open(ENV);
    expect(await keys.find(DEEPSEEK)).toMatchObject({ key: ENV });
    expect(await keys.find(OPENAI)).toMatchObject({ key: ENV });
    expect(await keys.question(DEEPSEEK)).toMatchObject({ fromEnvironment: true });
    await keys.agree(DEEPSEEK);
    expect(await keys.question(DEEPSEEK)).toBeNull();
    for (const now of [keys, open(ENV)]) {
      expect(await now.find(DEEPSEEK)).toEqual({ key: ENV, storage: 'environment' });
      expect(await now.find(OPENAI)).toEqual({ key: null, storage: 'none' });
      expect(await now.find({ ...OPENAI, baseUrl: 'http://localhost:11434/v1' })).toMatchObject({
        key: null,
      });
      expect(now.environmentKeyElsewhere(OPENAI)).toEqual(['https://api.deepseek.com']);
      expect(now.environmentKeyElsewhere(DEEPSEEK)).toBeNull();
    }
    expect(JSON.stringify(addressFile.value)).not.toContain(ENV);
  });

  test('stays with that address: where it is not found, nothing can be agreed to', async () => {
    const keys = open(ENV);
    await keys.agree(DEEPSEEK);
    await keys.agree(OPENAI);
    expect(await open(ENV).find(OPENAI)).toMatchObject({ key: null });
    expect(await open(ENV).question(OPENAI)).toBeNull();
  });

  test('leaves another address to the key that was entered for it', async () => {
    const keys = open(ENV);
    await keys.agree(DEEPSEEK);
    await keys.save(OPENAI, KEY, 'session');
    expect(await keys.find(OPENAI)).toEqual({ key: KEY, storage: 'session' });
    expect(await keys.find(DEEPSEEK)).toMatchObject({ key: ENV });
  });

  test('is sent nowhere without an address, and another key starts anew', async () => {
    const nobody = { protocol: 'openai', baseUrl: '' } as const;
    expect(await open(ENV).find(nobody)).toEqual({ key: null, storage: 'environment' });
    await open(ENV).agree(nobody);
    await open(ENV).agree(DEEPSEEK);
    expect(await open('sk-other').find(OPENAI)).toMatchObject({ key: 'sk-other' });
    expect(open('sk-other').environmentKeyElsewhere(OPENAI)).toBeNull();
    expect(open(null).environmentKeyElsewhere(OPENAI)).toBeNull();
  });
});

describe('a stored key', () => {
  test('that cannot be decrypted is none; the log says so without it, and the file keeps it', async () => {
    await open().save(OPENAI, KEY, 'stored');
    cipher.works = false;
    const keys = open();
    expect(await keys.find(OPENAI)).toEqual({ key: null, storage: 'none' });
    expect(log.lines).toEqual(['warn a stored API key cannot be decrypted and has to be entered again']);
    cipher.works = true;
    expect(await keys.find(OPENAI)).toMatchObject({ key: KEY });
  });

  test('is decrypted once', async () => {
    await open().save(OPENAI, KEY, 'stored');
    const keys = open();
    await keys.find(OPENAI);
    await keys.find(OPENAI);
    expect(cipher.decryptions).toBe(1);
  });

  test('is encrypted anew when the system has a better way', async () => {
    cipher.isProtected = false;
    await open().save(OPENAI, KEY, 'stored');
    cipher.isProtected = true;
    cipher.renew = true;
    expect(await open().find(OPENAI)).toEqual({ key: KEY, storage: 'encrypted' });
    expect(store.writes).toBe(2);
  });

  test('of a newer version stays in the file when another one is stored or forgotten', async () => {
    const newer = { 'anthropic https://api.anthropic.com': { sealed: 'x', version: 2 } };
    store.value = { ...newer };
    const keys = open();
    await keys.save(OPENAI, KEY, 'stored');
    expect(store.value).toMatchObject(newer);
    keys.clear(OPENAI);
    expect(store.value).toEqual(newer);
  });

  test('that the folder does not take is refused with the reason of the folder', async () => {
    const full = new AppError('app.settings_not_saved', {
      path: '/d/credentials.json',
      detail: 'os.disk_full',
    });
    store.write = () => {
      throw full;
    };
    await expect(open().save(OPENAI, KEY, 'stored')).rejects.toBe(full);
  });

  test('costs only itself when the file has a mistake', async () => {
    await open().save(OPENAI, KEY, 'stored');
    store.value = { ...(store.value as object), 'openai https://api.deepseek.com': { data: 7 } };
    expect(await open().find(DEEPSEEK)).toMatchObject({ storage: 'none' });
    expect(await open().find(OPENAI)).toMatchObject({ key: KEY });
  });
});

describe('the cipher of the system', () => {
  type Backend = ReturnType<AsyncSafeStorage['getSelectedStorageBackend']>;

  function safeStorage(prefix: string, backend: Backend, available = true): AsyncSafeStorage {
    return {
      isAsyncEncryptionAvailable: () => Promise.resolve(available),
      encryptStringAsync: (text) => Promise.resolve(Buffer.from(prefix + text)),
      decryptStringAsync: (data) =>
        Promise.resolve({ result: data.toString().slice(prefix.length), shouldReEncrypt: true }),
      getSelectedStorageBackend: () => backend,
    };
  }

  test.each([
    ['macOS', 'darwin', 'v10', 'unknown', true],
    ['Windows', 'win32', 'v10', 'unknown', true],
    ['Linux with a keyring', 'linux', 'v11', 'gnome_libsecret', true],
    ['Linux without one', 'linux', 'v10', 'basic_text', false],
    ['Linux whose keyring did not answer', 'linux', 'v10', 'kwallet6', false],
    ['Linux that says nothing of its keyring', 'linux', 'v10', 'unknown', false],
  ] as [string, NodeJS.Platform, string, Backend, boolean][])(
    'on %s protects: %#',
    async (_where, platform, prefix, backend, expected) => {
      const cipher = systemCipher(safeStorage(prefix, backend), platform);
      expect(await cipher.protects()).toBe(expected);
      expect((await cipher.encrypt(KEY)).isProtected).toBe(expected);
    },
  );

  test('that cannot encrypt protects nothing, and says so', async () => {
    const cipher = systemCipher(safeStorage('v10', 'unknown', false), 'darwin');
    expect(await cipher.protects()).toBe(false);
    await expect(cipher.encrypt(KEY)).rejects.toThrow('no encryption on this system');
  });

  test('gives back what it was given, and the wish to encrypt it anew', async () => {
    const cipher = systemCipher(safeStorage('v11', 'kwallet5'), 'linux');
    const { data } = await cipher.encrypt(KEY);
    expect(await cipher.decrypt(data)).toEqual({ text: KEY, renew: true });
  });
});
