import { compile, createCoreContext, registerMessageCompiler, translate } from '@intlify/core-base';
import type { ErrorInfo } from '../shared/errors.ts';
import { messages } from '../shared/messages/index.ts';
import type { Message } from '../shared/messages/index.ts';
import type { Locale } from '../shared/settings.ts';

registerMessageCompiler(compile);

const catalogue: Record<string, Message> = messages;

/** Picks the language of a system: Chinese for any `zh…` tag, else English. */
export function localeOf(languageTag: string): Locale {
  return languageTag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/**
 * The language of a command: the one that the environment says, in which an empty value says nothing (as in POSIX), else
 * the system's: Windows sets none of the variables.
 */
export function localeOfEnvironment(
  environment: Record<string, string | undefined>,
  systemTag: string = new Intl.DateTimeFormat().resolvedOptions().locale,
): Locale {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return localeOf(LC_ALL || LC_MESSAGES || LANG || systemTag);
}

/** Fills the placeholders `{name}` of a text. */
export function fillText(text: string, params: Record<string, string | number> = {}): string {
  const context = createCoreContext({
    locale: 'en',
    messages: { en: { text } },
    missingWarn: false,
    fallbackWarn: false,
  });
  return String(translate(context, 'text', params));
}

/**
 * The text of an error or notice in a language. A parameter `reason` or `detail` that is itself a code of the catalogue
 * stands for that text, filled from the same parameters. `entry`: another text than that of the catalogue.
 */
export function formatMessage(
  locale: Locale,
  info: ErrorInfo,
  entry: Message | undefined = catalogue[info.code],
): string {
  if (!entry) return info.code;
  const params = { ...info.params };
  for (const name of ['reason', 'detail']) {
    const nested = catalogue[String(params[name])];
    if (nested) params[name] = fillText(nested[locale], info.params);
  }
  return fillText(entry[locale], params);
}
