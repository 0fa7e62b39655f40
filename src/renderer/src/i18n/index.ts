import { shallowRef } from 'vue';
import { fillText } from '@shared/messages/format';
import type { Locale } from '@shared/settings';
import { en } from '@/locales/en';
import { zhCN } from '@/locales/zh-CN';
import type { Texts } from '@/locales/zh-CN';

type Path<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Path<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Every text of the window by its place in the locale files; a text that does not exist is a compile error. */
export type TextKey = Path<Texts>;

const catalogues: Record<Locale, ReadonlyMap<string, string>> = { 'zh-CN': flatten(zhCN), en: flatten(en) };
const locale = shallowRef<Locale>('zh-CN');

/** The texts of a locale file by their keys. */
function flatten(texts: object, prefix = ''): Map<string, string> {
  const entries = Object.entries(texts).flatMap(([name, text]: [string, string | object]) =>
    typeof text === 'string' ? [[prefix + name, text] as const] : [...flatten(text, `${prefix}${name}.`)],
  );
  return new Map(entries);
}

/** The current language. */
export function currentLocale(): Locale {
  return locale.value;
}

/** Changes the language, of the document too. */
export function setLocale(next: Locale): void {
  locale.value = next;
  document.documentElement.lang = next;
}

/** A text in a language, whatever the current one is; with its placeholders as they are. */
export function textIn(language: Locale, key: TextKey): string {
  return catalogues[language].get(key) ?? key;
}

/**
 * A text in the current language, with its placeholders filled. Where the text has two forms (`one | many`), `count`
 * chooses between them. Reactive inside a render or computed.
 */
export function t(key: TextKey, values: Record<string, unknown> = {}, count = 2): string {
  const text = catalogues[locale.value].get(key) ?? key;
  const [one = '', many = one] = text.split(' | ');
  return fillText(locale.value, count === 1 ? one : many, values);
}
