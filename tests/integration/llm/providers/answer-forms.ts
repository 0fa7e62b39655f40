import { chunk, DONE, event, usageChunk } from '../../../support/scripted-provider.ts';
import type { Exchange, Face, Usage } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import { answerOf, anthropic, everyThird, only, usageOf } from './cases.ts';

/** Sends the right answer as one JSON value. */
function whole(body: (text: string, usage: Usage, finish: string) => unknown): Face {
  return (h) => {
    const { text, usage, finish } = answerOf(h);
    h.send(200, body(text, usage, finish));
  };
}

/** The right answer as an event stream in two pieces. */
function eventsOf(h: Exchange): string {
  const { text, usage, finish } = answerOf(h);
  const pieces =
    chunk({ role: 'assistant', content: text.slice(0, 300) }) + chunk({ content: text.slice(300) });
  return pieces + chunk({}, finish) + usageChunk(usage) + DONE;
}

/** Right answers in odd forms, and ends that mislead. */
export const ANSWER_FORMS: Record<string, ProviderCase> = {
  'a wrapper with the code 200': {
    face: whole((text, usage, finish) => ({
      code: 200,
      msg: 'success',
      data: {
        choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
        usage: usageOf(usage),
      },
    })),
    expect: { requests: 10, seconds: 60 },
  },
  'a wrapper with the code "0"': {
    face: whole((text, usage, finish) => ({
      code: '0',
      message: 'OK',
      result: {
        choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
        usage: usageOf(usage),
      },
    })),
    expect: { requests: 10, seconds: 60 },
  },
  'an error that says nothing, beside an answer': {
    face: whole((text, usage, finish) => ({
      error: { code: 0, message: '' },
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
      usage: usageOf(usage),
    })),
    expect: { requests: 10, seconds: 60 },
  },
  'the JSON itself as the content': {
    face: whole((text, usage, finish) => ({
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: JSON.parse(text) as unknown },
          finish_reason: finish,
        },
      ],
      usage: usageOf(usage),
    })),
    expect: { requests: 10, seconds: 60 },
  },
  'a whole tool call with the JSON itself': {
    face: whole((text, usage) => ({
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: 'c',
                type: 'function',
                function: { name: 'events', arguments: JSON.parse(text) as unknown },
              },
            ],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: usageOf(usage),
    })),
    expect: { requests: 10, seconds: 60 },
  },
  'a whole function call': {
    face: whole((text, usage) => ({
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '', function_call: { name: 'events', arguments: text } },
          finish_reason: 'function_call',
        },
      ],
      usage: usageOf(usage),
    })),
    expect: { requests: 10, seconds: 60 },
  },
  'a whole tool call of Anthropic': {
    face: whole((text, usage) => ({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [
        { type: 'text', text: 'Here you are.' },
        { type: 'tool_use', id: 't', name: 'events', input: JSON.parse(text) as unknown },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: usage.prompt, output_tokens: usage.completion },
    })),
    settings: anthropic,
    expect: { requests: 10, seconds: 60 },
  },
  'events that no empty line divides': {
    face: (h) => {
      h.head();
      h.end(eventsOf(h).replaceAll('\n\n', '\n'));
    },
    expect: { requests: 10, seconds: 60 },
  },
  'pieces that repeat all before': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      for (let at = 100; at < text.length; at += 100) h.write(chunk({ content: text.slice(0, at) }));
      h.end(chunk({ content: text }, 'stop') + usageChunk(usage) + DONE);
    },
    expect: { requests: 10, seconds: 60 },
  },
  'messages instead of pieces, and a second choice': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      const message = (content: string, index: number, finish: string | null = null): string =>
        event({ choices: [{ index, message: { content }, finish_reason: finish }] });
      h.head();
      h.write(message(text.slice(0, 99), 0) + message('{"users":[]}', 1, 'stop'));
      h.end(message(text.slice(99), 0, 'stop') + usageChunk(usage) + DONE);
    },
    expect: { requests: 10, seconds: 60 },
  },
  'the form of Gemini itself': {
    face: whole((text, usage) => ({
      candidates: [{ content: { parts: [{ text }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: usage.prompt, candidatesTokenCount: usage.completion },
    })),
    expect: { requests: 10, seconds: 60 },
  },
  'the name of the field twice': {
    face: (h) => {
      h.head();
      h.end(eventsOf(h).replaceAll('data: ', 'data: data: '));
    },
    expect: { requests: 10, seconds: 60 },
  },
  'an end with every piece': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      for (let at = 0; at < text.length; at += 200)
        h.write(chunk({ content: text.slice(at, at + 200) }, 'stop'));
      h.end(usageChunk(usage) + DONE);
    },
    expect: { requests: 10, seconds: 60 },
  },
  'a regular end although it was cut': {
    face: (h) => {
      const { text, usage } = h.answer();
      const isCut = text.length > 700;
      const billed = { ...usage, completion: isCut ? 200 : usage.completion };
      h.bill(billed);
      h.head();
      h.end(
        chunk({ content: isCut ? text.slice(0, 700) : text }) + chunk({}, 'stop') + usageChunk(billed) + DONE,
      );
    },
    expect: { requests: 60, seconds: 120 },
  },
  'an error in a field of the stream of its own': {
    face: only(everyThird, (h) => {
      const { text } = h.answer();
      h.head();
      h.write(chunk({ content: text.slice(0, 200) }));
      h.end('error: {"code":500,"message":"slot was released","type":"server_error"}\n\n');
    }),
    expect: { requests: 30, seconds: 90, unreported: { most: 1.35 } },
  },
  'the prompt before the answer': {
    face: (h) => h.ok({ map: (text) => `${h.prompt}\n${text}` }),
    expect: { requests: 10, seconds: 60 },
  },
  'words around a block of code': {
    face: (h) =>
      h.ok({ map: (text) => `好的，以下是结果：\n\n\`\`\`json\n${text}\n\`\`\`\n\n如需调整请告诉我。` }),
    expect: { requests: 10, seconds: 60 },
  },
};
