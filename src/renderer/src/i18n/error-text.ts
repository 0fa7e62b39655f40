import type { ErrorInfo } from '@shared/errors';
import { messages } from '@shared/messages/index';
import type { Message } from '@shared/messages/index';
import type { Locale } from '@shared/settings';

const catalogue: Record<string, Message> = messages;

/**
 * What a user reads for an error: the one place that turns an error value into words. A parameter that is itself a code
 * is put in words too; a missing one becomes a dash; an unknown code (of a newer main process) is named in the text.
 */
export function errorText(info: ErrorInfo, locale: Locale): string {
  const message = catalogue[info.code];
  const params: Record<string, string | number> = info.params ?? {};
  if (!message) return fill(messages['app.internal'][locale], { detail: info.code }, locale);
  return fill(message[locale], params, locale);
}

function fill(text: string, params: Record<string, string | number>, locale: Locale): string {
  return text.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') return '—';
    const nested = catalogue[String(value)];
    if (nested) return fill(nested[locale], params, locale);
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}
