import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { fitLine, padColumns } from '../../../src/cli/terminal-text.ts';

describe('a line of progress', () => {
  it.each(['抽象 50.0 %  150/300 用户  失败 0', 'Abstracting 50.0 %', '🎉🎉🎉🎉', ''])(
    'never takes more columns than there are (%s)',
    (line) => {
      for (let columns = 1; columns < 40; columns++)
        expect(stringWidth(fitLine(line, columns))).toBeLessThanOrEqual(columns);
    },
  );

  it('is left as it is when it fits, and says that it was cut when it does not', () => {
    expect(fitLine('用户 300', 8)).toBe('用户 300');
    expect(fitLine('用户 300', 7)).toBe('用户 3…');
  });
});

describe('a column', () => {
  it('is filled up to the same width in both languages', () => {
    expect(['到店', 'ab', '加购（转化）'].map((one) => stringWidth(padColumns(one, 14)))).toEqual([
      14, 14, 14,
    ]);
  });
});
