import type { Locale } from '../shared/settings.ts';

export { formatMessage } from '../shared/messages/format.ts';

/** The language for a system's language tag: Chinese for any `zh…` tag, else English. */
export function localeOf(languageTag: string): Locale {
  return languageTag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/**
 * The language of a command. The environment decides; an empty variable counts as not set (as in POSIX). Where no variable
 * is set, as on Windows, the system's language is used.
 */
export function localeOfEnvironment(
  environment: Record<string, string | undefined>,
  systemTag: string = new Intl.DateTimeFormat().resolvedOptions().locale,
): Locale {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return localeOf(LC_ALL || LC_MESSAGES || LANG || systemTag);
}
