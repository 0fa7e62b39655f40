import { z } from 'zod';
import type { JsonMode, ModelProtocol, ModelSettings } from '../../../../shared/model.ts';
import type { ModelRequest, RequestParameter } from '../types.ts';
import type { AnswerSoFar } from './answer-so-far.ts';

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
  /** Below the base URL. */
  path: string;
  build(source: RequestSource): BuiltRequest;
  /**
   * Adds what a value says to the answer: an event of a stream, or a whole answer. False when the value is neither of
   * this protocol.
   */
  read(value: unknown, answer: AnswerSoFar): boolean;
}

const PROTOCOLS: Record<ModelProtocol, Protocol> = {
  openai: { path: '/chat/completions', build: buildOpenai, read: readOpenai },
  anthropic: { path: '/messages', build: buildAnthropic, read: readAnthropic },
};

/** Members that gateways wrap a whole answer in. */
const WRAPPERS = ['data', 'response', 'result', 'output', 'body'];

/**
 * The protocol of that name. Its `read` also takes the form of the other one, an answer in a list, and one that a
 * gateway has wrapped.
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
    const inner = WRAPPERS.map((wrapper) => (value as Record<string, unknown>)[wrapper]).find(isContainer);
    if (inner === undefined || !read(inner, answer, depth + 1)) return false;
    if ('usage' in value) answer.addUsage(value.usage);
    return true;
  };
  return { ...own, read };
}

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;

// ---------------------------------------------------------------------------------------------------------- OpenAI

/** OpenAI's reasoning models take one temperature only, and say so with a 400. */
const REASONING_MODEL = /^(o\d|gpt-(?:[5-9]|\d\d))(?!.*-chat)/i;

function buildOpenai({ settings, request, jsonMode, dropped }: RequestSource): BuiltRequest {
  const name = settings.model.slice(settings.model.lastIndexOf('/') + 1);
  const isReasoning = REASONING_MODEL.test(name);
  const carries = new Set<RequestParameter>();
  const carry = (parameter: RequestParameter): boolean => {
    if (dropped.has(parameter)) return false;
    carries.add(parameter);
    return true;
  };
  const body: Record<string, unknown> = {
    model: settings.model,
    messages: carry('system_role')
      ? [
          { role: 'system', content: request.system },
          { role: 'user', content: request.user },
        ]
      : [{ role: 'user', content: `${request.system}\n\n${request.user}` }],
  };
  // A server that does not know the one name of the limit may know the other.
  const isNew = isReasoning || settings.preset === 'openai';
  const limits = isNew
    ? (['max_completion_tokens', 'max_tokens'] as const)
    : (['max_tokens', 'max_completion_tokens'] as const);
  const limit = limits.find(carry);
  if (limit) body[limit] = request.maxOutputTokens;
  if (!isReasoning && carry('temperature')) body['temperature'] = settings.temperature;
  const format = responseFormat(jsonMode, request.schema, dropped, carries);
  if (format) body['response_format'] = format;
  body['stream'] = carry('stream');
  if (body['stream'] && carry('stream_options')) body['stream_options'] = { include_usage: true };
  return { body, carries };
}

function responseFormat(
  asked: JsonMode,
  schema: Record<string, unknown>,
  dropped: ReadonlySet<RequestParameter>,
  carries: Set<RequestParameter>,
): Record<string, unknown> | null {
  if (asked === 'none' || dropped.has('response_format')) return null;
  if (asked === 'json_schema' && !dropped.has('json_schema')) {
    carries.add('json_schema');
    return { type: 'json_schema', json_schema: { name: 'events', strict: true, schema } };
  }
  carries.add('response_format');
  return { type: 'json_object' };
}

