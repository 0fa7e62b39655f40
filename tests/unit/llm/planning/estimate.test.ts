import { beforeAll, describe, expect, it } from 'vitest';
import { USUAL_SESSIONS } from '../../../../src/core/abstraction/rhythm.ts';
import { estimateRun } from '../../../../src/core/extract/llm/planning/estimate.ts';
import type { EstimateInput } from '../../../../src/core/extract/llm/planning/estimate.ts';
import { OutputModel } from '../../../../src/core/extract/llm/planning/output-model.ts';
import { Packer } from '../../../../src/core/extract/llm/planning/request-load.ts';
import { requestLimits } from '../../../../src/core/extract/llm/planning/request-limits.ts';
import { SizeLearner } from '../../../../src/core/extract/llm/planning/size-learner.ts';
import { splitUser } from '../../../../src/core/extract/llm/planning/split-user.ts';
import { encodeUnit, buildRequest } from '../../../../src/core/extract/llm/prompt/encode-unit.ts';
import type { EncodedUnit } from '../../../../src/core/extract/llm/prompt/encode-unit.ts';
import { modelSettingsSchema } from '../../../../src/shared/model.ts';
import { ALIASED, promptOf, sampleUnits } from './support.ts';

const prompt = promptOf();
// One at a time: no request is made smaller for the sake of rounds.
const settings = { ...modelSettingsSchema.parse({ maxConcurrency: 1 }), priceIn: 2, priceOut: 8 };
let everybody: EncodedUnit[] = [];

beforeAll(async () => {
  const users = await sampleUnits(600);
  everybody = users.map((user) => encodeUnit(user, ALIASED));
});

function behavioursOf(units: readonly EncodedUnit[]): number {
  return units.reduce((sum, { unit }) => sum + unit.behaviours.length, 0);
}

/** The estimate from a sample of all of these users. */
function estimate(all: EncodedUnit[], sample: EncodedUnit[], changes: Partial<EstimateInput> = {}) {
  return estimateRun({
    sample,
    sampleBehaviours: behavioursOf(sample),
    totalUsers: new Set(all.map(({ unit }) => unit.userNo)).size,
    totalBehaviours: behavioursOf(all),
    prompt,
    settings,
    outputs: new OutputModel(),
    sizes: new SizeLearner(),
    ...changes,
  });
}

/** What a run of these units sends, packed one request after the other. */
function pack(all: EncodedUnit[], outputs = new OutputModel(), limitSettings = settings) {
  const limits = requestLimits({ settings: limitSettings, prompt, outputs, sizes: new SizeLearner() });
  const packer = new Packer(outputs);
  packer.push(...all);
  let [requests, inputTokens] = [0, 0];
  for (let units = packer.next(limits); units.length > 0; units = packer.next(limits)) {
    requests += 1;
    inputTokens += buildRequest(units, prompt, 0, 0).inputTokens;
  }
  return { requests, inputTokens };
}

function off(estimated: number, actual: number): number {
  return Math.abs(estimated / actual - 1);
}

