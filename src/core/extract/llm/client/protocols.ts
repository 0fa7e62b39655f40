import type { JsonMode, ModelProtocol, ModelSettings } from '../../../../shared/model.ts';
import type { ModelRequest, RequestParameter } from '../types.ts';
import { buildAnthropic, readAnthropic } from './anthropic.ts';
import type { AnswerSoFar } from './answer-so-far.ts';
import { buildOpenai, readOpenai } from './openai.ts';
import { asChatCompletion } from './other-forms.ts';

/** What a request is built from. */
export interface RequestSource {
  settings: ModelSettings;
  request: ModelRequest;
  jsonMode: JsonMode;
  /** Parameters that the server was seen to refuse. */
  dropped: ReadonlySet<RequestParameter>;
}

/** A request body, and the parameters in it that a server could refuse. */
export interface BuiltRequest {
  body: Record<string, unknown>;
  carries: ReadonlySet<RequestParameter>;
}

/** How a protocol writes requests and answers. */
export interface Protocol {
  /** Path of requests below the base URL. */
  path: string;
  build(source: RequestSource): BuiltRequest;
  /**
   * Adds a value to the answer: an event of a stream, or a whole answer. Returns false if the value is neither in this
   * protocol.
   */
  read(value: unknown, answer: AnswerSoFar): boolean;
}

const PROTOCOLS: Record<ModelProtocol, Protocol> = {
  openai: { path: '/chat/completions', build: buildOpenai, read: readOpenai },
  anthropic: { path: '/messages', build: buildAnthropic, read: readAnthropic },
};

/** Members in which gateways wrap a whole answer. */
const WRAPPERS = ['data', 'response', 'result', 'output', 'body'];

/**
 * The protocol of that name. Its `read` also accepts the form of the other protocol and those of other-forms.ts, an
 * answer in a list, and an answer that a gateway has wrapped.
 */
export function protocolOf(name: ModelProtocol): Protocol {
  const own = PROTOCOLS[name];
  const other = PROTOCOLS[name === 'openai' ? 'anthropic' : 'openai'];
  const read = (value: unknown, answer: AnswerSoFar, depth = 0): boolean => {
    if (Array.isArray(value)) {
      let isAny = false;
      for (const item of value as unknown[]) isAny = read(item, answer, depth) || isAny;
      return isAny;
    }
    if (own.read(value, answer) || other.read(value, answer)) return true;
    if (typeof value !== 'object' || value === null || depth > 1) return false;
    const translated = asChatCompletion(value);
    if (translated !== null) return readOpenai(translated, answer);
    const inner = WRAPPERS.map((wrapper) => (value as Record<string, unknown>)[wrapper]).find(isContainer);
    if (inner === undefined || !read(inner, answer, depth + 1)) return false;
    if ('usage' in value) answer.addUsage(value.usage);
    return true;
  };
  return { ...own, read };
}

/** Whether a value looks like an answer, or a piece of one, of either protocol: as it is, or wrapped. */
export function holdsAnswer(value: unknown, depth = 0): boolean {
  if (Array.isArray(value)) return value.some((item) => holdsAnswer(item, depth));
  if (typeof value !== 'object' || value === null || depth > 2) return false;
  const { choices, content } = value as Record<string, unknown>;
  if (isFilled(choices) || isFilled(content)) return true;
  return WRAPPERS.some((wrapper) => holdsAnswer((value as Record<string, unknown>)[wrapper], depth + 1));
}

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;
