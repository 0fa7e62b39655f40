/** What the system offers for keeping a secret. */
export interface KeyCipher {
  /** Whether what is encrypted is safe from whoever reads the file; false also where nothing can be encrypted. */
  protects(): Promise<boolean>;
  /** Rejects where the system cannot encrypt at all. */
  encrypt(text: string): Promise<EncryptedText>;
  /** Rejects when it was encrypted elsewhere, or the keyring stays locked. */
  decrypt(data: Buffer): Promise<{ text: string; renew: boolean }>;
}

export interface EncryptedText {
  data: Buffer;
  /** False when the key it was encrypted with is known to everybody. */
  isProtected: boolean;
}

/** The asynchronous half of Electron's safeStorage; the other half is gone in Electron 46. */
export type AsyncSafeStorage = Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/** What Chromium writes before a text that it encrypted on Linux with the key that stands in its source. */
const LINUX_KNOWN_KEY = 'v10';
const PROBE = 'probe';

/** The cipher of the system. To be used after `ready`. */
export function systemCipher(storage: AsyncSafeStorage, platform: NodeJS.Platform): KeyCipher {
  // The backend is chosen for the synchronous API; what the asynchronous one really used only the prefix tells.
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
