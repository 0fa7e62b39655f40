import { describe, expect, it } from 'vitest';
import { errorText } from '../../../src/cli/error-text.ts';
import { formatMessage } from '../../../src/core/i18n.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';
import { messages } from '../../../src/shared/messages/index.ts';
import { LOCALES } from '../../../src/shared/settings.ts';

/** What only the windows and their process can meet. */
const OF_WINDOWS = [
  'app.',
  'import.mapping_length',
  'import.duplicate_role',
  'model.key_not_stored',
  'model.key_held_back',
];
const codes = (Object.keys(messages) as ErrorCode[]).filter(
  (code) => !OF_WINDOWS.some((prefix) => code.startsWith(prefix)),
);

describe('the text of an error on the command line', () => {
  it.each(codes)('%s speaks of nothing that only a window has', (code) => {
    const placeholders = [...messages[code].en.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const params = Object.fromEntries(placeholders.map((name) => [name, `<${name}>`]));
    for (const locale of LOCALES) {
      const text = errorText(locale, { code, params });
      expect(text).not.toMatch(/\bpress\b|\bclick\b|\bResume\b|\bSettings\b|\bmapping\b|点“|“设置|映射/i);
      expect(text).not.toMatch(/undefined|\{|\}/);
      expect(/[\u4e00-\u9fff]/.test(text)).toBe(locale === 'zh-CN');
    }
  });

  it('is that of the catalogue where that fits', () => {
    const info = { code: 'import.not_found', params: { path: 'a.csv' } } as const;
    expect(errorText('en', info)).toBe(formatMessage('en', info));
  });

  it('says why in the same language', () => {
    const params = { path: 'r.yaml', detail: 'os.denied' };
    expect(errorText('zh-CN', { code: 'rules.unreadable', params })).toContain('r.yaml：没有访问权限。');
  });
});
