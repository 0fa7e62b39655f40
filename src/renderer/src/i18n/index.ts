import { createI18n } from 'vue-i18n';
import type { MessageContext } from 'vue-i18n';
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

/**
 * Makes vue-i18n fill texts with the formatter of the product, so that a text means the same in every catalogue. Only the
 * choice between singular and plural (`one | many`) is left to vue-i18n.
 */
function compileMessage(message: unknown, { locale }: { locale: string }) {
  const forms = String(message).split(' | ');
  return (context: MessageContext): string =>
    fillText(locale as Locale, context.plural(forms), context.values);
}

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messageCompiler: compileMessage,
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

/**
 * A text in the language in force. `count` chooses between singular and plural. Reactive inside a render or computed.
 * The count is passed as a value: passed as the third argument, vue-i18n would write it over a value `n` of 0.
 */
export function t(key: TextKey, values: Record<string, unknown> = {}, count = 2): string {
  return i18n.global.t(key, { count, ...values });
}
