import { createI18n } from 'vue-i18n';
import type { Locale } from '@shared/settings';
import { en } from '@/locales/en';
import { zhCN } from '@/locales/zh-CN';
import type { Texts } from '@/locales/zh-CN';

type Path<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Path<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Every text of the window by its place in the locale files; a text that does not exist is a compile error. */
export type TextKey = Path<Texts>;

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zhCN, en },
});

/** The language in force. */
export function currentLocale(): Locale {
  return i18n.global.locale.value as Locale;
}

/** Puts a language in force, in the document too. */
export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}

/** A text in the language in force. `count` chooses between singular and plural. Reactive inside a render or computed. */
export function t(key: TextKey, values: Record<string, unknown> = {}, count = 2): string {
  return i18n.global.t(key, values, count);
}
