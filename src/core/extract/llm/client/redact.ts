const MAX_CHARS = 300;
/** Longer than any echo that could hold a whole key after the cut. */
const READ_CHARS = 4_000;
/** So many characters in a row that stand in the prompt too are taken for a quotation from it. */
const QUOTE_CHARS = 8;
/**
 * A prompt has 100 kB and more, and failures come in storms: only every third place is looked for in it, in pieces
 * short enough that every quotation holds a whole one.
 */
const PROBE_STEP = 3;
const PROBE_CHARS = QUOTE_CHARS - PROBE_STEP + 1;
/** A phrase of Chinese says as much in fewer. */
const HAN_QUOTE_CHARS = 3;
const HAN_RUN = /\p{Script=Han}{3,}/gu;
/** What is in quotation marks is one, however short. */
const QUOTED = /"([^"]+)"|'([^']+)'|`([^`]+)`|“([^”]+)”|「([^」]+)」/g;
const KEY_SHAPES = /\b(?:bearer\s+\S+|(?:sk|ak|pk)-[\w*.-]{4,}|eyJ[\w-]{8,}\.[\w.-]+)/gi;

/**
 * Makes what a provider says fit to be shown and logged: without the key in any form, without quotations from the
 * prompt (behaviour text is personal data), on one line, at most 300 characters.
 */
export function createRedactor(apiKey: string | null): (text: string, prompt?: string) => string {
  const secrets = apiKey
    ? [...new Set([apiKey, encodeURIComponent(apiKey.toWellFormed()), JSON.stringify(apiKey).slice(1, -1)])]
    : [];
  return (text, prompt = '') => {
    let clean = text.slice(0, READ_CHARS);
    for (const secret of secrets) clean = clean.replaceAll(secret, '[key]');
    clean = clean.replace(KEY_SHAPES, '[key]');
    clean = clean.replace(/[\s\p{Cc}]+/gu, ' ').trim();
    clean = withoutShortQuotations(withoutQuotations(clean.slice(0, MAX_CHARS + 1), prompt), prompt);
    return clean.length > MAX_CHARS ? `${clean.slice(0, MAX_CHARS - 1)}…` : clean;
  };
}

function withoutQuotations(text: string, prompt: string): string {
  let result = '';
  let kept = 0;
  for (let at = 0; at + PROBE_CHARS <= text.length; at += PROBE_STEP) {
    if (at < kept || !prompt.includes(text.slice(at, at + PROBE_CHARS))) continue;
    let start = at;
    let end = at + PROBE_CHARS;
    while (start > kept && prompt.includes(text.slice(start - 1, end))) start -= 1;
    while (end < text.length && prompt.includes(text.slice(start, end + 1))) end += 1;
    if (end - start < QUOTE_CHARS) continue;
    result += `${text.slice(kept, start)}[…]`;
    kept = end;
  }
  return result + text.slice(kept);
}

/** Takes out what is marked as a quotation, and phrases of Chinese. */
function withoutShortQuotations(text: string, prompt: string): string {
  if (prompt === '') return text;
  const marked = text.replace(QUOTED, (whole: string, ...groups: unknown[]) => {
    const quoted = groups.slice(0, 5).find((group) => typeof group === 'string');
    return quoted !== undefined && prompt.includes(quoted) ? whole.replace(quoted, '[…]') : whole;
  });
  return marked.replace(HAN_RUN, (run: string) => withoutPhrases(run, prompt));
}

function withoutPhrases(run: string, prompt: string): string {
  let result = '';
  let at = 0;
  while (at < run.length) {
    let end = at + HAN_QUOTE_CHARS;
    if (end > run.length || !prompt.includes(run.slice(at, end))) {
      result += run.charAt(at++);
      continue;
    }
    while (end < run.length && prompt.includes(run.slice(at, end + 1))) end++;
    result += '[…]';
    at = end;
  }
  return result;
}
