import { describe, expect, it } from 'vitest';
import type { BehaviourInput } from '../../../src/core/extract/extractor.ts';
import { encodeUser, minibatchTokens, stretchOf, usersThatFit } from '../../../src/core/induct/minibatch.ts';

const behaviour = (id: number, action = 'browse'): BehaviourInput => ({
  ...{ id, time: Date.UTC(2026, 0, 1) + id * 3_600_000, action, item: '大众_途观' },
  ...{ text: null, app: null, media: null, poi: null, duration: null, extra: null },
});
const isConversion = ({ action }: BehaviourInput): boolean => action === 'purchase';
const ids = (behaviours: BehaviourInput[]): number[] => behaviours.map(({ id }) => id);
const MANY = Array.from({ length: 1000 }, (_, index) =>
  behaviour(index + 1, index === 399 ? 'purchase' : 'browse'),
);

describe('a stretch of a long history', () => {
  it('is all of it where that fits', () => {
    expect(ids(stretchOf(MANY.slice(0, 5), 1000, isConversion))).toEqual([1, 2, 3, 4, 5]);
  });

  it('has the latest conversion in it, most of what led to it, and a little of what followed', () => {
    const stretch = ids(stretchOf(MANY, 2000, isConversion));
    expect(stretch).toContain(400);
    expect(stretch[0]).toBeLessThan(350);
    expect(stretch.at(-1)).toBeGreaterThan(401);
    expect(stretch.at(-1)).toBeLessThan(420);
  });

  it('is the end where nothing was converted, and never nothing', () => {
    expect(ids(stretchOf(MANY, 2000, () => false)).at(-1)).toBe(1000);
    expect(ids(stretchOf(MANY, 0, () => false))).toEqual([1000]);
    expect(stretchOf([], 100, isConversion)).toEqual([]);
  });
});

describe('a request', () => {
  const options = { maxTokens: 2000, sendUserIds: false, language: 'zh' as const, isConversion };
  const input = { userId: 'person@example.com', profile: [{ name: '年龄', value: '30' }], behaviours: MANY };

  it('has no more than a quarter of one user, by an alias', () => {
    const unit = encodeUser({ userNo: 7, input }, options);
    expect(unit.tokens).toBeLessThanOrEqual(500);
    const text = unit.render('u1', 1);
    expect(text).toMatch(/^@u1\n画像: 年龄=30\n/);
    expect(text).not.toContain('person');
  });

  it('has the users that fit, at least one', () => {
    expect(usersThatFit([400, 400, 400], 1000)).toBe(2);
    expect(usersThatFit([4000, 1], 1000)).toBe(1);
    expect(usersThatFit([10, 10], 1000)).toBe(2);
    expect(usersThatFit([], 1000)).toBe(0);
  });

  it('is as large as the context allows, within bounds', () => {
    expect(minibatchTokens({ contextTokens: 64_000, maxOutputTokens: 16_000 }, 3000)).toBe(16_000);
    expect(minibatchTokens({ contextTokens: 16_000, maxOutputTokens: 16_000 }, 3000)).toBe(1307);
    expect(minibatchTokens({ contextTokens: 2_000, maxOutputTokens: 1_000 }, 3000)).toBe(512);
  });
});
