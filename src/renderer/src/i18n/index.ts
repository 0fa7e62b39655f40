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

const LOCALES: Record<Locale, Texts> = { 'zh-CN': zhCN, en };
/** The texts that were asked for, by their keys: of some thousands a window shows a hundred at its start. */
const known: Record<Locale, Map<string, string>> = { 'zh-CN': new Map(), en: new Map() };
const locale = shallowRef<Locale>('zh-CN');

/** The text at a place of a locale file; the key itself where there is none. */
function find(language: Locale, key: string): string {
  let text = known[language].get(key);
  if (text !== undefined) return text;
  let place: unknown = LOCALES[language];
  for (const name of key.split('.'))
    place = isTexts(place) && Object.hasOwn(place, name) ? place[name] : undefined;
  text = typeof place === 'string' ? place : key;
  known[language].set(key, text);
  return text;
}

const isTexts = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

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
  return find(language, key);
}

/**
 * A text in the current language, with its placeholders filled. Where the text has two forms (`one | many`), `count`
 * chooses between them. Reactive inside a render or computed.
 */
export function t(key: TextKey, values: Record<string, unknown> = {}, count = 2): string {
  const text = find(locale.value, key);
  const [one = '', many = one] = text.split(' | ');
  return fillText(locale.value, count === 1 ? one : many, values);
}
