import { wholeCharacters } from './tokens.ts';

/** A request, independent of the protocol. */
export interface ChatRequest {
  model: string;
  system: string;
  user: string;
  /** The JSON schema that the answer must fit; null for none. */
  schema: unknown;
  stream: boolean;
  /** Whether a stream reports the usage. */
  usageAsked: boolean;
  maxOutputTokens: number | null;
}

/** A complete answer, before it is put into a protocol. */
export interface WireAnswer {
  id: string;
  model: string;
  text: string;
  /** Thoughts in a field of their own; empty for none. */
  reasoning: string;
  /** Null for none. */
  finish: string | null;
  /** The text is sent as the arguments of a call. */
  called?: boolean;
  /** Tokens of thoughts that are in the total only. */
  hiddenTokens?: number;
  inputTokens: number;
  outputTokens: number;
  /** Whether the usage is reported. */
  usage: boolean;
}

export interface WireError {
  status: number;
  code: string;
  message: string;
}

/** The encoding of one protocol. */
export interface Wire {
  readonly name: 'openai' | 'anthropic';
  /** Null when the body is no request of this protocol. */
  parse(body: unknown): ChatRequest | null;
  /** The body of an answer that is not streamed. */
  whole(answer: WireAnswer): string;
  /** An event stream in so many writes, at least one; the last holds the end and the usage. */
  stream(answer: WireAnswer, writes: number): string[];
  error(error: WireError): string;
}

/** Splits a text into at most that many pieces of about the same length, none of them empty. */
export function pieces(text: string, most: number): string[] {
  const result: string[] = [];
  for (let at = 0, part = 1; part <= most; part++) {
    const end = part === most ? text.length : wholeCharacters(text, Math.round((text.length * part) / most));
    if (end <= at) continue;
    result.push(text.slice(at, end));
    at = end;
  }
  return result;
}

/** Puts events, in order, into that many writes; some are empty when there are too few. The last has the end. */
export function spreadWithEnd(events: string[], end: string, writes: number): string[] {
  const edge = (at: number): number => Math.round((events.length * at) / writes);
  return Array.from({ length: writes }, (_, at) => {
    const text = events.slice(edge(at), edge(at + 1)).join('');
    return at === writes - 1 ? text + end : text;
  });
}
