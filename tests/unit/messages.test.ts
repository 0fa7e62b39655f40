import { describe, expect, it } from 'vitest';
import { formatMessage, localeOf, localeOfEnvironment } from '../../src/core/i18n.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import { messages } from '../../src/shared/messages/index.ts';
import type { Message } from '../../src/shared/messages/index.ts';
import { LOCALES } from '../../src/shared/settings.ts';

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const entries = Object.entries(messages) as [ErrorCode, Message][];

describe('the message catalogue', () => {
  it.each(entries)('%s has a text in every language, with the same placeholders', (code, message) => {
    for (const locale of LOCALES) expect(message[locale].trim()).not.toBe('');
    expect(placeholders(message.en)).toEqual(placeholders(message['zh-CN']));
    const params = Object.fromEntries(
      placeholders(message.en).map((name) => [name.slice(1, -1), `<${name}>`]),
    );
    for (const locale of LOCALES) {
      const text = formatMessage(locale, { code, params });
      expect(text).not.toMatch(/undefined|null|\[object/);
      for (const name of Object.values(params)) expect(text).toContain(name);
    }
  });

  it('writes Chinese in Chinese and English in English', () => {
    for (const [, message] of entries) {
      expect(message['zh-CN']).toMatch(/[\u4e00-\u9fff]/);
      expect(message.en).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('takes parameters as they are, whatever they contain', () => {
    const path = `C:\\日志\\a@b|c{d}'e.db`;
    expect(formatMessage('en', { code: 'workspace.not_found', params: { path } })).toContain(path);
  });
});

describe('localeOf', () => {
  it.each([
    ['zh-CN', 'zh-CN'],
    ['zh_TW.UTF-8', 'zh-CN'],
    ['en_US.UTF-8', 'en'],
    ['C', 'en'],
  ])('%s is %s', (tag, locale) => expect(localeOf(tag)).toBe(locale));
});

describe('localeOfEnvironment', () => {
  it.each([
    [{ LC_ALL: '', LANG: 'zh_CN.UTF-8' }, 'en-US', 'zh-CN'],
    [{ LC_ALL: '', LC_MESSAGES: '', LANG: 'en_US.UTF-8' }, 'zh-CN', 'en'],
    [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'zh-CN', 'en'],
    [{ LC_MESSAGES: 'zh_CN', LANG: 'en_US.UTF-8' }, 'en-US', 'zh-CN'],
    [{}, 'zh-Hans-CN', 'zh-CN'],
    [{ LANG: '' }, 'de-DE', 'en'],
  ])('%o on a system in %s is %s', (environment, systemTag, locale) =>
    expect(localeOfEnvironment(environment, systemTag)).toBe(locale),
  );
});
