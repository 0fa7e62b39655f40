import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';

/**
 * Tokens of a text as this server counts and bills them. Cheap, deterministic, and on purpose not what any public
 * tokenizer counts, so that a client that uses its own count instead of the reported usage fails a test.
 */
export function tokensOf(text: string): number {
  let wide = 0;
  for (let at = 0; at < text.length; at++) if (isWide(text.charCodeAt(at))) wide++;
  return Math.ceil(wide * 0.7 + (text.length - wide) / 4);
}

/**
 * How a server counts: `own`, or as models do. `grouped` is the tokenizer of earlier models of OpenAI, in which up to three
 * digits share a token; `single` is the same with a token for each digit.
 */
export const COUNT_NAMES = ['own', 'grouped', 'single'] as const;
export type CountName = (typeof COUNT_NAMES)[number];

export const COUNTS: Readonly<Record<CountName, (text: string) => number>> = {
  own: tokensOf,
  grouped: (text) => countTokens(text),
  single: (text) => countTokens(text.replaceAll(/\d/g, '')) + (text.match(/\d/g)?.length ?? 0),
};

/** The longest beginning of a text that has at most so many tokens. */
export function firstTokens(text: string, most: number, count = tokensOf): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (count(text.slice(0, middle)) <= most) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, wholeCharacters(text, low));
}

/** The place itself, or the one before it when a character outside the basic plane would be cut in two. */
export function wholeCharacters(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}

function isWide(code: number): boolean {
  return code >= 0x2e80;
}
