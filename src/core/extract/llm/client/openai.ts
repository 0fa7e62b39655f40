import { z } from 'zod';
import type { JsonMode } from '../../../../shared/model.ts';
import type { RequestParameter } from '../types.ts';
import type { AnswerSoFar } from './answer-so-far.ts';
import type { BuiltRequest, RequestSource } from './protocols.ts';

/** OpenAI's reasoning models accept one temperature only, and refuse others with a 400. */
const REASONING_MODEL = /^(o\d|gpt-(?:[5-9]|\d\d))(?!.*-chat)/i;

/** Builds a request to chat completions. */
export function buildOpenai({ settings, request, jsonMode, dropped }: RequestSource): BuiltRequest {
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
  // A server that does not know one name of the limit may know the other.
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
/** A text, or parts of one: strings, `{type: 'text', text}`, `{type: 'thinking', thinking: […]}`; or the JSON itself. */
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
    /** The data itself, beside or instead of its text. */
    parsed: z.unknown().optional(),
    tool_calls: z.array(call).nullish().catch(null),
    function_call: z.looseObject({ arguments: z.unknown().optional() }).nullish().catch(null),
  })
  .nullish()
  .catch(null);
const openaiValue = z.looseObject({
  choices: z.array(
    z.looseObject({
      index: z.number().nullish().catch(null),
      delta: said,
      message: said,
      /** The answer of servers that use the format of (non-chat) completions. */
      text,
      finish_reason: text,
      /** Moonshot reports the usage here. */
      usage: z.unknown().optional(),
    }),
  ),
});
/** Reads a chunk, or a whole answer, of chat completions. */
export function readOpenai(value: unknown, answer: AnswerSoFar): boolean {
  const parsed = openaiValue.safeParse(value);
  if (!parsed.success) return false;
  const { choices, usage, x_groq: groq } = parsed.data;
  answer.addUsage(usage);
  if (typeof groq === 'object' && groq !== null && 'usage' in groq) answer.addUsage(groq.usage);
  for (const { usage: own } of choices) answer.addUsage(own);
  const choice = oneOf(choices, answer);
  if (!choice) return true;
  // Some servers send messages instead of pieces, and repeat the whole message at the end of a stream.
  if (!choice.delta && answer.text + answer.reasoning !== '') addRest(choice.message?.content, answer);
  else addSaid(choice.delta ?? choice.message ?? { content: choice.text }, answer);
  // Some servers send the text `null` before the end.
  const reason = choice.finish_reason ?? choice['finishReason'];
  if (typeof reason === 'string' && !/^(null|none)?$/i.test(reason)) answer.finishReason = reason;
  return true;
}

/** The choice that is read: the first by its index, in all pieces of an answer the same. */
function oneOf<T extends { index?: number | null | undefined }>(
  choices: readonly T[],
  answer: AnswerSoFar,
): T | undefined {
  if (choices.length === 0) return undefined;
  answer.choice ??= Math.min(...choices.map(({ index }) => index ?? 0));
  return choices.find(({ index }) => (index ?? 0) === answer.choice);
}

/** Adds what a message has beyond the text before it, or all of a message that does not begin with it. */
function addRest(content: unknown, answer: AnswerSoFar): void {
  if (typeof content === 'string') answer.addBeyond(content);
}

function addSaid(
  message: NonNullable<z.infer<typeof said>> | { content: unknown },
  answer: AnswerSoFar,
): void {
  if ('reasoning_content' in message || 'reasoning' in message) {
    answer.add(message.reasoning_content ?? message.reasoning ?? '', 'reasoning');
  }
  addContent(message.content || ('parsed' in message ? message.parsed : null), answer);
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
  if (typeof given === 'string') answer.addPiece(given);
  else if (isData(given)) answer.add(JSON.stringify(given), 'text');
  else if (Array.isArray(given)) for (const part of given as unknown[]) addPart(part, answer);
  else if (isObject(given)) addPart(given, answer);
}

/** Whether a server gives the JSON that the model wrote as it is, instead of its text. */
function isData(given: unknown): boolean {
  const [first] = Array.isArray(given) ? (given as unknown[]) : [given];
  return isObject(first) && !['type', 'text', 'thinking'].some((name) => name in first);
}

function addPart(part: unknown, answer: AnswerSoFar): void {
  if (typeof part === 'string') answer.add(part, 'text');
  if (typeof part !== 'object' || part === null) return;
  const { type, text: own, thinking } = part as Record<string, unknown>;
  if (type === 'thinking' || type === 'reasoning') answer.add(plain(thinking ?? own), 'reasoning');
  else if (typeof own === 'string') answer.add(own, 'text');
  else if (isObject(own) && 'value' in own && typeof own.value === 'string') answer.add(own.value, 'text');
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
  return isObject(given) ? JSON.stringify(given) : '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
