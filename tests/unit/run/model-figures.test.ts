import { describe, expect, it } from 'vitest';
import { NO_REQUESTS } from '../../../src/core/extract/ports.ts';
import { modelFigures } from '../../../src/core/run/model-figures.ts';

type FiguredRun = Parameters<typeof modelFigures>[0];

const TOTALS = { ...NO_REQUESTS, requests: 3, inputTokens: 900, outputTokens: 100, cost: 2 };

const run = (patch: Partial<FiguredRun>, priced = true): FiguredRun => ({
  status: 'running',
  totalUsers: 100,
  processedUsers: 20,
  totalWeight: 400,
  doneWeight: 100,
  model: {
    name: 'm',
    currency: 'CNY',
    priced,
    maxCost: null,
    maxTokens: null,
    pilotUsers: null,
    pilotReleased: false,
    pilotDetail: null,
    fresh: false,
    cachedUsers: 0,
    guardrailEvents: 0,
    regroupedEvents: 0,
    unsupportedEvents: 0,
    lowCoverageUsers: 0,
  },
  ...patch,
});

describe('what the whole run will take', () => {
  it('follows from the share of the work that is done', () => {
    expect(modelFigures(run({}), TOTALS, null)).toMatchObject({ projectedCost: 8, projectedTokens: 4000 });
  });

  it('is what it took once it is completed, whatever its weight', () => {
    expect(modelFigures(run({ status: 'completed' }), TOTALS, null)).toMatchObject({
      projectedCost: 2,
      projectedTokens: 1000,
    });
  });

  it('is not known while nothing is done', () => {
    expect(modelFigures(run({ doneWeight: 0 }), TOTALS, null)).toMatchObject({
      projectedCost: null,
      projectedTokens: null,
    });
  });

  it('is known in tokens without prices', () => {
    expect(modelFigures(run({}, false), TOTALS, null)).toMatchObject({
      cost: null,
      projectedCost: null,
      projectedTokens: 4000,
    });
  });
});
