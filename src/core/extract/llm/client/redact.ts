const MAX_CHARS = 300;
/** Longer than any echo that could hold a whole key after the cut. */
const READ_CHARS = 4_000;
/** So many characters in a row that stand in the prompt too are taken for a quotation from it. */
const QUOTE_CHARS = 8;
const KEY_SHAPES = /\b(?:bearer\s+\S+|(?:sk|ak|pk)-[\w*.-]{4,}|eyJ[\w-]{8,}\.[\w.-]+)/gi;

/**
 * Makes what a provider says fit to be shown and logged: without the key in any form, without quotations from the
 * prompt (behaviour text is personal data), on one line, at most 300 characters.
 */
export function createRedactor(apiKey: string | null): (text: string, prompt?: string) => string {
  const secrets = apiKey
    ? [...new Set([apiKey, encodeURIComponent(apiKey), JSON.stringify(apiKey).slice(1, -1)])]
    : [];
  return (text, prompt = '') => {
    let clean = text.slice(0, READ_CHARS);
    for (const secret of secrets) clean = clean.replaceAll(secret, '[key]');
    clean = clean.replace(KEY_SHAPES, '[key]');
    clean = withoutQuotations(clean, prompt);
    clean = clean.replace(/[\s\p{Cc}]+/gu, ' ').trim();
    return clean.length > MAX_CHARS ? `${clean.slice(0, MAX_CHARS - 1)}…` : clean;
  };
}

function withoutQuotations(text: string, prompt: string): string {
  if (prompt.length < QUOTE_CHARS) return text;
  let result = '';
  let at = 0;
  while (at < text.length) {
    let end = at + QUOTE_CHARS;
    if (end > text.length || !prompt.includes(text.slice(at, end))) {
      result += text[at];
      at += 1;
      continue;
    }
    while (end < text.length && prompt.includes(text.slice(at, end + 1))) end += 1;
    result += '[…]';
    at = end;
  }
  return result;
}
