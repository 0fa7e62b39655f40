import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { KeyAddresses } from '../../core/key-addresses.ts';
import { originOf } from '../../core/key-addresses.ts';
import { isReadableOnItsWay } from '../../shared/addresses.ts';
import type { KeyStorage, ModelProtocol } from '../../shared/model.ts';
import type { Log } from '../log/rotating-log.ts';
import { objectOf } from '../settings/stored-object.ts';
import type { ValueStore } from '../settings/value-store.ts';
import type { KeyCipher } from './key-cipher.ts';

/** The provider that a key belongs to. */
export interface KeyOwner {
  protocol: ModelProtocol;
  baseUrl: string;
}

export interface FoundKey {
  /** Null without one. */
  key: string | null;
  storage: KeyStorage;
}

/** What a user has to be asked before a key is sent to an address for the first time. */
export interface KeyQuestion {
  /** Where it would go, e.g. `https://api.deepseek.com`. */
  origin: string;
  /** It is the key of the environment, which was given for no address in particular. */
  fromEnvironment: boolean;
  /** Whoever is on the way can read it. */
  inClear: boolean;
}

const NO_KEY: FoundKey = { key: null, storage: 'none' };

const credentialSchema = z.object({ data: z.base64(), isProtected: z.boolean() });
type Credential = z.infer<typeof credentialSchema>;

/** Characters that can be sent in an HTTP header, as keys are. */
const SENDABLE_KEY = /^[\x21-\x7e]+$/;

export interface KeyStoreOptions {
  store: ValueStore;
  cipher: KeyCipher;
  /** The key of EVENTLOOM_API_KEY; it comes before all others, at the addresses that it belongs to. */
  environmentKey: string | null;
  /** To which addresses the key of the environment may be sent. */
  addresses: KeyAddresses;
  log: Log;
}

/**
 * The API keys, one for each provider (protocol and origin of its address), so that a key is never sent to another
 * provider. The key of the environment belongs to the address that the user has confirmed; for another address a key has to
 * be entered. No key goes in clear text to another machine before the user has agreed. Keys leave this class for the engine only.
 */
export class KeyStore {
  readonly #options: KeyStoreOptions;
  /** Kept until the application quits. */
  readonly #session = new Map<string, string>();
  /** Decrypted keys, so that a keyring prompts the user only once. */
  readonly #decrypted = new Map<string, FoundKey>();

  constructor(options: KeyStoreOptions) {
    this.#options = options;
  }

  /** Whether a stored key would be safe; false where the system has no keyring. */
  canEncrypt(): Promise<boolean> {
    return this.#options.cipher.protects();
  }

