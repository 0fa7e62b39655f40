import { describe, expect, it } from 'vitest';
import { OutputModel } from '../../../../src/core/extract/llm/planning/output-model.ts';
import { Random } from '../../../../src/core/sample/random.ts';

/** Answers of a model that takes 4 tokens a behaviour and 20 a unit, give or take a tenth. */
function teach(model: OutputModel, answers: number, seed = 1): void {
  const random = new Random(seed, 0);
  for (let n = 0; n < answers; n++) {
    const units = random.int(1, 12);
    const behaviours = units * random.int(3, 90);
    const noise = 0.9 + 0.2 * random.next();
    model.record({ behaviours, units, outputTokens: Math.round((4 * behaviours + 20 * units) * noise) });
  }
}

describe('the output model', () => {
  it('knows a rule of thumb before the first answer and says that it is one', () => {
    const model = new OutputModel();
    expect(model.learned).toBe(false);
    expect(model.predict({ behaviours: 100, units: 2 }).mean).toBe(1030);
    expect(model.predict({ behaviours: 100, units: 2 }).p95).toBeGreaterThan(1030);
    expect(model.inputRatio).toBeNull();
  });

  it('is within a tenth after a pilot of three answers', () => {
    const model = new OutputModel();
    teach(model, 3);
    expect(model.learned).toBe(true);
    const { mean } = model.predict({ behaviours: 450, units: 10 });
    expect(Math.abs(mean / 2_000 - 1)).toBeLessThan(0.1);
  });

  it('tells what a unit costs from what a behaviour costs', () => {
    const model = new OutputModel();
    teach(model, 200);
    const many = model.predict({ behaviours: 900, units: 1 }).mean;
    const few = model.predict({ behaviours: 30, units: 10 }).mean;
    expect(Math.abs(many / 3_620 - 1)).toBeLessThan(0.05);
    expect(Math.abs(few / 320 - 1)).toBeLessThan(0.15);
  });

  it('is not misled by a model that repeated itself until it was cut', () => {
    const [clean, disturbed] = [new OutputModel(), new OutputModel()];
    teach(clean, 20);
    teach(disturbed, 20);
    for (let n = 0; n < 3; n++) disturbed.record({ behaviours: 50, units: 1, outputTokens: 16_000 });
    const size = { behaviours: 400, units: 5 };
    expect(disturbed.predict(size).mean / clean.predict(size).mean).toBeCloseTo(1, 2);
    expect(disturbed.predict(size).p95 / clean.predict(size).p95).toBeCloseTo(1, 1);
  });

  it('covers nineteen of twenty later answers with its p95, and not by far', () => {
    const model = new OutputModel();
    teach(model, 200);
    const random = new Random(9, 0);
    let covered = 0;
    for (let n = 0; n < 1_000; n++) {
      const size = { behaviours: random.int(20, 800), units: random.int(1, 10) };
      const { mean, p95 } = model.predict(size);
      expect(p95 / mean).toBeLessThan(1.3);
      if ((4 * size.behaviours + 20 * size.units) * (0.9 + 0.2 * random.next()) <= p95) covered += 1;
    }
    expect(covered).toBeGreaterThan(900);
  });

  it('expects more after an answer was cut, until whole ones come', () => {
    const model = new OutputModel();
    const size = { behaviours: 100, units: 1 };
    const before = model.predict(size);
    model.recordCut({ ...size, outputTokens: before.p95 * 2 });
    expect(model.predict(size).p95).toBeGreaterThan(before.p95 * 3);
    expect(model.predict(size).mean).toBe(before.mean);
    for (let n = 0; n < 40; n++) model.record({ ...size, outputTokens: before.mean });
    expect(model.predict(size).p95).toBeLessThan(before.p95 * 1.1);
  });

  it('learns how a provider counts the input, on the whole and at the most', () => {
    const model = new OutputModel();
    model.recordInput({ estimated: 1_000, reported: 1_100 });
    model.recordInput({ estimated: 3_000, reported: 3_900 });
    expect(model.inputRatio?.mean).toBeCloseTo(1.25, 5);
    expect(model.inputRatio?.max).toBeCloseTo(1.3, 5);
    expect(model.inputRatioNear(1_000)).not.toBeNull();
    expect(model.inputRatioNear(100_000)).toBeNull();
    model.recordInput({ estimated: 1_000, reported: 0 });
    model.recordInput({ estimated: 0, reported: 10 });
    expect(model.inputRatio?.mean).toBeCloseTo(1.25, 5);
  });

  it('survives storage', () => {
    const model = new OutputModel();
    teach(model, 30);
    model.recordInput({ estimated: 1_000, reported: 1_234 });
    model.recordCut({ behaviours: 10, units: 1, outputTokens: 1_000 });
    const again = OutputModel.from(JSON.parse(JSON.stringify(model)));
    const size = { behaviours: 77, units: 3 };
    expect(again.predict(size)).toEqual(model.predict(size));
    expect(again.inputRatio).toEqual(model.inputRatio);
  });

  it('begins anew when what was stored cannot be read', () => {
    for (const stored of [
      undefined,
      null,
      7,
      {},
      { answers: [{ behaviours: -1 }], inputs: [], cutSpread: 0 },
    ]) {
      expect(OutputModel.from(stored).learned).toBe(false);
    }
  });
});
