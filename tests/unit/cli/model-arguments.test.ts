import { describe, expect, it } from 'vitest';
import { modelSettingsOf, modelValuesSchema } from '../../../src/cli/model-arguments.ts';

const values = (given: Record<string, string>): ReturnType<typeof modelValuesSchema.parse> =>
  modelValuesSchema.parse({ model: 'm', ...given });

describe('--max-wait', () => {
  it('is the longest wait for a limit, in minutes', () => {
    expect(modelSettingsOf(values({ 'max-wait': '90' }), 'en').maxWaitMinutes).toBe(90);
    expect(modelSettingsOf(values({}), 'en').maxWaitMinutes).toBe(60);
  });

  it.each(['-1', 'long', '99999999'])('%s is refused by name', (value) => {
    expect(() => modelSettingsOf(values({ 'max-wait': value }), 'en')).toThrow(/--max-wait/);
  });
});
