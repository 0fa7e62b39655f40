import { describe, expect, it } from 'vitest';
import { OutputModel } from '../../../../src/core/extract/llm/planning/output-model.ts';
import { Packer } from '../../../../src/core/extract/llm/planning/request-load.ts';
import type { PackLimits } from '../../../../src/core/extract/llm/planning/request-load.ts';
import { buildRequest } from '../../../../src/core/extract/llm/prompt/encode-unit.ts';
import type { EncodedUnit } from '../../../../src/core/extract/llm/prompt/encode-unit.ts';
import { Random } from '../../../../src/core/sample/random.ts';
import { plainUnits, promptOf } from './support.ts';

const outputs = new OutputModel();
const prompt = promptOf();
const random = new Random(1, 0);
const mixed = plainUnits(Array.from({ length: 300 }, () => (random.chance(0.05) ? 600 : random.int(0, 120))));

function packAll(units: EncodedUnit[], limits: PackLimits): EncodedUnit[][] {
  const packer = new Packer(outputs);
  packer.push(...units);
  const batches: EncodedUnit[][] = [];
  while (packer.length > 0) batches.push(packer.next(limits));
  return batches;
}

function sizeOf(units: EncodedUnit[]): { input: number; output: number } {
  const behaviours = units.reduce((sum, { unit }) => sum + unit.behaviours.length, 0);
  const request = buildRequest(units, prompt, 0, 0);
  return {
    input: request.inputTokens - prompt.tokens,
    output: outputs.predict({ behaviours, units: units.length }).mean,
  };
}

describe('packing', () => {
  for (const limits of [
    { inputBudget: 8_000, outputBudget: 1e9, maxUnits: 1e9 },
    { inputBudget: 1e9, outputBudget: 3_000, maxUnits: 1e9 },
    { inputBudget: 1e9, outputBudget: 1e9, maxUnits: 7 },
    { inputBudget: 20_000, outputBudget: 5_000, maxUnits: 9 },
  ]) {
    it(`never exceeds ${JSON.stringify(limits)}, except with a unit that does so alone`, () => {
      for (const batch of packAll(mixed, limits)) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(limits.maxUnits);
        if (batch.length === 1) continue;
        const { input, output } = sizeOf(batch);
        expect(input).toBeLessThanOrEqual(limits.inputBudget);
        expect(output).toBeLessThanOrEqual(limits.outputBudget);
      }
    });
  }

  it('gives every unit once, in the order they came', () => {
    const batches = packAll(mixed, { inputBudget: 10_000, outputBudget: 4_000, maxUnits: 12 });
    expect(batches.flat()).toEqual(mixed);
  });

  it('fills a request as far as the next unit fits', () => {
    const limits = { inputBudget: 10_000, outputBudget: 4_000, maxUnits: 12 };
    const batches = packAll(mixed, limits);
    batches.slice(0, -1).forEach((batch, index) => {
      const [next] = batches[index + 1] ?? [];
      if (!next || batch.length === limits.maxUnits) return;
      const { input, output } = sizeOf([...batch, next]);
      expect(input > limits.inputBudget || output > limits.outputBudget).toBe(true);
    });
  });

  it('gives nothing when nothing waits', () => {
    expect(new Packer(outputs).next({ inputBudget: 1, outputBudget: 1, maxUnits: 1 })).toEqual([]);
  });

  it('goes on with what came later, whatever was taken before', () => {
    const packer = new Packer(outputs);
    const limits = { inputBudget: 1e9, outputBudget: 1e9, maxUnits: 3 };
    const taken: EncodedUnit[] = [];
    for (let at = 0; at < mixed.length; at += 5) {
      packer.push(...mixed.slice(at, at + 5));
      taken.push(...packer.next(limits));
    }
    while (packer.length > 0) taken.push(...packer.next(limits));
    expect(taken).toEqual(mixed);
  });
});
