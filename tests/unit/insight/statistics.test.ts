import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differenceInterval,
  normalQuantile,
  quantile,
  ratioInterval,
  wilson,
} from '../../../src/core/insight/statistics.ts';
import { referenceRatio, referenceWilson, referenceZ } from './reference-statistics.ts';

const Z = normalQuantile();
const rounded = ({ low, high }: { low: number; high: number }): string =>
  [low, high].map((value) => value.toFixed(4).replace(/^-(0\.0+)$/, '$1')).join(' ');

describe('intervals beside published values', () => {
  // R. G. Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998) 857–872, table I, method 3.
  it.each([
    [81, 263, '0.2553 0.3662'],
    [15, 148, '0.0624 0.1605'],
    [0, 20, '0.0000 0.1611'],
    [1, 29, '0.0061 0.1718'],
  ])('Wilson: %i of %i', (count, total, interval) => {
    expect(rounded(wilson(count, total, Z))).toBe(interval);
  });

  // R. G. Newcombe, Interval estimation for the difference between independent proportions, Stat. Med. 17 (1998) 873–890, table II, method 10.
  it.each([
    [56, 70, 48, 80, '0.0524 0.3339'],
    [9, 10, 3, 10, '0.1705 0.8090'],
    [6, 7, 2, 7, '0.0582 0.8062'],
    [5, 56, 0, 29, '-0.0381 0.1926'],
    [0, 10, 0, 20, '-0.1611 0.2775'],
    [0, 10, 0, 10, '-0.2775 0.2775'],
    [10, 10, 0, 20, '0.6791 1.0000'],
    [10, 10, 0, 10, '0.6075 1.0000'],
    // M. W. Fagerland, S. Lydersen, P. Laake, Statistical Analysis of Contingency Tables (2017), chapter 4; its R package contingencytables.
    [7, 34, 1, 34, '0.0189 0.3404'],
  ])('of a difference: %i of %i and %i of %i', (countA, totalA, countB, totalB, interval) => {
    expect(rounded(differenceInterval([countA, totalA], [countB, totalB], Z))).toBe(interval);
  });

  // M. W. Fagerland, S. Lydersen, P. Laake (2017), chapter 4, MOVER-R Wilson; its R package contingencytables.
  it('of a ratio: 7 of 34 and 1 of 34', () => {
    expect(rounded(ratioInterval([7, 34], [1, 34], Z) ?? { low: 0, high: 0 })).toBe('1.1537 41.9763');
  });

  // The two-sided quantiles of the standard normal distribution, as tables have them (e.g. of 95 %, 99 % and 99.9 %: 1.9600, 2.5758, 3.2905).
  it.each([
    [1, 1.959963984540054],
    [5, 2.575829303548901],
    [10, 2.807033768343811],
    [50, 3.290526731491931],
    [500, 3.890591886413097],
    [5000, 4.417173413467606],
    [50_000, 4.891638475698592],
  ])('the quantile for %i comparisons', (comparisons, z) => {
    expect(Math.abs(normalQuantile(comparisons) / z - 1)).toBeLessThan(2e-9);
    expect(Math.abs(referenceZ(comparisons) / z - 1)).toBeLessThan(1e-9);
  });
});

describe('intervals beside their definitions', () => {
  const counts = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(60))
    .map(([total, count]): [number, number] => [count % (total + 1), total]);
  const comparisons = fc.constantFrom(1, 7, 300);

  it('Wilson and of a ratio, whatever the counts', () => {
    fc.assert(
      fc.property(counts, counts, comparisons, ([countA, totalA], [countB, totalB], of) => {
        const z = normalQuantile(of);
        const [found, wanted] = [wilson(countA, totalA, z), referenceWilson(countA, totalA, z)];
        expect(found.low).toBeCloseTo(wanted.low, 9);
        expect(found.high).toBeCloseTo(wanted.high, 9);
        const [ratio, of2] = [
          ratioInterval([countA, totalA], [countB, totalB], z),
          referenceRatio([countA, totalA], [countB, totalB], z),
        ];
        expect(ratio === null).toBe(of2 === null);
        if (!ratio || !of2) return;
        expect(Math.abs(ratio.low - of2.low)).toBeLessThan(1e-6 * Math.max(1, of2.low));
        expect(Math.abs(ratio.high - of2.high)).toBeLessThan(1e-6 * Math.max(1, of2.high));
      }),
      { numRuns: 500, seed: 20261127 },
    );
  });

  it('hold the value itself, and the difference is the other way round with the sides changed', () => {
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const { low, high } = differenceInterval(one, other, Z);
        const difference = one[0] / one[1] - other[0] / other[1];
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        const back = differenceInterval(other, one, Z);
        expect(back.low).toBeCloseTo(-high, 12);
        expect(back.high).toBeCloseTo(-low, 12);
      }),
      { numRuns: 500, seed: 20261127 },
    );
  });
});

it('a quantile lies between its neighbours as type 7 of Hyndman and Fan has it', () => {
  // R: quantile(c(1, 2, 4, 8, 16), c(0.1, 0.25, 0.5, 0.75, 0.9), type = 7) gives 1.4, 2, 4, 8, 12.8.
  const sorted = Float64Array.from([1, 2, 4, 8, 16]);
  expect([0.1, 0.25, 0.5, 0.75, 0.9].map((share) => Number(quantile(sorted, share)?.toFixed(10)))).toEqual([
    1.4, 2, 4, 8, 12.8,
  ]);
  expect(quantile(new Float64Array(0), 0.5)).toBeNull();
});
