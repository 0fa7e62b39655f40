import { describe, expect, it } from 'vitest';
import { OutputModel } from '../../../../src/core/extract/llm/planning/output-model.ts';
import { Spending } from '../../../../src/core/extract/llm/run/spending.ts';
import type { SpendingOptions } from '../../../../src/core/extract/llm/run/spending.ts';
import { ModelError } from '../../../../src/core/extract/llm/types.ts';
import type { ModelRequest } from '../../../../src/core/extract/llm/types.ts';
import { modelSettingsSchema } from '../../../../src/shared/model.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';

const settings = modelSettingsSchema.parse({
  baseUrl: 'http://127.0.0.1/v1',
  model: 'm',
  contextTokens: 32_000,
  priceIn: 0,
  priceOut: 1_000_000,
});

const request: ModelRequest = {
  system: '',
  user: '',
  schema: {},
  asked: [],
  inputTokens: 2_000,
  predictedOutputTokens: 100,
  maxOutputTokens: 500,
};

/** With a price of 1 for a token of the answer. */
function spending(changed: Partial<SpendingOptions> = {}): Spending {
  const totals = (): ReturnType<SpendingOptions['totals']> => ({
    requests: 0,
    retries: 0,
    retriesByReason: {},
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
    uncertainCost: 0,
    uncertainTokens: 0,
  });
  const outputLimit = (wanted: number): number => wanted;
  return new Spending({
    ...{
      settings,
      outputs: new OutputModel(),
      outputLimit,
      maxCost: () => 1e9,
      maxTokens: () => null,
      totals,
    },
    ...changed,
  });
}

describe('what is set aside for a prompt', () => {
  const priced = { ...settings, priceIn: 1_000_000, priceOut: 0 };
  const setAside = (outputs: OutputModel): number | null =>
    spending({ settings: priced, outputs }).reserve(request)?.cost ?? null;

  it('is what the provider counted of prompts as long, and more while it has counted other ones only', () => {
    const outputs = new OutputModel();
    expect(setAside(outputs)).toBe(8_000);
    outputs.recordInput({ estimated: 20_000, reported: 22_000 });
    expect(setAside(outputs)).toBeCloseTo(2_000 * 1.1 * 1.5, 6);
    outputs.recordInput({ estimated: 1_900, reported: 2_280 });
    expect(setAside(outputs)).toBeCloseTo(2_000 * 1.2 * 1.1, 6);
  });
});

describe('what is set aside for an answer', () => {
  it('is the limit that is sent, the lower one of the provider too', () => {
    expect(spending().reserve(request)?.cost).toBe(500);
    expect(spending({ outputLimit: () => 200 }).reserve(request)?.cost).toBe(200);
  });

  it('is all that fits into the context when no limit is sent', () => {
    expect(spending({ outputLimit: () => null }).reserve(request)?.cost).toBe(30_000);
  });

  it('is as many times the limit as an answer was once billed for, also after a restart', () => {
    const outputs = new OutputModel();
    const before = spending({ outputs });
    before.learn(500, { inputTokens: 1, outputTokens: 1_500, reported: true });
    before.learn(500, { inputTokens: 1, outputTokens: 400, reported: true });
    before.learn(500, { inputTokens: 1, outputTokens: 9_000, reported: false });
    before.learn(null, { inputTokens: 1, outputTokens: 9_000, reported: true });
    expect(before.reserve(request)?.cost).toBe(1_500);
    const restored = OutputModel.from(JSON.parse(JSON.stringify(outputs.toJSON())));
    expect(spending({ outputs: restored }).reserve(request)?.cost).toBe(1_500);
  });

  it('is known to what was stored before that was learned', () => {
    const { overshoot, ...older } = new OutputModel().toJSON();
    expect(overshoot).toBe(1);
    expect(OutputModel.from(older).overshoot).toBe(1);
  });
});

describe('a request without an answer', () => {
  const error = (
    failure: FailureClass,
    details: ConstructorParameters<typeof ModelError>[2] = {},
  ): ModelError => new ModelError(failure, '', details);

  it.each([
    ['nothing when it was refused with an error status', error('server_error', { httpStatus: 503 }), 0],
    [
      'nothing when it was refused inside a 200',
      error('rate_limited', { httpStatus: 200, billing: 'none' }),
      0,
    ],
    ['nothing when a limit refuses it, whatever else is known', error('usage_limit', { httpStatus: 200 }), 0],
    ['an unknown amount when it timed out', error('timeout'), null],
    ['an unknown amount when the connection broke', error('network', { httpStatus: 200 }), null],
    ['an unknown amount when the run was stopped meanwhile', null, null],
    [
      'what was predicted when a whole answer cannot be read',
      error('not_an_answer', { httpStatus: 200 }),
      100,
    ],
  ] as const)('costs %s', (_, failed, cost) => {
    expect(spending().billFailed(request, failed, null).cost).toBe(cost);
  });

  it('costs what the provider reports, where it may be billed', () => {
    const usage = { inputTokens: 10, outputTokens: 7, reported: true };
    const partial = { text: '', reasoning: '', usage };
    expect(spending().billFailed(request, error('not_an_answer'), partial).cost).toBe(7);
    const refused = error('refused', { httpStatus: 400 });
    expect(spending().billFailed(request, refused, partial).cost).toBe(0);
  });
});

describe('the first request under a cap', () => {
  it('goes alone, until it is known how the provider counts', () => {
    const books = spending();
    expect(books.goesAlone).toBe(true);
    books.learn(500, { inputTokens: 1, outputTokens: 400, reported: true });
    expect(books.goesAlone).toBe(false);
  });

  it('goes with others where there is no cap, or an earlier run knows the provider', () => {
    expect(spending({ maxCost: () => null }).goesAlone).toBe(false);
    const outputs = new OutputModel();
    outputs.recordInput({ estimated: 1_000, reported: 1_100 });
    expect(spending({ outputs }).goesAlone).toBe(false);
  });
});

describe('a cap in tokens', () => {
  const unpriced = { ...settings, priceIn: null, priceOut: null };

  it('is counted without a price, with what is reserved for requests in flight', () => {
    const capped = spending({ settings: unpriced, maxTokens: () => 17_000 });
    expect(capped.reserve(request)).toEqual({ cost: null, tokens: 8_500 });
    const second = capped.reserve(request);
    expect(second).not.toBeNull();
    expect(capped.reserve(request)).toBeNull();
    if (second) capped.release(second);
    expect(capped.reserve(request)).not.toBeNull();
  });

  it('counts what was used, and what may have been used', () => {
    const used = { requests: 2, retries: 0, retriesByReason: {}, cost: 0, uncertainCost: 0 };
    const totals = (): ReturnType<SpendingOptions['totals']> => ({
      ...used,
      inputTokens: 5_000,
      outputTokens: 1_000,
      uncertainTokens: 4_000,
    });
    const at = (maxTokens: number): Spending =>
      spending({ settings: unpriced, totals, maxTokens: () => maxTokens });
    expect(at(18_500).reserve(request)).not.toBeNull();
    expect(at(18_499).reserve(request)).toBeNull();
    expect(at(18_499).capReached(request)).toMatchObject({
      code: 'run.budget_reached',
      params: {
        spent: '10,000 tokens',
        cap: '18,499 tokens',
        needed: '8,500 tokens',
        least: 18_500,
        unit: 'tokens',
      },
    });
  });
});
