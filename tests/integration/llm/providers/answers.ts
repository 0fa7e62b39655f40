import { gzipSync } from 'node:zlib';
import type { Face } from '../../../support/scripted-provider.ts';
import { chunk, DONE, event, usageChunk } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import { answerOf, ant, anthropic, everyThird, forPoisoned, keepAlive, only } from './cases.ts';

/**
 * Thoughts without a mark, in which the model drafts one event over the whole history of each user, and then the end:
 * what a reasoning model sends whose server lost the opening mark.
 */
function draft(finish: string | null, done: boolean): Face {
  return only(everyThird, (h) => {
    const users = h.units.map(({ alias, behaviours }) => ({
      user_id: alias,
      events: [`草稿|${behaviours[0]?.number ?? 1}-${behaviours.at(-1)?.number ?? 1}`],
    }));
    const thoughts = `先写一个草稿：\n${JSON.stringify({ users })}\n不对，再细看每位用户，`;
    const usage = { prompt: h.answer().usage.prompt, completion: 400 };
    h.bill(usage);
    h.head();
    h.write(chunk({ role: 'assistant', content: thoughts }));
    if (finish !== null) h.write(chunk({}, finish));
    h.write(usageChunk(usage));
    h.end(done ? DONE : '');
  });
}

/** What breaks off, what comes in odd places, what never ends. */
export const ANSWERS: Record<string, ProviderCase> = {
  'a draft that ends by length': { face: draft('length', true), expect: { requests: 40, seconds: 90 } },
  'a draft without a finish reason': { face: draft(null, false), expect: { requests: 40, seconds: 90 } },
  'a draft that a lack of resources ends': {
    face: draft('insufficient_system_resource', true),
    expect: { requests: 40, seconds: 90 },
  },
  'a draft that an error ends': { face: draft('error', true), expect: { requests: 40, seconds: 90 } },
  'a draft that is aborted': { face: draft('abort', true), expect: { requests: 40, seconds: 90 } },
  'a draft that an unknown word ends': {
    face: draft('gremlins', true),
    expect: { requests: 40, seconds: 90 },
  },
  'an answer cut without a word': {
    face: only(everyThird, (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      h.write(chunk({ role: 'assistant', content: text.slice(0, Math.floor(text.length * 0.7)) }));
      h.write(usageChunk(usage));
      h.end();
    }),
    expect: { requests: 24, seconds: 90 },
  },
  'an error in the midst of a stream': {
    face: only(everyThird, (h) => {
      const { text } = h.answer();
      h.head();
      h.write(chunk({ role: 'assistant', content: text.slice(0, text.length >> 1) }));
      h.write(
        event({
          error: { code: 'server_error', message: 'Upstream disconnected' },
          choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
        }),
      );
      h.end(DONE);
    }),
    // What came may have been billed; this provider does not.
    expect: { requests: 24, seconds: 90, unreported: { most: 1.4 } },
  },
  'an empty body now and then': {
    face: only(everyThird, (h) => {
      h.head(200, { 'content-length': '0' });
      h.end();
    }),
    expect: { requests: 24, seconds: 90 },
  },
  'an empty answer now and then': {
    face: only(everyThird, (h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: 1 };
      h.bill(usage);
      h.head();
      h.end(
        chunk({ role: 'assistant', content: '' }) + chunk({ content: '' }, 'stop') + usageChunk(usage) + DONE,
      );
    }),
    expect: { requests: 24, seconds: 90 },
  },
  'JSON in the field for thoughts': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      h.write(chunk({ role: 'assistant', content: null }));
      for (let at = 0; at < text.length; at += 500)
        h.write(chunk({ reasoning_content: text.slice(at, at + 500), content: null }));
      h.end(chunk({ content: null }, 'stop') + usageChunk(usage) + DONE);
    },
    expect: { requests: 10, seconds: 60 },
  },
  'JSON in the arguments of a tool call': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      const half = text.length >> 1;
      const call = (part: string, first: boolean): object => ({
        tool_calls: [
          {
            index: 0,
            ...(first ? { id: 'call_1', type: 'function' } : {}),
            function: { ...(first ? { name: 'events' } : {}), arguments: part },
          },
        ],
      });
      h.head();
      h.write(chunk({ role: 'assistant', content: null, ...call(text.slice(0, half), true) }));
      h.write(chunk({ ...call(text.slice(half), false) }));
      h.end(chunk({}, 'tool_calls') + usageChunk(usage) + DONE);
    },
    expect: { requests: 10, seconds: 60 },
  },
  'an answer inside a list': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.send(200, [
        {
          id: 'x',
          choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          usage: { prompt_tokens: usage.prompt, completion_tokens: usage.completion },
        },
      ]);
    },
    expect: { requests: 10, seconds: 60 },
  },
  'only thoughts, up to the limit, for ever': {
    face: (h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: Math.min(h.outputLimit, 16_000) };
      h.bill(usage);
      h.head();
      h.end(
        chunk({ role: 'assistant', content: '', reasoning_content: '让我想想。'.repeat(400) }) +
          chunk({}, 'length') +
          usageChunk(usage) +
          DONE,
      );
    },
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'thoughts before each answer': {
    face: (h) => {
      const thoughts = Math.min(h.outputLimit, 1_500);
      const answer = h.answer(thoughts);
      const usage = { prompt: answer.usage.prompt, completion: thoughts + answer.usage.completion };
      h.bill(usage);
      h.head();
      h.end(
        chunk({ role: 'assistant', content: answer.text }) +
          chunk({}, answer.finish) +
          usageChunk(usage, { completion_tokens_details: { reasoning_tokens: thoughts } }) +
          DONE,
      );
    },
    expect: { requests: 24, seconds: 60 },
  },
  'white space without an end': {
    face: async (h) => {
      h.bill({ prompt: h.answer().usage.prompt, completion: 0 });
      h.head();
      h.write(chunk({ role: 'assistant', content: '' }));
      while (!h.gone) {
        h.write(chunk({ content: '\n'.repeat(2_000) }));
        h.bill({ prompt: 0, completion: 500 });
        await h.sleep(200);
      }
    },
    // How many tokens a run of white space is, differs from model to model; this one bills one for four line ends.
    expect: { stops: 'model.useless', requests: 24, seconds: 900, unreported: { least: 0.25, most: 1 } },
  },
  'a refusal as the reason of the end': {
    face: forPoisoned((h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: 0 };
      h.bill(usage);
      h.head();
      h.end(chunk({ role: 'assistant' }, 'content_filter: PROHIBITED_CONTENT') + usageChunk(usage) + DONE);
    }),
    expect: { failsPoisoned: 'refused', requests: 30, seconds: 90 },
  },
  'a refusal in a field of its own': {
    face: forPoisoned((h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: 12 };
      h.bill(usage);
      h.head();
      h.end(
        chunk({ role: 'assistant', content: '', refusal: null }) +
          chunk({ refusal: 'I cannot help with that.' }) +
          chunk({}, 'stop') +
          usageChunk(usage) +
          DONE,
      );
    }),
    expect: { failsPoisoned: 'refused', requests: 30, seconds: 90 },
  },
  'a refusal that Anthropic ends with': {
    face: forPoisoned((h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: 3 };
      h.bill(usage);
      h.send(200, {
        type: 'message',
        role: 'assistant',
        content: [],
        stop_reason: 'refusal',
        usage: { input_tokens: usage.prompt, output_tokens: 3 },
      });
    }),
    settings: anthropic,
    expect: { failsPoisoned: 'refused', requests: 30, seconds: 90 },
  },
  'an odd wire: BOM, CRLF, no blank after data, text/plain, no end mark': {
    face: async (h) => {
      const { text, finish, usage } = answerOf(h);
      const stream = chunk({ role: 'assistant', content: text }) + chunk({}, finish) + usageChunk(usage);
      const bytes = Buffer.from(`\uFEFF${stream.replace(/^data: /gm, 'data:').replace(/\n\n/g, '\r\n\r\n')}`);
      h.head(200, { 'content-type': 'text/plain' });
      for (let at = 0; at < bytes.length; at += 1_009) h.write(bytes.subarray(at, at + 1_009));
      h.end();
    },
    expect: { requests: 10, seconds: 60 },
  },
  'a compressed stream': {
    face: (h) => {
      const { text, finish, usage } = answerOf(h);
      h.head(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      h.end(
        gzipSync(chunk({ role: 'assistant', content: text }) + chunk({}, finish) + usageChunk(usage) + DONE),
      );
    },
    usesThreads: true,
    expect: { requests: 10, seconds: 60 },
  },
  'text in parts, a draft among the thoughts': {
    face: (h) => {
      const { text, finish, usage } = answerOf(h);
      h.head();
      h.write(
        chunk({
          role: 'assistant',
          content: [
            {
              type: 'thinking',
              thinking: [{ type: 'text', text: '{"users":[{"user_id":"u1","events":["草稿|1"]}]}' }],
            },
          ],
        }),
      );
      h.write(chunk({ content: [{ type: 'text', text }] }));
      h.end(chunk({}, finish) + usageChunk(usage) + DONE);
    },
    expect: { requests: 10, seconds: 60 },
  },
  'blank lines before a whole answer': {
    face: async (h) => {
      h.head(200, { 'content-type': 'application/json' });
      for (let line = 0; line < 6; line++) {
        h.write('\n');
        await h.sleep(500);
      }
      const { text, finish, usage } = answerOf(h);
      h.end(
        JSON.stringify({
          choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
          usage: { prompt_tokens: usage.prompt, completion_tokens: usage.completion },
        }),
      );
    },
    expect: { requests: 12, seconds: 90 },
  },
  'JSON inside a JSON string': {
    face: (h) => h.ok({ map: (text) => JSON.stringify(text) }),
    expect: { requests: 10, seconds: 60 },
  },
  'an end of the stream that never comes': {
    face: only(everyThird, async (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      h.write(
        chunk({ role: 'assistant', content: text }, null, {
          usage: { prompt_tokens: usage.prompt, completion_tokens: usage.completion },
        }),
      );
      while (!h.gone) {
        h.write(': keep-alive\n\n');
        await h.sleep(1_000);
      }
    }),
    expect: { requests: 24, seconds: 900, unreported: { most: 1.1 } },
  },
  'a connection that is reset after the end': {
    face: async (h) => {
      const { text, finish, usage } = answerOf(h);
      h.head();
      h.write(chunk({ role: 'assistant', content: text }) + chunk({}, finish) + usageChunk(usage));
      await h.sleep(500);
      h.reset();
    },
    expect: { requests: 12, seconds: 90 },
  },
  'keep-alives for two and a half minutes': {
    face: async (h) => {
      if (!(await keepAlive(h, 150_000))) return;
      const { text, finish, usage } = answerOf(h);
      h.end(chunk({ role: 'assistant', content: text }) + chunk({}, finish) + usageChunk(usage) + DONE);
    },
    expect: { requests: 10, seconds: 900 },
  },
  'keep-alives for longer than the time-out of the settings': {
    face: async (h) => {
      if (!(await keepAlive(h, 8_000))) return;
      const { text, finish, usage } = answerOf(h);
      h.end(chunk({ role: 'assistant', content: text }) + chunk({}, finish) + usageChunk(usage) + DONE);
    },
    settings: { timeoutSeconds: 5 },
    expect: { stops: 'model.timeout_too_short', requests: 24, seconds: 120 },
  },
  'an error event of Anthropic': {
    face: only(everyThird, (h) => {
      h.head();
      h.write(
        `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message: { role: 'assistant', content: [], usage: { input_tokens: 9, output_tokens: 1 } } })}\n\n`,
      );
      h.end(`event: error\ndata: ${JSON.stringify(ant('overloaded_error', 'Overloaded'))}\n\n`);
    }),
    settings: anthropic,
    expect: { requests: 24, seconds: 90 },
  },
};
