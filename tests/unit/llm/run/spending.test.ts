import { describe, expect, it } from 'vitest';
import { OutputModel } from '../../../../src/core/extract/llm/planning/output-model.ts';
import { Spending } from '../../../../src/core/extract/llm/run/spending.ts';
import type { SpendingOptions } from '../../../../src/core/extract/llm/run/spending.ts';
import { ModelError } from '../../../../src/core/extract/llm/types.ts';
import type { ModelRequest } from '../../../../src/core/extract/llm/types.ts';
import { modelSettingsSchema } from '../../../../src/shared/model.ts';
import type { FailureClass } from '../../../../src/shared/model.ts';

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
  });
  const outputLimit = (wanted: number): number => wanted;
  return new Spending({
    ...{ settings, outputs: new OutputModel(), outputLimit, maxCost: () => 1e9, totals },
    ...changed,
  });
}

describe('what is set aside for a prompt', () => {
  const priced = { ...settings, priceIn: 1_000_000, priceOut: 0 };
  const setAside = (outputs: OutputModel): number | null =>
    spending({ settings: priced, outputs }).reserve(request);

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
    expect(spending().reserve(request)).toBe(500);
    expect(spending({ outputLimit: () => 200 }).reserve(request)).toBe(200);
  });

  it('is all that fits into the context when no limit is sent', () => {
    expect(spending({ outputLimit: () => null }).reserve(request)).toBe(30_000);
  });

  it('is as many times the limit as an answer was once billed for, also after a restart', () => {
    const outputs = new OutputModel();
    const before = spending({ outputs });
    before.learn(500, { inputTokens: 1, outputTokens: 1_500, reported: true });
    before.learn(500, { inputTokens: 1, outputTokens: 400, reported: true });
    before.learn(500, { inputTokens: 1, outputTokens: 9_000, reported: false });
    before.learn(null, { inputTokens: 1, outputTokens: 9_000, reported: true });
    expect(before.reserve(request)).toBe(1_500);
    const restored = OutputModel.from(JSON.parse(JSON.stringify(outputs.toJSON())));
    expect(spending({ outputs: restored }).reserve(request)).toBe(1_500);
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
    ['nobody knows what when it timed out', error('timeout'), null],
    ['nobody knows what when the connection broke', error('network', { httpStatus: 200 }), null],
    ['nobody knows what when the run was stopped meanwhile', null, null],
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
    const first = books.reserve(request);
    expect(first).toBe(500);
    expect(books.reserve(request)).toBeNull();
    books.learn(500, { inputTokens: 1, outputTokens: 400, reported: true });
    expect(books.reserve(request)).toBe(500);
  });

  it('needs no company where there is no cap', () => {
    const books = spending({ maxCost: () => null });
    expect(books.reserve(request)).toBe(500);
    expect(books.reserve(request)).toBe(500);
  });
});