  /** The key of a provider. Never rejects: a key that cannot be decrypted is none. */
  async find(owner: KeyOwner): Promise<FoundKey> {
    const { environmentKey } = this.#options;
    const name = ownerName(owner);
    // Without an address the key cannot be sent anywhere yet.
    if (name === null) return environmentKey === null ? NO_KEY : { key: null, storage: 'environment' };
    if (environmentKey !== null && this.#environmentAllows(environmentKey, owner))
      return { key: environmentKey, storage: 'environment' };
    const session = this.#session.get(name);
    if (session !== undefined) return { key: session, storage: 'session' };
    return this.#decrypted.get(name) ?? this.#decrypt(name);
  }

  /**
   * The addresses that the key of the environment belongs to, when the provider is none of them; null when it is one, or
   * when there is no such key.
   */
  environmentKeyElsewhere(owner: KeyOwner): string[] | null {
    const { environmentKey, addresses } = this.#options;
    if (environmentKey === null || ownerName(owner) === null) return null;
    return this.#environmentAllows(environmentKey, owner) ? null : addresses.originsOf(environmentKey);
  }

  /** What the user has to be asked before the key in use is sent to a provider; null when it may be. */
  async question(owner: KeyOwner): Promise<KeyQuestion | null> {
    const { key, storage } = await this.find(owner);
    const origin = originOf(owner.baseUrl);
    const fromEnvironment = storage === 'environment';
    const inClear = isReadableOnItsWay(owner.baseUrl);
    if (key === null || origin === null || !(fromEnvironment || inClear)) return null;
    const agreed = this.#options.addresses.originsOf(key).includes(origin);
    return agreed ? null : { origin, fromEnvironment, inClear };
  }

  /** The user has agreed that the key in use is sent to a provider. Throws app.settings_not_saved. */
  async agree(owner: KeyOwner): Promise<void> {
    const { key } = await this.find(owner);
    const origin = originOf(owner.baseUrl);
    if (key !== null && origin !== null) this.#options.addresses.allow(key, origin);
  }

  /**
   * Keeps a key for a provider, in memory or in the file, and forgets the one there was.
   * Throws model.bad_base_url, model.bad_key, model.key_not_stored, app.settings_not_saved.
   */
  async save(owner: KeyOwner, given: string, keep: 'stored' | 'session'): Promise<void> {
    const name = ownerName(owner);
    if (name === null) throw new AppError('model.bad_base_url', { url: owner.baseUrl });
    const key = given.trim();
    if (!SENDABLE_KEY.test(key)) throw new AppError('model.bad_key');
    if (keep === 'session') {
      this.#remove(name);
      this.#session.set(name, key);
      return;
    }
    try {
      await this.#store(name, key);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('model.key_not_stored', { detail: messageOf(error) });
    }
    this.#session.delete(name);
  }

  /** Forgets the key of a provider, wherever it is kept. */
  clear(owner: KeyOwner): void {
    const name = ownerName(owner);
    if (name === null) return;
    this.#session.delete(name);
    this.#remove(name);
  }

  #environmentAllows(key: string, { baseUrl }: KeyOwner): boolean {
    const origin = originOf(baseUrl);
    return origin !== null && this.#options.addresses.allows(key, origin);
  }

  async #decrypt(name: string): Promise<FoundKey> {
    const credential = this.#read(name);
    if (!credential) return NO_KEY;
    try {
      const { text, renew } = await this.#options.cipher.decrypt(Buffer.from(credential.data, 'base64'));
      const found: FoundKey = { key: text, storage: credential.isProtected ? 'encrypted' : 'unprotected' };
      this.#decrypted.set(name, found);
      if (renew) await this.#renew(name, text);
      return this.#decrypted.get(name) ?? found;
    } catch {
      // A profile moved to another computer, or a keyring that stays locked. The entry is left: the keyring may open.
      this.#options.log.warn('a stored API key cannot be decrypted and has to be entered again');
      return NO_KEY;
    }
  }

  /** Encrypts a key again: the system now has a better encryption key. */
  async #renew(name: string, key: string): Promise<void> {
    try {
      await this.#store(name, key);
    } catch {
      this.#options.log.warn('a stored API key could not be encrypted anew; the old form is kept');
    }
  }

  async #store(name: string, key: string): Promise<void> {
    const { data, isProtected } = await this.#options.cipher.encrypt(key);
    const { store } = this.#options;
    store.write({ ...objectOf(store.read()), [name]: { data: data.toString('base64'), isProtected } });
    this.#decrypted.set(name, { key, storage: isProtected ? 'encrypted' : 'unprotected' });
  }

  #remove(name: string): void {
    this.#decrypted.delete(name);
    // An entry that this version cannot read is left: a newer version may have written it.
    const { [name]: removed, ...others } = objectOf(this.#options.store.read());
    if (removed !== undefined) this.#options.store.write(others);
  }

  #read(name: string): Credential | null {
    return credentialSchema.safeParse(objectOf(this.#options.store.read())[name]).data ?? null;
  }
}

/** Whether requests can be sent to an address: http or https, without a password, which would be stored in plain text. */
export function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === ''
  );
}

function ownerName({ protocol, baseUrl }: KeyOwner): string | null {
  return isBaseUrl(baseUrl) ? `${protocol} ${new URL(baseUrl).origin}` : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
