import { expect, it } from 'vitest';
import { exactShare, pointsText, ratioText } from '../../../src/shared/drawing/format.ts';
import { shadesOf } from '../../../src/shared/drawing/time-bars.ts';

it('types of one colour have shades of it, each paler than the one before and none too pale', () => {
  expect(shadesOf(['blue', 'green', 'red'])).toEqual([1, 1, 1]);
  expect(shadesOf(['green', 'blue', 'green'])).toEqual([1, 1, 0.7]);
  const many = shadesOf(Array.from({ length: 9 }, () => 'green' as const));
  expect(many).toEqual(many.toSorted((a, b) => b - a));
  expect(new Set(many).size).toBe(9);
  expect(many.at(-1)).toBeGreaterThanOrEqual(0.35);
});

it('ratios have two decimals, so that a column of them is even, large ones fewer and tiny ones more', () => {
  expect([1, 0.932, 0.85, 9.999, 0].map(ratioText)).toEqual(['1.00×', '0.93×', '0.85×', '10.00×', '0.00×']);
  expect([12.34, 99.9, 250.4].map(ratioText)).toEqual(['12.3×', '99.9×', '250×']);
  expect([0.0042, 0.00987].map(ratioText)).toEqual(['0.004×', '0.01×']);
});

it('shares and differences that round to nothing have no sign', () => {
  expect([-0.0004, 0, 0.0004, -0.0006, 1].map(exactShare)).toEqual([
    '0.0%',
    '0.0%',
    '0.0%',
    '-0.1%',
    '100.0%',
  ]);
  expect([-0.0004, 0.0004, -0.032, 0.032].map(pointsText)).toEqual(['0.0', '0.0', '-3.2', '+3.2']);
});
