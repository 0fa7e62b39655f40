import { describe, expect, it } from 'vitest';
import { SizeLearner } from '../../../../src/core/extract/llm/planning/size-learner.ts';
import { Random } from '../../../../src/core/sample/random.ts';

/** Asks `requests` batches of the size allowed; a damaged one is asked again in halves. Gives the sizes of the batches. */
function simulate(learner: SizeLearner, requests: number, isDamaged: (units: number) => boolean): number[] {
  const sizes: number[] = [];
  const again: number[] = [];
  while (sizes.length < requests) {
    const units = again.pop() ?? learner.units;
    sizes.push(units);
    if (!isDamaged(units)) {
      learner.succeeded(units);
    } else {
      learner.failed(units);
      if (units > 1) again.push(Math.ceil(units / 2), Math.floor(units / 2));
    }
  }
  return sizes;
}

describe('the safe size', () => {
  it('starts at a moderate number and grows by a quarter with whole answers', () => {
    const learner = new SizeLearner();
    const start = learner.units;
    expect(start).toBeGreaterThanOrEqual(4);
    expect(start).toBeLessThanOrEqual(16);
    learner.succeeded(start);
    expect(learner.units).toBe(Math.floor(start * 1.25));
  });

  it('is halved by a damaged answer', () => {
    const learner = new SizeLearner();
    const start = learner.units;
    learner.failed(start);
    expect(learner.units).toBe(start / 2);
  });

  it('is halved once by a burst of damage to batches of one size', () => {
    const learner = new SizeLearner();
    const start = learner.units;
    for (let n = 0; n < 10; n++) learner.failed(start);
    expect(learner.units).toBe(start / 2);
  });

  it('does not grow from batches smaller than it', () => {
    const learner = new SizeLearner();
    const start = learner.units;
    for (let n = 0; n < 50; n++) learner.succeeded(1);
    expect(learner.units).toBe(start);
  });

  it('does not grow beyond what the batches in flight prove', () => {
    const learner = new SizeLearner();
    for (let n = 0; n < 32; n++) learner.succeeded(8);
    expect(learner.units).toBe(10);
  });

  it('never leaves its bounds', () => {
    const [small, large] = [new SizeLearner(), new SizeLearner()];
    for (let n = 0; n < 100; n++) small.failed(small.units);
    for (let n = 0; n < 500; n++) large.succeeded(large.units);
    expect(small.units).toBe(1);
    expect(large.units).toBe(64);
  });

  it('settles below the size at which a model begins to leave users out', () => {
    const random = new Random(3, 0);
    const sizes = simulate(new SizeLearner(), 600, (units) => random.chance(units > 12 ? 0.9 : 0.02));
    const late = sizes.slice(200);
    const tooLarge = late.filter((units) => units > 12).length / late.length;
    expect(tooLarge).toBeLessThan(0.15);
    expect(late.reduce((sum, units) => sum + units, 0) / late.length).toBeGreaterThan(5);
  });

  it('stays large with a service that damages one answer in four, whatever its size', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const random = new Random(seed, 0);
      const learner = new SizeLearner();
      simulate(learner, 600, () => random.chance(0.23));
      expect(learner.units).toBeGreaterThanOrEqual(16);
    }
  });

  it('is not reduced by a small batch that fails while large ones are answered', () => {
    const learner = new SizeLearner();
    for (let n = 0; n < 30; n++) learner.succeeded(learner.units);
    const before = learner.units;
    for (let n = 0; n < 3; n++) learner.failed(2);
    expect(learner.units).toBe(before);
  });

  it('learns from batches that other limits keep smaller than it allows', () => {
    const learner = new SizeLearner();
    for (let n = 0; n < 6; n++) {
      learner.failed(4);
      learner.succeeded(2);
      learner.succeeded(2);
    }
    expect(learner.units).toBe(2);
  });

  it('survives storage, and begins anew when that cannot be read', () => {
    const learner = new SizeLearner();
    for (let n = 0; n < 5; n++) learner.succeeded(learner.units);
    learner.failed(learner.units);
    expect(SizeLearner.from(JSON.parse(JSON.stringify(learner))).units).toBe(learner.units);
    expect(SizeLearner.from({ limit: 1e9 }).units).toBe(new SizeLearner().units);
    expect(SizeLearner.from(undefined).units).toBe(new SizeLearner().units);
  });
});
