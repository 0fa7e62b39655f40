import type { ErrorSaid } from './error-body.ts';

/** Below this no answer has room: a server that still refuses means the parameter. */
const LEAST = 16;

/** What is said of a parameter that the server does not know. */
const NAME_REFUSED =
  /unsupported parameter|unsupported_parameter|unknown|unrecogni[sz]ed|unexpected|not (supported|permitted|allowed)|does not support|extra_forbidden|instead/i;

/**
 * The highest limit of output tokens to try after the server refused `sent`: the one that it names, else half. Null when it is the
 * parameter that it does not take.
 */
export function lowerLimit(said: ErrorSaid, sent: number): number | null {
  if (NAME_REFUSED.test(`${said.code} ${said.type} ${said.message}`)) return null;
  const named = numbersIn(said.message).filter((number) => number < sent && number >= LEAST);
  const limit = named.length > 0 ? Math.max(...named) : Math.floor(sent / 2);
  return limit < LEAST ? null : limit;
}

/** `8192` and `8,192`, but both numbers of `[1,8192]`. */
function numbersIn(text: string): number[] {
  const found = text.match(/\d{1,3}(?:,\d{3})+(?!\d)|\d+/g) ?? [];
  return found.map((number) => Number(number.replaceAll(',', '')));
}
