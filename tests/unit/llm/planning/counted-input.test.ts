import { describe, expect, it } from 'vitest';
import { keepCounted, learnedOf, outputsOf } from '../../../../src/core/extract/llm/model-extractor.ts';
import { OutputModel } from '../../../../src/core/extract/llm/planning/output-model.ts';
import type { AnswerCache } from '../../../../src/core/extract/ports.ts';

const MODEL = { protocol: 'openai', baseUrl: 'https://example.com/v1', model: 'm' } as const;

/** What was learned, as a workspace keeps it: as JSON. */
function memory(): Pick<AnswerCache, 'learned' | 'learn'> {
  const kept = new Map<string, string>();
  return {
    learned: (key) => JSON.parse(kept.get(key) ?? 'null') as unknown,
    learn: (key, state) => void kept.set(key, JSON.stringify(state)),
  };
}

const cache = (): AnswerCache => memory() as AnswerCache;

/** A model that counts so many tokens for one of ours in its requests at a detail. */
function asked(ratio: number): unknown {
  const model = new OutputModel();
  model.recordInput({ estimated: 2_000, reported: 2_000 * ratio });
  return model.toJSON();
}

describe('how a provider counts tokens', () => {
  it('is kept from the test of the connection, for the model at that address only', () => {
    const answers = cache();
    keepCounted(answers, MODEL, { estimated: 200, reported: 300 }, 1);
    const learned = learnedOf(answers, { ...MODEL, baseUrl: 'https://example.com/v1/' });
    for (const detail of ['fine', 'standard', 'brief', null] as const)
      expect(outputsOf(learned, detail).inputRatio?.mean).toBeCloseTo(1.5);
    expect(outputsOf(learnedOf(answers, { ...MODEL, model: 'other' }), 'fine').inputRatio).toBeNull();
  });

  it('leaves what was learned before where it was', () => {
    const answers = cache();
    answers.learn('openai https://example.com/v1 m', { outputs: asked(1.2), context: 8_000 }, 1);
    keepCounted(answers, MODEL, { estimated: 200, reported: 300 }, 2);
    const learned = learnedOf(answers, MODEL);
    expect(learned?.context).toBe(8_000);
    expect(outputsOf(learned, 'fine').inputRatio?.mean).toBeCloseTo(1.2);
  });

  it('is known at every detail from requests at one, rather than from the test', () => {
    const learned = { outputsAt: { standard: asked(1.3) }, counted: { estimated: 200, reported: 300 } };
    for (const detail of ['fine', 'standard', 'brief', null] as const)
      expect(outputsOf(learned, detail).inputRatio?.mean).toBeCloseTo(1.3);
    expect(outputsOf(null, 'fine').inputRatio).toBeNull();
  });

  it('is not known from what cannot be read', () => {
    const answers = cache();
    answers.learn('openai https://example.com/v1 m', { counted: { estimated: -1 }, context: 8_000 }, 1);
    expect(learnedOf(answers, MODEL)).toMatchObject({ context: 8_000 });
    expect(outputsOf(learnedOf(answers, MODEL), 'fine').inputRatio).toBeNull();
  });
});
