import { z } from 'zod';
import type { RequestParameter } from '../types.ts';
import type { AnswerSoFar } from './answer-so-far.ts';
import type { BuiltRequest, RequestSource } from './protocols.ts';

/**
 * Models with structured output. It is not requested from others, nor from other providers with this protocol: most of
 * them ignore it.
 */
const NATIVE_SCHEMA = /claude-(opus-4[-.]1|(opus|sonnet|haiku)-4[-.][5-9]|[a-z]+-([5-9]|\d\d))(?!\d)/i;
/** Highest temperature that Anthropic accepts. */
const HIGHEST_TEMPERATURE = 1;

/** Builds a request to messages. */
export function buildAnthropic({ settings, request, jsonMode, dropped }: RequestSource): BuiltRequest {
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

const text = z.string().nullish().catch(null);
const block = z.looseObject({
  type: z.string().default('text'),
  text,
  thinking: text,
  input: z.unknown().optional(),
});
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

/** Reads an event, or a whole answer, of messages. */
export function readAnthropic(value: unknown, answer: AnswerSoFar): boolean {
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

/** A whole message with its type, which some servers omit, and with a list of blocks where there is a text instead. */
function typed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('content' in value)) return value;
  const { content } = value;
  if ('type' in value && value.type === 'message' && typeof content === 'string')
    return { ...value, content: [{ type: 'text', text: content }] };
  return !('type' in value) && Array.isArray(content) ? { ...value, type: 'message' } : value;
}

function addBlock(
  { type, text: own, thinking, input }: z.infer<typeof block>,
  index: number,
  answer: AnswerSoFar,
): void {
  if (type === 'text' || type === 'output_text') answer.add(own ?? '', 'text');
  else if (type === 'thinking') answer.add(thinking ?? '', 'reasoning');
  // In a stream, a call begins with empty arguments, which then follow in pieces.
  else if (
    type === 'tool_use' &&
    typeof input === 'object' &&
    input !== null &&
    Object.keys(input).length > 0
  ) {
    answer.addToolArguments(index, JSON.stringify(input));
  }
}
