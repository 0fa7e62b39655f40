import { describe, expect, it } from 'vitest';
import { areOpaque, isOpaque } from '../../../src/core/abstraction/opaque-names.ts';

describe('names that are ids', () => {
  it.each([
    '88123',
    '#17',
    '512.1767571200',
    '70e2666f-38f0-d182-a7e7-0d97488c175a',
    '3f9a21bc',
    'itm_48213',
    'SKU-00123',
    'tt0111161',
    '商品10023',
    'B07XJ8C8F5',
    '4uLU6hMCjMI75M1A2tKUQC',
  ])('%s', (name) => expect(isOpaque(name)).toBe(true));

  it.each([
    '大众_途观',
    'iPhone 17',
    'deadbeef',
    'Blue Morning',
    'electronics.smartphone',
    '/item/4711',
    '4S店',
    'Q5',
  ])('not %s', (name) => expect(isOpaque(name)).toBe(false));

  it('make a column of ids when they are most of its names', () => {
    const ids = Array.from({ length: 6 }, (_, index) => `itm_${1000 + index}`);
    expect(areOpaque(new Set([...ids, 'gold', 'gems']))).toBe(true);
    expect(areOpaque(new Set([...ids, 'a', 'b', 'c', 'd', 'e', 'f']))).toBe(false);
    expect(areOpaque(new Set(ids.slice(0, 3)))).toBe(false);
  });
});
