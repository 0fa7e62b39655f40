import { describe, expect, it } from 'vitest';
import { IdTable } from '../../../src/core/import/id-table.ts';

describe('IdTable', () => {
  it('finds the number of each of many texts, and of no other', () => {
    const table = new IdTable();
    const texts = Array.from({ length: 50_000 }, (_, at) => `用户-${at * 7919}`);
    texts.forEach((text, at) => table.add(text, at + 1));
    expect(texts.every((text, at) => table.get(text) === at + 1)).toBe(true);
    expect([table.get('用户-1'), table.get(''), table.get('用户')]).toEqual([0, 0, 0]);
    expect(table.size).toBe(50_000);
    expect(table.chars).toBe(texts.join('').length);
  });

  it('tells texts apart that differ in one unit, in length, or in half of a character', () => {
    const table = new IdTable();
    const texts = ['', 'a', 'A', 'aa', 'a\0', '\0a', '😀', '😁', '\ud83d', '\ude00', 'x'.repeat(65_535)];
    texts.forEach((text, at) => table.add(text, at + 1));
    expect(texts.map((text) => table.get(text))).toEqual(texts.map((_, at) => at + 1));
  });

  it('keeps numbers of 31 bits', () => {
    const table = new IdTable();
    const numbers = [1, 65_535, 65_536, 2 ** 31 - 1];
    for (const number of numbers) table.add(String(number), number);
    expect(numbers.map((number) => table.get(String(number)))).toEqual(numbers);
  });

  it('forgets what was cleared', () => {
    const table = new IdTable();
    table.add('a', 1);
    table.clear();
    expect([table.get('a'), table.size, table.chars]).toEqual([0, 0, 0]);
    table.add('a', 2);
    expect(table.get('a')).toBe(2);
  });

  it('finds texts whose slots are taken by others', () => {
    // Half as many texts as there are slots at first: hundreds of them share one.
    const table = new IdTable();
    const texts = Array.from({ length: 2_048 }, (_, at) => at.toString(36));
    texts.forEach((text, at) => table.add(text, at + 1));
    expect(texts.every((text, at) => table.get(text) === at + 1)).toBe(true);
  });
});
