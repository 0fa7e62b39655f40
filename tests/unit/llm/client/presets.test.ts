import { describe, expect, it } from 'vitest';
import { normaliseBaseUrl } from '../../../../src/core/extract/llm/client/http.ts';
import {
  listPriceOf,
  MODEL_PRESETS,
  modelPreset,
  withListPrice,
  withPreset,
} from '../../../../src/shared/model-presets.ts';
import { MODEL_PRESET_IDS, modelSettingsSchema } from '../../../../src/shared/model.ts';

it('there is one preset for each id, in the same order', () => {
  expect(MODEL_PRESETS.map(({ id }) => id)).toEqual([...MODEL_PRESET_IDS]);
});

it.each(MODEL_PRESET_IDS)('what %s fills in are valid settings', (id) => {
  const settings = withPreset(modelSettingsSchema.parse({}), id);
  expect(modelSettingsSchema.parse(settings)).toEqual(settings);
  expect(settings.maxOutputTokens).toBeLessThan(settings.contextTokens);
  if (id !== 'custom') expect(normaliseBaseUrl(settings.baseUrl, settings.protocol)).toBe(settings.baseUrl);
});

it('only servers on the own machine and unknown ones need no key', () => {
  const free = MODEL_PRESETS.filter(({ needsKey }) => !needsKey).map(({ id }) => id);
  expect(free).toEqual(['ollama', 'lmstudio', 'vllm', 'custom']);
});

it('a preset leaves alone what it knows nothing of', () => {
  const mine = modelSettingsSchema.parse({ temperature: 0.7, maxConcurrency: 3, sendUserIds: true });
  expect(withPreset(mine, 'glm')).toMatchObject({ temperature: 0.7, maxConcurrency: 3, sendUserIds: true });
  expect(modelPreset('glm').baseUrl).toBe(withPreset(mine, 'glm').baseUrl);
});

describe('the list price of a preset', () => {
  const chosen = withPreset(modelSettingsSchema.parse({}), 'deepseek');
  const listed = { priceIn: chosen.priceIn, priceOut: chosen.priceOut };

  it('has a month, and is more than nothing', () => {
    for (const { price, id } of MODEL_PRESETS) {
      if (price === null) continue;
      expect(price.asOf, id).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
      expect(Math.min(price.in, price.out), id).toBeGreaterThan(0);
      expect(listPriceOf(withPreset(modelSettingsSchema.parse({}), id)), id).toEqual(price);
    }
  });

  it.each([
    { model: 'another-model' },
    { baseUrl: 'https://gateway.example/v1' },
    { currency: 'USD' as const },
    { preset: 'custom' as const },
  ])('does not hold after %o', (patch) => {
    expect(withListPrice(chosen, patch)).toEqual({ ...patch, priceIn: null, priceOut: null });
  });

  it('comes back with its own model', () => {
    const other = { ...chosen, ...withListPrice(chosen, { model: 'another-model' }) };
    expect(withListPrice(other, { model: chosen.model })).toEqual({ model: chosen.model, ...listed });
  });

  it('gives way to a price that the user enters, and does not replace it', () => {
    expect(withListPrice(chosen, { priceIn: 9 })).toEqual({ priceIn: 9 });
    const own = { ...chosen, priceIn: 9 };
    expect(listPriceOf(own)).toBeNull();
    expect(withListPrice(own, { model: 'another-model' })).toEqual({ model: 'another-model' });
    const cleared = { ...chosen, priceIn: null, priceOut: null };
    expect(withListPrice(cleared, { maxConcurrency: 3 })).toEqual({ maxConcurrency: 3 });
  });

  it('is replaced with that of another preset, or with none', () => {
    expect(withPreset(chosen, 'glm')).toMatchObject({ priceIn: null, priceOut: null });
    expect(withPreset(chosen, 'anthropic')).toMatchObject({ currency: 'USD', priceIn: 1, priceOut: 5 });
  });
});
