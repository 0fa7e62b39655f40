import { PROVIDER_TEXT_CHARS } from '../types.ts';

const MASK = '[key]';
/** Characters of a text that are looked at: the result is much shorter. */
const READ_CHARS = 4_000;
/** Consecutive characters that also occur in the prompt are a quotation from this length on. */
const QUOTE_CHARS = 8;
/**
 * Prompts have 100 kB and more, and many requests may fail at once: only every third position is looked up in the
 * prompt, with pieces so short that every quotation contains a whole piece.
 */
const PROBE_STEP = 3;
const PROBE_CHARS = QUOTE_CHARS - PROBE_STEP + 1;
/** The same for Chinese, where a phrase has fewer characters. */
const HAN_QUOTE_CHARS = 3;
const HAN_RUN = /\p{Script=Han}{3,}/gu;
/** Text in quotation marks is a quotation if it occurs in the prompt, however short it is. */
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

/** The base64 characters that depend on the key alone when `offset` bytes precede it. */
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
  /** Returns the text that can be kept and shown. The end of the text is held back while it may be the beginning of a key. */
  push: (delta: string) => string;
  /** Returns the text that was held back, masked if it is the beginning of a key. Call once at the end. */
  flush: () => string;
}

/** A mask for one text. It changes nothing if there is no key, or only a placeholder. */
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

/** The position from which the rest of the text is the beginning of a secret; the length of the text if there is none. */
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

/** Removes quotations in quotation marks, and Chinese phrases that occur in the prompt. */
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
