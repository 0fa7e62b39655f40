import { expect, it } from 'vitest';
import { normaliseBaseUrl } from '../../../../src/core/extract/llm/client/http.ts';
import { MODEL_PRESETS, modelPreset, withPreset } from '../../../../src/shared/model-presets.ts';
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
