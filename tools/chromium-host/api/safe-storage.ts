import { loud } from '../loud.ts';

const PREFIX = Buffer.from('v10');

/**
 * `safeStorage` of a Linux without a key ring: `basic_text`, i.e. not a secret. Electron encrypts there with a public
 * key; this only encodes, and reports the same backend.
 */
export const safeStorage = loud('safeStorage', {
  isAsyncEncryptionAvailable: (): Promise<boolean> => Promise.resolve(true),
  encryptStringAsync: (text: string): Promise<Buffer> =>
    Promise.resolve(Buffer.concat([PREFIX, Buffer.from(Buffer.from(text).toString('base64'))])),
  decryptStringAsync: (data: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> => {
    if (!data.subarray(0, PREFIX.length).equals(PREFIX))
      return Promise.reject(new Error('Error while decrypting the ciphertext'));
    const result = Buffer.from(data.subarray(PREFIX.length).toString(), 'base64').toString();
    return Promise.resolve({ shouldReEncrypt: false, result });
  },
  getSelectedStorageBackend: () => 'basic_text' as const,
} satisfies Partial<Electron.SafeStorage>);
