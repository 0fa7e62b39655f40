import type { ErrorInfo } from '@shared/errors';
import { formatMessage } from '@shared/messages/format';
import type { Locale } from '@shared/settings';

/** The text of an error for the analyst. */
export function errorText(info: ErrorInfo, locale: Locale): string {
  return formatMessage(locale, info);
}
