import { expect, it } from 'vitest';
import { cellValue } from '../../../src/core/import/cell.ts';

it('a cell loses the backtick that bills begin it with, and a text in several keeps the others', () => {
  expect(['`2026-02-03', '`a`', '`', '`NULL', '` 12'].map(cellValue)).toEqual([
    '2026-02-03',
    'a',
    null,
    null,
    '12',
  ]);
  expect(cellValue('```code```')).toBe('``code``');
  expect(cellValue('` '.repeat(100_000))).toHaveLength(199_995);
});
