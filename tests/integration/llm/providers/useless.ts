import { chunk, DONE, usageChunk } from '../../../support/scripted-provider.ts';
import type { Face } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import { usageOf } from './cases.ts';

interface Wrong {
  content: string;
  finish: string | null;
  /** Output tokens billed. */
  completion?: number;
}

/** Answers each request with the same text, and bills it. */
function wrong({ content, finish, completion = 50 }: Wrong): Face {
  return (h) => {
    const usage = { ...h.answer().usage, completion };
    h.bill(usage);
    h.head();
    h.end(chunk({ content }) + (finish === null ? '' : chunk({}, finish)) + usageChunk(usage) + DONE);
  };
}

/** Models of which nothing is ever of use: the run stops before they have cost much. */
export const USELESS: Record<string, ProviderCase> = {
  'words that are cut off': {
    face: wrong({ content: '我先看看这些用户的行为。', finish: 'length' }),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'nothing that is cut off': {
    face: wrong({ content: '', finish: 'length', completion: 5 }),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'words without an end': {
    face: wrong({ content: 'Let me look at these users', finish: null }),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'a user who is begun and cut off': {
    face: wrong({ content: '{"users":[{"user_id":"u1","events":["', finish: 'length' }),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'more and more that is cut off': {
    face: (h) =>
      wrong({
        content: '{"users":[{"user_id":"u1","events":["' + 'x '.repeat(200 * h.n),
        finish: 'length',
        completion: 200 * h.n,
      })(h),
    settings: { maxOutputTokens: 8000 },
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'something cut off and something unreadable in turn': {
    face: (h) => wrong({ content: 'hm', finish: h.n % 2 ? 'length' : 'stop' })(h),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'the prompt again, with the example in it': {
    face: (h) => wrong({ content: h.prompt, finish: 'stop', completion: 1 })(h),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'no events of anybody': {
    face: (h) =>
      wrong({
        content: JSON.stringify({ users: h.units.map(({ alias }) => ({ user_id: alias, events: [] })) }),
        finish: 'stop',
      })(h),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
  'a connection that always breaks in the midst': {
    face: async (h) => {
      h.bill({ ...h.answer().usage, completion: 20 });
      h.head();
      h.write(chunk({ content: '{"users":[{"user_id":"u1","events":["' }));
      await h.sleep(100);
      h.reset();
    },
    expect: { stops: 'model.network', requests: 16, seconds: 300, unreported: { most: 1.5 } },
  },
  'one answer of thirty times the limit': {
    face: (h) => {
      const usage = { ...h.answer().usage, completion: 60_000 };
      h.bill(usage);
      h.send(200, {
        choices: [{ message: { content: 'blah '.repeat(60_000) }, finish_reason: 'stop' }],
        usage: usageOf(usage),
      });
    },
    settings: { maxOutputTokens: 2_000 },
    expect: { stops: 'model.useless', requests: 12, seconds: 300 },
  },
  'small pieces beyond the limit, without counts': {
    face: async (h) => {
      const { usage } = h.answer();
      let sent = 0;
      h.head();
      while (!h.gone && sent < 60_000) {
        h.write(chunk({ content: '好的'.repeat(50) }));
        sent += 100;
        await h.sleep(5);
      }
      h.bill({ ...usage, completion: sent });
      h.end(chunk({}, 'length') + DONE);
    },
    settings: { maxOutputTokens: 4_000 },
    // What is on its way when it is cut off is billed, and not seen.
    expect: { stops: 'model.useless', requests: 24, seconds: 900, unreported: { least: 0.85, most: 1.15 } },
  },
  'events about behaviours that do not exist, cut off': {
    face: wrong({
      content: '{"users":[{"user_id":"u1","events":["看|9999","看|9998","看',
      finish: 'length',
      completion: 100,
    }),
    expect: { stops: 'model.useless', requests: 24, seconds: 300 },
  },
};
