import { expect, it } from 'vitest';
import { hashToken, isToken, isTokenOf, newToken } from '../../../src/server/token.ts';
import { WrongTokens } from '../../../src/server/wrong-tokens.ts';

it('a token has 256 random bits, and is known by its hash only', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) {
    expect(isToken(token)).toBe(true);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(isTokenOf(token, hashToken(token))).toBe(true);
    expect(isTokenOf(`${token}x`, hashToken(token))).toBe(false);
    expect(isTokenOf(hashToken(token), hashToken(token))).toBe(false);
  }
  // A file that was cut or edited opens nothing.
  expect(isTokenOf('', '')).toBe(false);
  expect(isTokenOf(newToken(), 'not a hash')).toBe(false);
  for (const text of ['', 'token', `${newToken()} `, `${newToken()}\n`]) expect(isToken(text)).toBe(false);
});

it('wrong tokens are answered so many times in a minute', () => {
  let now = 0;
  const wrong = new WrongTokens({ most: 10, perMs: 60_000 }, () => now);
  for (let index = 0; index < 10; index += 1) expect(wrong.add()).toBe(0);
  expect(wrong.add()).toBe(6);
  now += 3_000;
  expect(wrong.add()).toBe(3);
  now += 3_000;
  expect(wrong.add()).toBe(0);
  expect(wrong.add()).toBe(6);
  // A clock that is set back gives nothing away, and takes nothing.
  now -= 1_000_000;
  expect(wrong.add()).toBe(6);
  now += 60_000_000;
  for (let index = 0; index < 10; index += 1) expect(wrong.add()).toBe(0);
  expect(wrong.add()).toBe(6);
});
