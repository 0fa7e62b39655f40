import { describe, expect, it } from 'vitest';
import { KeyAddresses, originOf } from '../../src/core/key-addresses.ts';
import type { KeyAddressFile } from '../../src/core/key-addresses.ts';

const KEY = 'sk-secret-77c1e5f2';
const HOME = 'https://api.deepseek.com';

class MemoryFile implements KeyAddressFile {
  value: unknown;
  writes = 0;

  read(): unknown {
    return this.value;
  }

  write(value: object): void {
    this.value = value;
    this.writes += 1;
  }
}

describe('the addresses of a key', () => {
  it('are any as long as it has not been used, then the one it was used with', () => {
    const file = new MemoryFile();
    const addresses = new KeyAddresses(file);
    expect(addresses.allows(KEY, HOME)).toBe(true);
    expect(addresses.allows(KEY, 'https://other.example')).toBe(true);
    expect(file.writes).toBe(0);
    addresses.allow(KEY, HOME);
    for (const origin of [
      'https://other.example',
      'http://api.deepseek.com',
      `${HOME}:8443`,
      'http://localhost:1',
    ])
      expect(new KeyAddresses(file).allows(KEY, origin), origin).toBe(false);
    expect(new KeyAddresses(file).allows(KEY, HOME)).toBe(true);
  });

  it('are those that were confirmed, too; a known one is not written again', () => {
    const file = new MemoryFile();
    const addresses = new KeyAddresses(file);
    addresses.allow(KEY, HOME);
    addresses.allow(KEY, 'http://localhost:11434');
    addresses.allow(KEY, HOME);
    expect(addresses.originsOf(KEY)).toEqual([HOME, 'http://localhost:11434']);
    expect(file.writes).toBe(2);
  });

  it('are of this key only', () => {
    const addresses = new KeyAddresses(new MemoryFile());
    addresses.allow(KEY, HOME);
    expect(addresses.allows('sk-another', 'https://other.example')).toBe(true);
  });

  it('are kept without the key, and differently for each user of the same key', () => {
    const [one, other] = [new MemoryFile(), new MemoryFile()];
    for (const file of [one, other]) new KeyAddresses(file).allow(KEY, HOME);
    expect(JSON.stringify(one.value)).not.toContain(KEY);
    expect(one.value).not.toEqual(other.value);
  });

  it.each([[null], [[]], [{ salt: '', keys: {} }], [{ salt: 'c2FsdA==', keys: 7 }], ['text']])(
    'are none in a file with the contents %j',
    (value) => {
      const file = new MemoryFile();
      file.value = value;
      expect(new KeyAddresses(file).originsOf(KEY)).toEqual([]);
      new KeyAddresses(file).allow(KEY, HOME);
      expect(new KeyAddresses(file).originsOf(KEY)).toEqual([HOME]);
    },
  );
});

describe('the origin of an address', () => {
  it.each([
    ['https://api.deepseek.com/v1', HOME],
    ['https://API.DeepSeek.com:443/beta', HOME],
    ['http://localhost:11434/v1', 'http://localhost:11434'],
    ['ftp://api.deepseek.com', null],
    ['nowhere', null],
  ])('%s: %s', (address, origin) => {
    expect(originOf(address)).toBe(origin);
  });
});
