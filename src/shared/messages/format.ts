import type { ErrorInfo } from '../errors.ts';
import type { Locale } from '../settings.ts';
import { messages } from './index.ts';
import type { Message } from './index.ts';

/** Values for the placeholders of a text. A missing value, null and '' count as "no value". */
export type TextParams = Readonly<Record<string, unknown>>;

/** Either an optional part with the white space before it, or a placeholder. */
const PART = /(\s*)\[\[([\s\S]*?)\]\]|\{(\w+)\}/g;
const PLACEHOLDER = /\{(\w+)\}/g;

/** Numbers that name something: a user looks for them as they are. */
const PLAIN = ['id', 'line', 'port'];

/** Parameters whose value may itself be a code of the catalogue. */
const NESTED = ['reason', 'detail', 'stored'];

/**
 * Fills a text. This is the only formatter of the product: error catalogue, window, shell and command line use it.
 *
 * - `{name}` is replaced with the parameter `name`; a placeholder without a parameter stays as it is written.
 * - `[[…]]` is an optional part: it is left out when one of its placeholders has no value.
 * - Numbers are written by the rules of the locale, except `{id}`, `{line}` and `{port}`, which have no separators. `{until}` is a
 *   time in milliseconds since the epoch and is written as local date and time.
 * - Values are data: braces, brackets, `@` and `|` in them have no meaning.
 */
export function fillText(locale: Locale, text: string, params: TextParams = {}): string {
  return text.replace(PART, (written: string, space: string, optional: string | undefined, name: string) => {
    if (optional === undefined) return valueText(locale, params, name) ?? written;
    const names = [...optional.matchAll(PLACEHOLDER)].map(([, inner = '']) => inner);
    if (names.some((inner) => !valueText(locale, params, inner))) return '';
    return space + fillText(locale, optional, params);
  });
}

/**
 * The text of an error or notice. A parameter `reason`, `detail` or `stored` that is a code of the catalogue is replaced with the
 * text of that code, filled from the same parameters. A code that the catalogue lacks (an older or newer version wrote it)
 * is reported as an internal error that names the code. `catalogue`: other texts than those of `messages`.
 */
export function formatMessage(
  locale: Locale,
  info: Pick<ErrorInfo, 'params'> & { code: string },
  catalogue: Readonly<Record<string, Message>> = messages,
): string {
  const entry = ownValue(catalogue, info.code);
  if (!entry)
    return fillText(locale, catalogue['app.internal']?.[locale] ?? '{detail}', { detail: info.code });
  const params: Record<string, unknown> = { ...info.params };
  for (const name of NESTED) {
    const nested = ownValue(catalogue, String(ownValue(params, name)));
    // The nested text must not contain its own code.
    if (nested) params[name] = fillText(locale, nested[locale], { ...info.params, [name]: '' });
  }
  return fillText(locale, entry[locale], params);
}

function valueText(locale: Locale, params: TextParams, name: string): string | undefined {
  const value = ownValue(params, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || PLAIN.includes(name)) return String(value);
  return name === 'until' ? localTime(value) : new Intl.NumberFormat(locale).format(value);
}

/** Own properties only: a name such as `constructor` or `toString` must not find what every object inherits. */
function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** An instant as local date and time, e.g. 2026-01-31 09:05: the same form in both languages, as elsewhere in the product. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return String(ms);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${date} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
}
