import { randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';

/** Where the addresses are kept. What is read is untrusted. */
export interface KeyAddressFile {
  /** What was written last; undefined or an empty object when nothing was. */
  read(): unknown;
  write(value: object): void;
}

const HASH_BYTES = 32;

const contentsSchema = z.object({
  salt: z.base64().min(1),
  /** Origins by the hash of the key. */
  keys: z.record(z.string(), z.array(z.string())),
});
type Contents = z.infer<typeof contentsSchema>;

/**
 * Remembers to which addresses the API key of the environment may be sent: the one it was first used with, and those that
 * were confirmed. A changed base URL then sends no key to a host that its owner does not know. Of the key only a salted hash
 * is kept.
 */
export class KeyAddresses {
  readonly #file: KeyAddressFile;
  /** Hashing is slow on purpose. */
  readonly #hashes = new Map<string, string>();

  constructor(file: KeyAddressFile) {
    this.#file = file;
  }

  /** The origins that a key may be sent to, the oldest first; empty when it has not been used yet. */
  originsOf(key: string): string[] {
    const contents = this.#read();
    return contents === null ? [] : (contents.keys[this.#hash(key, contents.salt)] ?? []);
  }

  /** Whether a key may be sent to an origin: it may go to any as long as it has not been used. */
  allows(key: string, origin: string): boolean {
    const origins = this.originsOf(key);
    return origins.length === 0 || origins.includes(origin);
  }

  /** Lets a key be sent to an origin from now on. Writes nothing when it may already. */
  allow(key: string, origin: string): void {
    const contents = this.#read() ?? { salt: randomBytes(16).toString('base64'), keys: {} };
    const hash = this.#hash(key, contents.salt);
    const origins = contents.keys[hash] ?? [];
    if (origins.includes(origin)) return;
    this.#file.write({ ...contents, keys: { ...contents.keys, [hash]: [...origins, origin] } });
  }

  /** Null when nothing was kept, or nothing that can be used. */
  #read(): Contents | null {
    return contentsSchema
      .nullable()
      .catch(null)
      .parse(this.#file.read() ?? null);
  }

  #hash(key: string, salt: string): string {
    const known = this.#hashes.get(salt + key);
    if (known !== undefined) return known;
    const hash = scryptSync(key, Buffer.from(salt, 'base64'), HASH_BYTES).toString('hex');
    this.#hashes.set(salt + key, hash);
    return hash;
  }
}

/** The origin of an address, e.g. `https://api.deepseek.com`; null when it is none that can be asked. */
export function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? url.origin : null;
}