const text = z.string().nullish().catch(null);
/** A text, or parts of one: strings, `{type: 'text', text}`, `{type: 'thinking', thinking: […]}`. */
const content = z.unknown().optional();
const call = z.looseObject({
  index: z.number().nullish().catch(null),
  function: z.looseObject({ arguments: z.unknown().optional() }).nullish().catch(null),
});
const said = z
  .looseObject({
    content,
    reasoning_content: text,
    reasoning: text,
    refusal: text,
    tool_calls: z.array(call).nullish().catch(null),
    function_call: z.looseObject({ arguments: z.unknown().optional() }).nullish().catch(null),
  })
  .nullish()
  .catch(null);
const openaiValue = z.looseObject({
  choices: z.array(
    z.looseObject({
      delta: said,
      message: said,
      /** The answer of servers that stopped half way to the chat format. */
      text,
      finish_reason: text,
      /** Moonshot counts here. */
      usage: z.unknown().optional(),
    }),
  ),
});
function readOpenai(value: unknown, answer: AnswerSoFar): boolean {
  const parsed = openaiValue.safeParse(value);
  if (!parsed.success) return false;
  const { choices, usage, x_groq: groq } = parsed.data;
  answer.addUsage(usage);
  if (typeof groq === 'object' && groq !== null && 'usage' in groq) answer.addUsage(groq.usage);
  const choice = choices[0];
  if (!choice) return true;
  answer.addUsage(choice.usage);
  // Some servers end a stream with the whole message once more.
  const isRepeated = !choice.delta && answer.text + answer.reasoning !== '';
  if (!isRepeated) addSaid(choice.delta ?? choice.message ?? { content: choice.text }, answer);
  // Some servers write that there is no reason yet.
  const reason = choice.finish_reason;
  if (reason && !/^(null|none)$/i.test(reason)) answer.finishReason = reason;
  return true;
}

function addSaid(
  message: NonNullable<z.infer<typeof said>> | { content: unknown },
  answer: AnswerSoFar,
): void {
  if ('reasoning_content' in message || 'reasoning' in message) {
    answer.add(message.reasoning_content ?? message.reasoning ?? '', 'reasoning');
  }
  addContent(message.content, answer);
  if ('refusal' in message && message.refusal) {
    answer.refused = true;
    answer.add(message.refusal, 'text');
  }
  if ('tool_calls' in message) {
    message.tool_calls?.forEach((one, index) =>
      answer.addToolArguments(one.index ?? index, argumentsOf(one.function?.arguments)),
    );
  }
  if ('function_call' in message) answer.addToolArguments(0, argumentsOf(message.function_call?.arguments));
}

function addContent(given: unknown, answer: AnswerSoFar): void {
  if (typeof given === 'string') answer.add(given, 'text');
  else if (Array.isArray(given)) for (const part of given as unknown[]) addPart(part, answer);
  else if (isContainer(given)) addPart(given, answer);
}

function addPart(part: unknown, answer: AnswerSoFar): void {
  if (typeof part === 'string') answer.add(part, 'text');
  if (typeof part !== 'object' || part === null) return;
  const { type, text: own, thinking } = part as Record<string, unknown>;
  if (type === 'thinking' || type === 'reasoning') answer.add(plain(thinking ?? own), 'reasoning');
  else if (typeof own === 'string') answer.add(own, 'text');
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  return (value as unknown[])
    .map((part) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : ''))
    .join('');
}

function argumentsOf(given: unknown): string {
  if (typeof given === 'string') return given;
  return isContainer(given) ? JSON.stringify(given) : '';
}

// ------------------------------------------------------------------------------------------------------- Anthropic

/**
 * Models that have structured output of their own. It is left out for all others, also for the relatives that speak the
 * protocol: most ignore what they do not know, and no request may cost a refusal.
 */
const NATIVE_SCHEMA = /claude-(opus-4[-.]1|(opus|sonnet|haiku)-4[-.][5-9]|[a-z]+-([5-9]|\d\d))(?!\d)/i;
/** Anthropic takes none above. */
const HIGHEST_TEMPERATURE = 1;

