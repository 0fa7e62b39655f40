import { describe, expect, it } from 'vitest';
import { chooseGrain, joinedBy } from '../../../src/core/abstraction/theme-grain.ts';
import { THEME_GRAINS } from '../../../src/shared/abstraction.ts';
import type { ThemeGrain } from '../../../src/shared/abstraction.ts';

/** `percent`: events for each hundred behaviours. */
const chosen = (
  percent: Record<ThemeGrain, number>,
  isDecided = false,
  behaviours = 1_000,
): Promise<ThemeGrain> =>
  chooseGrain(behaviours, isDecided, (grain) => Promise.resolve((percent[grain] * behaviours) / 100));

describe('what behaviours join by', () => {
  it.each([
    ['electronics.smartphone', false, ['electronics.smartphone', 'electronics', 'electronics', null]],
    ['/products/garden', false, ['/products/garden', '/products', '/products', null]],
    ['/blog', false, ['/blog', '/blog', '/blog', null]],
    ['大众', false, ['大众', '大众', '大众', null]],
    ['Red lamp', true, ['Red lamp', 'Red lamp', null, null]],
  ] as const)('%s', (theme, isOwnName, expected) => {
    expect(THEME_GRAINS.map((grain) => joinedBy(theme, isOwnName, grain))).toEqual(expected);
  });
});

describe('the grain of a log', () => {
  it('is the finest that abstracts it', async () => {
    expect(await chosen({ themes: 50, upper: 10, known: 10, none: 5 })).toBe('themes');
    expect(await chosen({ themes: 90, upper: 55, known: 10, none: 5 })).toBe('upper');
    expect(await chosen({ themes: 90, upper: 90, known: 90, none: 20 })).toBe('none');
  });

  it('is no coarser where that saves next to nothing', async () => {
    expect(await chosen({ themes: 90, upper: 88, known: 85, none: 80 })).toBe('themes');
    expect(await chosen({ themes: 90, upper: 70, known: 69, none: 65 })).toBe('upper');
  });

  it('keeps themes apart that somebody has decided on, and those of a log too small to tell', async () => {
    expect(await chosen({ themes: 90, upper: 90, known: 70, none: 20 }, true)).toBe('known');
    expect(await chosen({ themes: 90, upper: 90, known: 90, none: 20 }, false, 50)).toBe('themes');
  });
});
