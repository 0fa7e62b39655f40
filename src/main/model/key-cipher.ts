/** What the system offers for keeping a secret. */
export interface KeyCipher {
  /** Whether encrypted text is safe from readers of the file; false also where nothing can be encrypted. */
  protects(): Promise<boolean>;
  /** Rejects where the system cannot encrypt at all. */
  encrypt(text: string): Promise<EncryptedText>;
  /** Rejects when it was encrypted elsewhere, or the keyring stays locked. */
  decrypt(data: Buffer): Promise<{ text: string; renew: boolean }>;
}

export interface EncryptedText {
  data: Buffer;
  /** False when the encryption key is public. */
  isProtected: boolean;
}

/** The asynchronous half of Electron's safeStorage; the other half is gone in Electron 46. */
export type AsyncSafeStorage = Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/** Prefix of a text that Chromium encrypted on Linux with the key in its source code. */
const LINUX_KNOWN_KEY = 'v10';
const PROBE = 'probe';

/** The cipher of the system. To be used after `ready`. */
export function systemCipher(storage: AsyncSafeStorage, platform: NodeJS.Platform): KeyCipher {
  // The backend is chosen for the synchronous API; only the prefix shows which one the asynchronous API used.
  const isProtected = (data: Buffer): boolean =>
    platform !== 'linux' ||
    (storage.getSelectedStorageBackend() !== 'basic_text' &&
      data.subarray(0, LINUX_KNOWN_KEY.length).toString('latin1') !== LINUX_KNOWN_KEY);

  const encrypt = async (text: string): Promise<EncryptedText> => {
    if (!(await storage.isAsyncEncryptionAvailable())) throw new Error('no encryption on this system');
    const data = await storage.encryptStringAsync(text);
    return { data, isProtected: isProtected(data) };
  };

  return {
    encrypt,
    async protects() {
      try {
        return (await encrypt(PROBE)).isProtected;
      } catch {
        return false;
      }
    },
    async decrypt(data) {
      const { result, shouldReEncrypt } = await storage.decryptStringAsync(data);
      return { text: result, renew: shouldReEncrypt };
    },
  };
}