function buildAnthropic({ settings, request, jsonMode, dropped }: RequestSource): BuiltRequest {
  const carries = new Set<RequestParameter>(['max_tokens']);
  const carry = (parameter: RequestParameter): boolean => {
    if (dropped.has(parameter)) return false;
    carries.add(parameter);
    return true;
  };
  const body: Record<string, unknown> = { model: settings.model, max_tokens: request.maxOutputTokens };
  if (carry('system_role')) {
    body['system'] = request.system;
    body['messages'] = [{ role: 'user', content: request.user }];
  } else {
    body['messages'] = [{ role: 'user', content: `${request.system}\n\n${request.user}` }];
  }
  if (carry('temperature')) body['temperature'] = Math.min(HIGHEST_TEMPERATURE, settings.temperature);
  const isNative = jsonMode === 'json_schema' && NATIVE_SCHEMA.test(settings.model);
  if (isNative && !dropped.has('response_format') && carry('json_schema')) {
    body['output_config'] = { format: { type: 'json_schema', schema: request.schema } };
  }
  body['stream'] = carry('stream');
  return { body, carries };
}

const block = z.looseObject({ type: z.string(), text, thinking: text, input: z.unknown().optional() });
const anthropicValue = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message_start'),
    message: z.looseObject({ usage: z.unknown().optional() }).nullish(),
  }),
  z.looseObject({ type: z.literal('content_block_start'), index: z.number().catch(0), content_block: block }),
  z.looseObject({
    type: z.literal('content_block_delta'),
    index: z.number().catch(0),
    delta: z.looseObject({ type: z.string(), text, thinking: text, partial_json: text }),
  }),
  z.looseObject({ type: z.literal('content_block_stop') }),
  z.looseObject({
    type: z.literal('message_delta'),
    delta: z.looseObject({ stop_reason: text }).nullish(),
    usage: z.unknown().optional(),
  }),
  z.looseObject({ type: z.literal('message_stop') }),
  z.looseObject({ type: z.literal('ping') }),
  z.looseObject({
    type: z.literal('message'),
    content: z.array(block),
    stop_reason: text,
    usage: z.unknown().optional(),
  }),
]);

function readAnthropic(value: unknown, answer: AnswerSoFar): boolean {
  const parsed = anthropicValue.safeParse(typed(value));
  if (!parsed.success) return false;
  const event = parsed.data;
  switch (event.type) {
    case 'message_start':
      answer.addUsage(event.message?.usage);
      break;
    case 'content_block_start':
      addBlock(event.content_block, event.index, answer);
      break;
    case 'content_block_delta':
      answer.add(event.delta.text ?? '', 'text');
      answer.add(event.delta.thinking ?? '', 'reasoning');
      answer.addToolArguments(event.index, event.delta.partial_json ?? '');
      break;
    case 'message_delta':
      answer.addUsage(event.usage);
      answer.finishReason = event.delta?.stop_reason || answer.finishReason;
      break;
    case 'message_stop':
      answer.ended = true;
      break;
    case 'message':
      event.content.forEach((one, index) => addBlock(one, index, answer));
      answer.addUsage(event.usage);
      answer.finishReason = event.stop_reason || answer.finishReason;
      break;
    case 'content_block_stop':
    case 'ping':
      break;
  }
  return true;
}

/** A whole message of a server that leaves its type out. */
function typed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'type' in value) return value;
  return 'content' in value && Array.isArray(value.content) ? { ...value, type: 'message' } : value;
}

function addBlock(
  { type, text: own, thinking, input }: z.infer<typeof block>,
  index: number,
  answer: AnswerSoFar,
): void {
  if (type === 'text') answer.add(own ?? '', 'text');
  else if (type === 'thinking') answer.add(thinking ?? '', 'reasoning');
  // A stream begins a call with empty arguments, and sends them in pieces.
  else if (type === 'tool_use' && isContainer(input) && Object.keys(input as object).length > 0) {
    answer.addToolArguments(index, JSON.stringify(input));
  }
}
