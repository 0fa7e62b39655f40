import { z } from 'zod';
import type { ModelProtocol } from '../../../../shared/model.ts';

const usage = z.record(z.string(), z.unknown()).nullish();
const openaiAnswer = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        message: z.looseObject({ content: z.unknown() }).nullish(),
        /** The answer of servers that stopped half way to the chat format. */
        text: z.string().nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage,
});
const anthropicAnswer = z.looseObject({
  content: z.array(
    z.looseObject({ type: z.string(), text: z.string().optional(), thinking: z.string().optional() }),
  ),
  stop_reason: z.string().nullish(),
  usage,
});

/**
 * An answer given as one JSON body, in the form of the stream that was asked for, so that everything after it knows
 * one form only. Null when the value is no answer.
 */
export function streamOfWhole(value: unknown, protocol: ModelProtocol): string | null {
  return protocol === 'anthropic' ? anthropicStream(value) : openaiStream(value);
}

function openaiStream(value: unknown): string | null {
  const answer = openaiAnswer.safeParse(value);
  if (!answer.success) return null;
  const choice = answer.data.choices[0];
  if (!choice) return null;
  const delta = { ...(choice.message ?? { content: choice.text ?? '' }), role: 'assistant' };
  const chunk = {
    choices: [{ index: 0, delta, finish_reason: choice.finish_reason ?? null }],
    usage: answer.data.usage ?? null,
  };
  return `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
}

function anthropicStream(value: unknown): string | null {
  const answer = anthropicAnswer.safeParse(value);
  if (!answer.success) return null;
  const { content, stop_reason: stopReason, usage: given } = answer.data;
  const counts = { input_tokens: 0, output_tokens: 0, ...given };
  const events: { type: string; [key: string]: unknown }[] = [
    { type: 'message_start', message: { role: 'assistant', usage: counts } },
  ];
  content.forEach(({ type, text, thinking }, index) => {
    if (type !== 'text' && type !== 'thinking') return;
    const isText = type === 'text';
    events.push(
      {
        type: 'content_block_start',
        index,
        content_block: isText ? { type, text: '' } : { type, thinking: '' },
      },
      {
        type: 'content_block_delta',
        index,
        delta: isText
          ? { type: 'text_delta', text: text ?? '' }
          : { type: 'thinking_delta', thinking: thinking ?? '' },
      },
      { type: 'content_block_stop', index },
    );
  });
  events.push(
    { type: 'message_delta', delta: { stop_reason: stopReason ?? null }, usage: counts },
    { type: 'message_stop' },
  );
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}
