import { expect, it } from 'vitest';
import { countTokens } from '../../../../src/core/extract/llm/prompt/tokenizer.ts';
import { firstTokens, tokensOf } from '../../../../tools/fault-server/tokens.ts';
import { promptOf } from './helpers.ts';

it('counts Chinese by the character and the rest by four of them', () => {
  expect(tokensOf('大众迈腾大众迈腾大众')).toBe(7);
  expect(tokensOf('abcdefgh')).toBe(2);
  expect(tokensOf('')).toBe(0);
});

it('differs from the tokenizer of the application', () => {
  const prompt = promptOf(20);
  const ratio = tokensOf(prompt) / countTokens(prompt);
  expect(Math.abs(ratio - 1)).toBeGreaterThan(0.05);
});

it('cuts to a number of tokens, never through a character', () => {
  const text = '浏览|1-2|😀😀😀😀大众_迈腾';
  for (let most = 0; most <= tokensOf(text); most++) {
    const start = firstTokens(text, most);
    expect(text.startsWith(start)).toBe(true);
    expect(start.isWellFormed()).toBe(true);
    expect(tokensOf(start)).toBeLessThanOrEqual(most);
  }
  expect(firstTokens(text, 1000)).toBe(text);
});
