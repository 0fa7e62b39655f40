// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { LOCALES } from '@shared/settings';
import { currentLocale, setLocale, t } from '@/i18n';
import type { TextKey } from '@/i18n';
import { errorText } from '@/i18n/error-text';
import { en } from '@/locales/en';
import { zhCN } from '@/locales/zh-CN';

const sources = import.meta.glob<string>('../../../src/renderer/src/**/*.{ts,vue}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

afterEach(() => setLocale('zh-CN'));

function keysOf(texts: object, prefix = ''): TextKey[] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === 'object' ? keysOf(value, `${prefix}${name}.`) : [`${prefix}${name}` as TextKey],
  );
}

/** The placeholders of every form of a text. */
function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort();
}

const keys = keysOf(zhCN);
/** Texts that leave a value out in Chinese, where it stands beside them. */
const ONLY_IN_ENGLISH: TextKey[] = ['users.lowCoverageTag'];
const raw = (locale: 'zh-CN' | 'en', key: string): string =>
  key
    .split('.')
    .reduce<unknown>(
      (part, name) => (part as Record<string, unknown>)[name],
      { 'zh-CN': zhCN, en }[locale],
    ) as string;

describe('the texts of the window', () => {
  it.each(LOCALES)('are all shown in %s, with every placeholder filled', (locale) => {
    setLocale(locale);
    for (const key of keys) {
      const values = Object.fromEntries(placeholdersOf(raw(locale, key)).map((name) => [name, `<${name}>`]));
      for (const count of [0, 1, 2, 5]) {
        const text = t(key, values, count);
        expect(text, key).not.toMatch(/undefined|\{\w+\}|\[\[| \| /);
        expect(text, key).not.toBe('');
      }
    }
  });

  it('are each named in the code of the window', () => {
    const code = Object.entries(sources).flatMap(([path, text]) => (path.includes('/locales/') ? [] : text));
    const literals = code.flatMap((text) => [...text.matchAll(/(['`])(\w+\.(?:[\w.]|\$\{[^}]*\})+)\1/g)]);
    const named = new Set(literals.map(([, , name = '']) => name));
    const patterns = [...named]
      .filter((name) => name.includes('${'))
      .map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`));
    const unused = keys.filter((key) => !named.has(key) && !patterns.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });

  it('have the same placeholders in both languages', () => {
    for (const key of keys.filter((name) => !ONLY_IN_ENGLISH.includes(name))) {
      expect(placeholdersOf(raw('en', key)), key).toEqual(placeholdersOf(raw('zh-CN', key)));
    }
  });

  it('choose the plural by the count', () => {
    setLocale('en');
    expect(t('common.users', { n: '1' }, 1)).toBe('1 user');
    expect(t('common.users', { n: '3' }, 3)).toBe('3 users');
    expect(t('common.users', { n: 0 }, 0)).toBe('0 users');
  });

  it.each(['{n}', '@:app.name', 'one | many', 'constructor', '[[x]]'])(
    'show the value %s as it is',
    (value) => {
      expect(t('drawer.title', { id: value })).toBe(`用户 ${value}`);
    },
  );

  it('follow the language in force', () => {
    setLocale('en');
    expect(currentLocale()).toBe('en');
    expect(t('nav.data')).toBe('Data');
    expect(document.documentElement.lang).toBe('en');
  });
});

describe('the text of an error', () => {
  it.each(['constructor', 'toString', '__proto__'])('shows the cell content %s as it is', (value) => {
    const info = { code: 'import.row.bad_time', params: { value, column: value } } as const;
    expect(errorText(info, 'zh-CN')).toBe(`无法识别时间“${value}”（列“${value}”）`);
    expect(errorText(info, 'en')).toContain(`“${value}”`);
  });
});
