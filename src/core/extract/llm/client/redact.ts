import { PROVIDER_TEXT_CHARS } from '../types.ts';

const MASK = '[key]';
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
 * Shortest key, or part of one at a cut, that is masked in an answer: the placeholders that servers without keys are
 * given ("none", "ollama", "EMPTY") are words that an answer may use.
 */
const LEAST_SECRET = 8;
/** Shorter ones are not masked anywhere: that would only make an error unreadable. */
const LEAST_PLACEHOLDER = 4;

/** A key as it may appear in a text: plain, URL-encoded, escaped in JSON, in base64 (at any alignment) and in hexadecimal. */
function secretForms(key: string): string[] {
  if (key.length < LEAST_SECRET) return key.length < LEAST_PLACEHOLDER ? [] : [key];
  const encoded = encodeURIComponent(key.toWellFormed());
  const escaped = JSON.stringify(key).slice(1, -1);
  const bytes = Buffer.from(key);
  const base64 = [0, 1, 2]
    .map((offset) => base64Part(bytes, offset))
    .filter((part) => part.length >= LEAST_SECRET);
  const forms = [
    key,
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    escaped,
    escaped.replaceAll('/', '\\/'),
    ...base64,
    ...base64.map((part) => part.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
  ];
  return [...new Set(forms)];
}

/** The characters of a base64 text that the key alone determines when `offset` bytes stand before it. */
function base64Part(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/**
 * Makes what a provider says fit to be shown and logged: without the key in any form, without quotations from the
 * prompt (behaviour text is personal data), on one line, at most PROVIDER_TEXT_CHARS.
 */
export function createRedactor(apiKey: string | null): (text: string, prompt?: string) => string {
  const secrets = apiKey ? secretForms(apiKey) : [];
  return (text, prompt = '') => {
    let clean = text.slice(0, READ_CHARS);
    for (const secret of secrets) clean = clean.replaceAll(secret, MASK);
    clean = clean.replace(KEY_SHAPES, MASK);
    clean = clean.replace(/[\s\p{Cc}]+/gu, ' ').trim();
    const most = PROVIDER_TEXT_CHARS;
    clean = withoutShortQuotations(withoutQuotations(clean.slice(0, most + 1), prompt), prompt);
    return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
  };
}

/** Masks a key in a text that comes in pieces, also where it is split between two of them. */
export interface StreamMask {
  /** What of the text so far is safe to keep and show; the rest is held back until it is known to be no key. */
  push: (delta: string) => string;
  /** What was held back, masked where it is the beginning of a key. Call once at the end. */
  flush: () => string;
}

/** A mask for one text of an answer; one that changes nothing where there is no key, or none long enough to be secret. */
export function createStreamMask(apiKey: string | null): StreamMask {
  if (apiKey === null || apiKey.length < LEAST_SECRET) return { push: (delta) => delta, flush: () => '' };
  const forms = secretForms(apiKey);
  const longest = Math.max(...forms.map((form) => form.length));
  let held = '';
  return {
    push(delta) {
      let text = held + delta;
      for (const form of forms) if (text.includes(form)) text = text.replaceAll(form, MASK);
      const at = beginningAt(text, forms, longest);
      held = text.slice(at);
      return text.slice(0, at);
    },
    flush() {
      const rest = held.length >= LEAST_SECRET ? MASK : held;
      held = '';
      return rest;
    },
  };
}

/** Where the longest end of a text begins that is the beginning of a secret; the length of the text for none. */
function beginningAt(text: string, forms: readonly string[], longest: number): number {
  let first = text.length;
  for (const form of forms) {
    const initial = form.charAt(0);
    let at = text.indexOf(initial, Math.max(0, text.length - longest + 1));
    while (at >= 0 && at < first) {
      if (form.startsWith(text.slice(at))) first = at;
      at = text.indexOf(initial, at + 1);
    }
  }
  return first;
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