describe('the estimate', () => {
  it('counts the smaller requests of a run that has few users for its concurrency, unless requests are scarce', () => {
    const wide = { ...settings, maxConcurrency: 16 };
    const usual = estimate(everybody, everybody).requests;
    expect(estimate(everybody, everybody, { settings: wide }).requests).toBeGreaterThan(usual * 1.3);
    const scarce = { ...wide, requestsPerMinute: 60 };
    expect(off(estimate(everybody, everybody, { settings: scarce }).requests, usual)).toBeLessThan(0.1);
  });

  it('is within a tenth of packing everybody, from fifty users', () => {
    const told = estimate(everybody, everybody.slice(100, 150));
    const actual = pack(everybody);
    expect(off(told.inputTokens, actual.inputTokens)).toBeLessThan(0.1);
    expect(off(told.requests, actual.requests)).toBeLessThan(0.1);
    expect(told.users).toBe(600);
  });

  it('is within a tenth when only the number of users limits a request', () => {
    const roomy = { ...settings, contextTokens: 1_000_000, maxOutputTokens: 100_000 };
    const told = estimate(everybody, everybody.slice(0, 50), { settings: roomy });
    const actual = pack(everybody, new OutputModel(), roomy);
    expect(off(told.inputTokens, actual.inputTokens)).toBeLessThan(0.1);
    expect(off(told.requests, actual.requests)).toBeLessThan(0.1);
  });

  it('is within a tenth for a sample of users who did less than the others', () => {
    const sorted = everybody.toSorted((a, b) => a.unit.behaviours.length - b.unit.behaviours.length);
    const told = estimate(everybody, sorted.slice(100, 200));
    expect(off(told.inputTokens, pack(everybody).inputTokens)).toBeLessThan(0.1);
  });

  it('is exact when the sample is everybody', () => {
    const told = estimate(everybody, everybody);
    const actual = pack(everybody);
    expect(told.requests).toBe(actual.requests);
    expect(off(told.inputTokens, actual.inputTokens)).toBeLessThan(0.01);
  });

  it('knows that long users travel in parts', () => {
    const parts = everybody.flatMap(({ unit }) =>
      splitUser(unit, { sessions: USUAL_SESSIONS, maxTokens: 900, sendUserIds: false }).map((part) =>
        encodeUnit(part, ALIASED),
      ),
    );
    const sample = parts.filter(({ unit }) => unit.userNo <= 60);
    const told = estimate(parts, sample);
    const actual = pack(parts);
    expect(off(told.inputTokens, actual.inputTokens)).toBeLessThan(0.1);
    expect(off(told.requests, actual.requests)).toBeLessThan(0.1);
  });

  it('counts the instructions of every request', () => {
    const without = estimate(everybody, everybody.slice(0, 50), { prompt: { tokens: 0 } });
    const told = estimate(everybody, everybody.slice(0, 50));
    expect(off(told.inputTokens - without.inputTokens, told.requests * prompt.tokens)).toBeLessThan(0.02);
  });

  it('foresees the answers of the run after a pilot of three batches', () => {
    const outputs = new OutputModel();
    const answer = ({ unit }: EncodedUnit): number => 15 + unit.behaviours.length * 5.2;
    for (const from of [0, 4, 8]) {
      const batch = everybody.slice(from, from + 4);
      const outputTokens = batch.reduce((sum, unit) => sum + answer(unit), 0);
      outputs.record({ behaviours: behavioursOf(batch), units: 4, outputTokens });
      outputs.recordInput({ estimated: 1_000, reported: 900 });
    }
    const told = estimate(everybody, everybody.slice(0, 50), { outputs });
    const actual = everybody.reduce((sum, unit) => sum + answer(unit), 0);
    expect(told.basis).toBe('learned');
    expect(off(told.outputTokens, actual)).toBeLessThan(0.1);
    expect(off(told.inputTokens, 0.9 * pack(everybody, outputs).inputTokens)).toBeLessThan(0.1);
  });

  it('turns tokens into money, and says nothing of it without a price', () => {
    const told = estimate(everybody, everybody.slice(0, 50));
    expect(told.cost).toBeCloseTo((told.inputTokens * 2 + told.outputTokens * 8) / 1e6, 4);
    expect(told.currency).toBe('CNY');
    expect(told.basis).toBe('default');
    const unpriced = estimate(everybody, everybody.slice(0, 50), {
      settings: { ...settings, priceOut: null },
    });
    expect(unpriced.cost).toBeNull();
  });

  it('tells the duration from latency and concurrency, or from the limits per minute when they are slower', () => {
    const latencyMs = (outputTokens: number): number => 500 + outputTokens * 5;
    const sample = everybody.slice(0, 50);
    const told = estimate(everybody, sample, { latencyMs });
    const each = latencyMs(told.outputTokens / told.requests) / 1_000;
    expect(off(told.durationSeconds, (told.requests / settings.maxConcurrency) * each)).toBeLessThan(0.02);
    const slow = estimate(everybody, sample, { latencyMs, settings: { ...settings, requestsPerMinute: 1 } });
    expect(off(slow.durationSeconds, slow.requests * 60)).toBeLessThan(0.02);
  });

  it('tells the duration of a usual service while the speed of this one is unknown', () => {
    const told = estimate(everybody, everybody.slice(0, 50));
    const each = 1 + told.outputTokens / told.requests / 50;
    expect(off(told.durationSeconds, (told.requests / settings.maxConcurrency) * each)).toBeLessThan(0.02);
  });

  it('counts cached users among the users and nowhere else', () => {
    const sample = everybody.slice(0, 50);
    const told = estimate(everybody, sample, { cachedUsers: 40 });
    expect(told).toEqual({ ...estimate(everybody, sample), users: 640, cachedUsers: 40 });
  });

  it('is nothing for nobody', () => {
    expect(estimate([], [])).toMatchObject({
      users: 0,
      requests: 0,
      inputTokens: 0,
      outputTokens: 0,
      cost: 0,
    });
  });
});
