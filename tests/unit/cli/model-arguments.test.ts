import { describe, expect, it } from 'vitest';
import { modelSettingsOf } from '../../../src/cli/model-arguments.ts';

describe('--max-wait', () => {
  it('is the longest wait for a limit, in minutes', () => {
    expect(modelSettingsOf({ model: 'm', 'max-wait': '90' }, 'en').maxWaitMinutes).toBe(90);
    expect(modelSettingsOf({ model: 'm' }, 'en').maxWaitMinutes).toBe(60);
  });

  it.each(['-1', 'long', '99999999'])('%s is refused by name', (value) => {
    expect(() => modelSettingsOf({ model: 'm', 'max-wait': value }, 'en')).toThrow(/--max-wait/);
  });
});
