import { chunk, DONE, usageChunk } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import { answerOf, anthropic, anthropicEvent, usageOf } from './cases.ts';

/** What is billed, and how it is reported. */
export const MONEY: Record<string, ProviderCase> = {
  'thoughts that only the total tells': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + 5 * completion,
        }),
        billed: ({ prompt, completion }) => ({ prompt, completion: 5 * completion }),
      }),
    expect: { requests: 14, seconds: 60 },
  },
  'thoughts that the total and the details tell': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + 5 * completion,
          completion_tokens_details: { reasoning_tokens: 4 * completion },
        }),
        billed: ({ prompt, completion }) => ({ prompt, completion: 5 * completion }),
      }),
    expect: { requests: 14, seconds: 60 },
  },
  'counts as strings': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: String(prompt),
          completion_tokens: String(completion),
        }),
      }),
    expect: { requests: 14, seconds: 60 },
  },
  'counts in each chunk': {
    face: (h) => {
      const { text, finish, usage } = answerOf(h);
      const step = Math.ceil(text.length / 10);
      h.head();
      for (let part = 0; part < 10; part++) {
        h.write(
          chunk({ content: text.slice(part * step, (part + 1) * step) }, part === 9 ? finish : null, {
            usage: {
              prompt_tokens: usage.prompt,
              completion_tokens: Math.ceil((usage.completion * (part + 1)) / 10),
              total_tokens: 1,
            },
          }),
        );
      }
      h.end(DONE);
    },
    expect: { requests: 14, seconds: 60 },
  },
  'no counts at all': {
    face: (h) => h.ok({ reported: () => null }),
    // Nothing is reported: our tokenizer counts, and the server bills about 60 % of that for digits and separators.
    expect: { requests: 14, seconds: 60, unreported: { most: 1.65 } },
  },
  'a server that ignores the output limit': {
    face: async (h) => {
      const usage = h.answer().usage;
      h.head();
      h.write(chunk({ role: 'assistant', content: '{"users":[' }));
      let sent = 0;
      while (!h.gone && sent < 400_000) {
        h.write(chunk({ content: 'x y z '.repeat(400) }));
        sent += 2_400;
        await h.sleep(20);
      }
      h.bill({ prompt: usage.prompt, completion: Math.ceil(sent / 4) });
      h.end(chunk({}, 'stop') + DONE);
    },
    settings: { maxOutputTokens: 2_000 },
    expect: { stops: 'model.useless', requests: 24, seconds: 900, unreported: { most: 3 } },
  },
  'an Anthropic that counts the output only before it': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      h.write(
        anthropicEvent({
          type: 'message_start',
          message: {
            role: 'assistant',
            content: [],
            usage: { input_tokens: usage.prompt, output_tokens: 1 },
          },
        }),
      );
      h.write(anthropicEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }));
      h.end(
        anthropicEvent({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }) +
          anthropicEvent({ type: 'message_stop' }),
      );
    },
    settings: anthropic,
    // The output is counted by us.
    expect: { requests: 12, seconds: 60, unreported: { most: 1.4 } },
  },
  'counts of each piece by itself': {
    face: (h) => {
      const { text, usage, finish } = answerOf(h);
      const pieces = 20;
      const step = Math.ceil(text.length / pieces);
      const ofPiece = usageOf({ ...usage, completion: Math.ceil(usage.completion / pieces) });
      h.head();
      for (let piece = 0; piece < pieces; piece++)
        h.write(
          chunk(
            { content: text.slice(piece * step, (piece + 1) * step) },
            piece === pieces - 1 ? finish : null,
            { usage: ofPiece },
          ),
        );
      h.end(DONE);
    },
    expect: { requests: 12, seconds: 60, money: 0.02 },
  },
  'what was cached beside the prompt': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: 40,
          completion_tokens: completion,
          total_tokens: prompt + completion,
          cache_read_input_tokens: prompt - 40,
          cache_creation_input_tokens: 0,
        }),
      }),
    expect: { requests: 12, seconds: 60 },
  },
  'what was cached beside the prompt, without a total': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: 40,
          completion_tokens: completion,
          cache_read_input_tokens: prompt - 40,
        }),
      }),
    expect: { requests: 12, seconds: 60 },
  },
  'what was cached within the prompt': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + completion,
          prompt_tokens_details: { cached_tokens: prompt - 40 },
          cache_read_input_tokens: prompt - 40,
        }),
      }),
    expect: { requests: 12, seconds: 60 },
  },
  'thoughts beside the output': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + 4 * completion,
          reasoning_tokens: 3 * completion,
        }),
        billed: ({ prompt, completion }) => ({ prompt, completion: 4 * completion }),
      }),
    expect: { requests: 14, seconds: 60 },
  },
  'counts as in responses': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          input_tokens: prompt,
          output_tokens: completion,
          total_tokens: prompt + completion,
          output_tokens_details: { reasoning_tokens: Math.floor(completion / 2) },
        }),
      }),
    expect: { requests: 12, seconds: 60 },
  },
  'counts as in Bedrock': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          inputTokens: prompt,
          outputTokens: 3 * completion,
          totalTokens: prompt + 3 * completion,
        }),
        billed: ({ prompt, completion }) => ({ prompt, completion: 3 * completion }),
      }),
    expect: { requests: 14, seconds: 60 },
  },
  'counts as in Gemini': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          promptTokenCount: prompt,
          candidatesTokenCount: completion,
          thoughtsTokenCount: 2 * completion,
          totalTokenCount: prompt + 3 * completion,
        }),
        billed: ({ prompt, completion }) => ({ prompt, completion: 3 * completion }),
      }),
    expect: { requests: 14, seconds: 60 },
  },
  'a prompt of zero and the total': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: 0,
          completion_tokens: completion,
          total_tokens: prompt + completion,
        }),
      }),
    expect: { requests: 12, seconds: 60 },
  },
  'zeros under the other names': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          prompt_tokens: 0,
          completion_tokens: 0,
          input_tokens: prompt,
          output_tokens: completion,
          total_tokens: prompt + completion,
        }),
      }),
    expect: { requests: 12, seconds: 60 },
  },
  'zeros first': {
    face: (h) => {
      const { text, usage, finish } = answerOf(h);
      h.head();
      h.end(
        chunk({ content: text }, finish, { usage: usageOf({ prompt: 0, completion: 0 }) }) +
          usageChunk(usage) +
          DONE,
      );
    },
    expect: { requests: 12, seconds: 60 },
  },
};
