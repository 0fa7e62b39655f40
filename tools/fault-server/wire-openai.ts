import { z } from 'zod';
import { pieces, spreadWithEnd } from './wire.ts';
import type { ChatRequest, Wire, WireAnswer } from './wire.ts';

const content = z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]).nullable();

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content })),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
  response_format: z
    .object({ type: z.string(), json_schema: z.object({ schema: z.unknown() }).optional() })
    .nullish(),
});

/** OpenAI's chat completions, as its many compatible servers implement them. */
export const openaiWire: Wire = {
  name: 'openai',

  parse(body): ChatRequest | null {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) return null;
    const request = parsed.data;
    const said = (wanted: (role: string) => boolean): string =>
      request.messages
        .filter(({ role }) => wanted(role))
        .map((message) => textOf(message.content))
        .join('\n');
    return {
      model: request.model,
      system: said((role) => role === 'system' || role === 'developer'),
      user: said((role) => role === 'user'),
      schema: request.response_format?.json_schema?.schema ?? null,
      stream: request.stream ?? false,
      usageAsked: request.stream_options?.include_usage ?? false,
      maxOutputTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
    };
  },

  whole(answer) {
    const { text, reasoning, finish } = answer;
    const message = {
      role: 'assistant',
      ...(answer.called ? { content: null, tool_calls: [callOf(text)] } : { content: text }),
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    };
    return JSON.stringify({
      ...head(answer, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: finish }],
      ...(answer.usage ? { usage: usageOf(answer) } : {}),
    });
  },

  stream(answer, writes) {
    const chunk = (delta: Record<string, unknown>, finish: string | null): string =>
      event({
        ...head(answer, 'chat.completion.chunk'),
        choices: [{ index: 0, delta, finish_reason: finish }],
      });
    const events = [
      chunk({ role: 'assistant', content: '' }, null),
      ...pieces(answer.reasoning, writes).map((piece) => chunk({ reasoning_content: piece }, null)),
      ...pieces(answer.text, writes).map((piece) =>
        chunk(answer.called ? { tool_calls: [callOf(piece)] } : { content: piece }, null),
      ),
    ];
    let end = answer.finish === null ? '' : chunk({}, answer.finish);
    if (answer.usage) {
      end += event({ ...head(answer, 'chat.completion.chunk'), choices: [], usage: usageOf(answer) });
    }
    return spreadWithEnd(events, `${end}data: [DONE]\n\n`, writes);
  },

  error({ message, code, status }) {
    const type =
      status >= 500 ? 'server_error' : status === 429 ? 'rate_limit_error' : 'invalid_request_error';
    return JSON.stringify({ error: { message, type, param: null, code } });
  },
};

function textOf(value: z.infer<typeof content>): string {
  if (value === null || typeof value === 'string') return value ?? '';
  return value.map(({ text }) => text ?? '').join('');
}

function head({ id, model }: WireAnswer, object: string): Record<string, unknown> {
  return { id: `chatcmpl-${id}`, object, created: 1_767_225_600, model };
}

function callOf(piece: string): Record<string, unknown> {
  return { index: 0, type: 'function', function: { name: 'events', arguments: piece } };
}

function usageOf({ inputTokens, outputTokens, hiddenTokens = 0 }: WireAnswer): Record<string, number> {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens + hiddenTokens,
  };
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
