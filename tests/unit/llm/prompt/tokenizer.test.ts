import { describe, expect, it } from 'vitest';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { countTokens } from '../../../../src/core/extract/llm/prompt/tokenizer.ts';

describe('the tokenizer', () => {
  it('counts what the o200k encoding makes of a text', () => {
    for (const text of [
      '',
      'hello world',
      '大众_迈腾 129s',
      '#12 14:00:00 visit_poi poi=长城4S店 3689s\n',
      '👩‍👩‍👧 x',
    ]) {
      expect(countTokens(text)).toBe(encode(text).length);
    }
  });

  it('takes special tokens in a log for plain text', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
    expect(countTokens('a<|im_start|>b<|endofprompt|>')).toBeGreaterThan(5);
  });

  it('counts a megabyte without a blank in a moment', () => {
    const started = performance.now();
    expect(countTokens('喔'.repeat(300_000))).toBeGreaterThan(100_000);
    expect(countTokens('a'.repeat(1_000_000))).toBeGreaterThan(100_000);
    expect(countTokens(' '.repeat(1_000_000))).toBeGreaterThan(1);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('counts a long text of ordinary words exactly', () => {
    const text = '用户浏览了大众迈腾的详情页，然后到店。 '.repeat(200);
    expect(countTokens(text)).toBe(encode(text).length);
  });

  it('does not cut a character in two where it cuts a long run', () => {
    const run = '😀'.repeat(2_000);
    expect(Math.abs(countTokens(run) - encode(run).length)).toBeLessThan(40);
  });
});
