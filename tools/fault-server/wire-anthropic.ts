import { z } from 'zod';
import { pieces, spreadWithEnd } from './wire.ts';
import type { ChatRequest, Wire, WireAnswer } from './wire.ts';

const content = z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]);
const format = z.object({ schema: z.unknown() }).nullish();

const requestSchema = z.object({
  model: z.string(),
  max_tokens: z.number(),
  system: content.optional(),
  messages: z.array(z.object({ role: z.string(), content })),
  stream: z.boolean().nullish(),
  output_format: format,
  output_config: z.object({ format }).nullish(),
});

/** Names of the errors by status. */
const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** Anthropic's messages. */
export const anthropicWire: Wire = {
  name: 'anthropic',

  parse(body): ChatRequest | null {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) return null;
    const request = parsed.data;
    return {
      model: request.model,
      system: textOf(request.system ?? ''),
      user: request.messages
        .filter(({ role }) => role === 'user')
        .map((message) => textOf(message.content))
        .join('\n'),
      schema: request.output_config?.format?.schema ?? request.output_format?.schema ?? null,
      stream: request.stream ?? false,
      usageAsked: true,
      maxOutputTokens: request.max_tokens,
    };
  },

  whole(answer) {
    const blocks = blocksOf(answer).map(({ kind, text }) => ({ ...emptyBlock(kind), [kind]: text }));
    return JSON.stringify({
      ...head(answer),
      content: blocks,
      stop_reason: reasonOf(answer),
      stop_sequence: null,
      usage: { input_tokens: answer.inputTokens, output_tokens: answer.outputTokens },
    });
  },

  stream(answer, writes) {
    const usage = { input_tokens: answer.inputTokens, output_tokens: 0 };
    const message = { ...head(answer), content: [], stop_reason: null, stop_sequence: null, usage };
    const events = blocksOf(answer).flatMap(({ kind, text }, index) => [
      event('content_block_start', { index, content_block: emptyBlock(kind) }),
      ...pieces(text, writes).map((piece) =>
        event('content_block_delta', { index, delta: { type: `${kind}_delta`, [kind]: piece } }),
      ),
      event('content_block_stop', { index }),
    ]);
    const delta = { stop_reason: reasonOf(answer), stop_sequence: null };
    const end = event('message_delta', { delta, usage: { output_tokens: answer.outputTokens } });
    return spreadWithEnd(
      [event('message_start', { message }), ...events],
      end + event('message_stop', {}),
      writes,
    );
  },

  error({ status, message }) {
    const type = ERROR_TYPES[status] ?? (status === 529 ? 'overloaded_error' : 'api_error');
    return JSON.stringify({ type: 'error', error: { type, message } });
  },
};

function textOf(value: z.infer<typeof content>): string {
  return typeof value === 'string' ? value : value.map(({ text }) => text ?? '').join('');
}

function head({ id, model }: WireAnswer): Record<string, unknown> {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

function reasonOf({ finish }: WireAnswer): string | null {
  if (finish === 'stop') return 'end_turn';
  return finish === 'length' ? 'max_tokens' : finish;
}

type BlockKind = 'thinking' | 'text';

function blocksOf({ text, reasoning }: WireAnswer): { kind: BlockKind; text: string }[] {
  return [
    ...(reasoning === '' ? [] : [{ kind: 'thinking' as const, text: reasoning }]),
    ...(text === '' ? [] : [{ kind: 'text' as const, text }]),
  ];
}

function emptyBlock(kind: BlockKind): Record<string, string> {
  return kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' };
}

function event(type: string, data: Record<string, unknown>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
