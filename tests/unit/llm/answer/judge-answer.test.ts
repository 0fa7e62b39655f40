import { describe, expect, it } from 'vitest';
import { asked, behaviour, brief, ID_OFFSET, judge, MINUTE, START } from './support.ts';
import type { AskedUnit } from '../../../../src/core/extract/llm/types.ts';

const answer = (...users: [string, unknown[]][]): string =>
  JSON.stringify({ users: users.map(([user_id, events]) => ({ user_id, events })) });
const one = (events: unknown[], count = 10): ReturnType<typeof judge>[number] => {
  const [verdict] = judge(answer(['u1', events]), [asked('u1', 1, count)]);
  if (!verdict) throw new Error('no verdict');
  return verdict;
};
const object = (fields: Record<string, unknown>): Record<string, unknown> => ({
  event_type: '浏览',
  category: 'engagement',
  behavior_ids: [1, 2, 3],
  ...fields,
});
const at = (minute: number): string =>
  new Date(START + minute * MINUTE).toISOString().slice(0, 19).replace('T', ' ');

describe('the events of a unit', () => {
  it('carry the ids of behaviours, in time order, and come from the model', () => {
    expect(one(['!到店|3,1-2|长城4S店', '浏览|4-10']).events[0]).toEqual({
      type: '到店',
      category: 'conversion',
      startTime: START + MINUTE,
      endTime: START + 3 * MINUTE,
      origin: 'llm',
      confidence: 1,
      context: { note: '长城4S店' },
      evidence: [ID_OFFSET + 1, ID_OFFSET + 2, ID_OFFSET + 3],
    });
  });

  it("are as sure as the share of what they name that is the user's own and no other event's", () => {
    const events = one(['浏览|1-4', '看|4-6', '买|7-8,990-991']).events;
    expect(events.map(({ confidence }) => confidence)).toEqual([1, 0.67, 0.5]);
  });

  it('last as long as the longest of their behaviours', () => {
    const unit = asked('u1', 1, 2);
    unit.unit.behaviours = [behaviour(1, { duration: 600 }), behaviour(2, { duration: 1 })];
    const [verdict] = judge(answer(['u1', ['看|1-2']]), [unit]);
    expect(verdict?.events[0]?.endTime).toBe(START + MINUTE + 600_000);
  });

  it('have the times given where these lie within the evidence', () => {
    const event = one([object({ timestamp: at(2), end_time: at(3) })]).events[0];
    expect([event?.startTime, event?.endTime]).toEqual([START + 2 * MINUTE, START + 3 * MINUTE]);
  });

  it.each([
    [at(0), at(4)],
    ['2024-01-01 00:00:00', '2030-01-01 00:00:00'],
    ['昨天', undefined],
  ])('have the times of the evidence where those given are %s and %s', (timestamp, end_time) => {
    const event = one([object({ timestamp, end_time })]).events[0];
    expect([event?.startTime, event?.endTime]).toEqual([START + MINUTE, START + 3 * MINUTE]);
  });

  it('never end before they start', () => {
    const event = one([object({ timestamp: at(3), end_time: at(2) })]).events[0];
    expect([event?.startTime, event?.endTime]).toEqual([START + 3 * MINUTE, START + 3 * MINUTE]);
  });

  it('are in time order, whatever the order of the answer', () => {
    expect(brief(one(['对比|8-10', '浏览|1-4', '!购买|5-7'])).map(([type]) => type)).toEqual([
      '浏览',
      '!购买',
      '对比',
    ]);
  });

  it('without evidence of the unit’s own are dropped and counted', () => {
    const verdict = one(['浏览|1-10', '!购买|11', '!到店|', '不是事件']);
    expect(brief(verdict)).toEqual([['浏览', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]]);
    expect(verdict).toMatchObject({ unsupported: 3, status: 'complete' });
  });

  it('lose the numbers of others', () => {
    const units = [asked('u1', 1, 3), asked('u2', 4, 3)];
    const verdicts = judge(answer(['u1', ['浏览|1-4']], ['u2', ['搜索|4-6', '!购买|2']]), units);
    expect(verdicts.map(brief)).toEqual([[['浏览', [1, 2, 3]]], [['搜索', [4, 5, 6]]]]);
    expect(verdicts.map(({ unsupported }) => unsupported)).toEqual([0, 1]);
  });

  it('share no behaviour: the first that names it has it, and what is left without is no event, nor counted', () => {
    const verdict = one(['浏览|1-6', '!到店|6-10', '重复|2-3']);
    expect(brief(verdict)).toEqual([
      ['浏览', [1, 2, 3, 4, 5, 6]],
      ['!到店', [7, 8, 9, 10]],
    ]);
    expect(verdict.unsupported).toBe(0);
  });
});

describe('a unit is done only when its behaviours are accounted for', () => {
  const covering = (count: number, from: number, to: number): ReturnType<typeof one> =>
    one([`浏览|1-${from - 1}`, ...(to < count ? [`对比|${to + 1}-${count}`] : [])], count);

  it.each([
    [10, 7, 10, 'complete'],
    [10, 6, 10, 'partial'],
    [10, 3, 7, 'partial'],
    [50, 10, 14, 'complete'],
    [50, 10, 15, 'partial'],
    [200, 181, 200, 'complete'],
    [200, 180, 200, 'partial'],
  ])('of %i behaviours, with those from %i to %i left out, it is %s', (count, from, to, status) => {
    const verdict = covering(count, from, to);
    expect(verdict.status).toBe(status);
    expect(verdict.reason).toBe(status === 'complete' ? null : 'low_coverage');
    expect(verdict.coverage).toBeCloseTo((count - (to - from + 1)) / count);
  });

  it('counts stretches, not all that is left out', () => {
    expect(one(['浏览|1-4,9-12,17-20'], 20)).toMatchObject({ status: 'complete', coverage: 0.6 });
  });

  it('with no event at all it is partial and empty, however short', () => {
    expect(one([], 3)).toMatchObject({ status: 'partial', reason: 'empty', coverage: 0, events: [] });
    expect(one(['!购买|99'], 3)).toMatchObject({ status: 'partial', reason: 'empty', unsupported: 1 });
  });

  it('without behaviours it is complete whatever was answered', () => {
    const [verdict] = judge('', [asked('u1', 1, 0)]);
    expect(verdict).toMatchObject({ status: 'complete', reason: null, events: [], coverage: 1 });
  });
});

describe('what was answered', () => {
  const units = (): AskedUnit[] => [asked('u1', 1, 3), asked('u2', 4, 3)];
  const u1: [string, unknown[]] = ['u1', ['浏览|1-3']];
  const u2: [string, unknown[]] = ['u2', ['搜索|4-6']];
  const reasons = (text: string, finish: Parameters<typeof judge>[2] = 'stop'): (string | null)[] =>
    judge(text, units(), finish).map(({ status, reason }) => (status === 'complete' ? null : reason));

  it('is judged in the order in which it was asked', () => {
    const verdicts = judge(answer(u2, u1), units());
    expect(verdicts.map((verdict) => [verdict.asked.alias, verdict.status])).toEqual([
      ['u1', 'complete'],
      ['u2', 'complete'],
    ]);
  });

  it.each([
    ['', 'stop', 'empty'],
    ['<think>草稿</think>', 'stop', 'empty'],
    ['<think>草稿', 'length', 'truncated'],
    ['', 'content_filter', 'refused'],
    ['抱歉，我无法处理这些数据。', 'stop', 'refused'],
    ["I'm sorry, I can't help with that.", 'stop', 'refused'],
    ['好的，请稍等。', 'stop', 'bad_format'],
    ['{"ok":true}', 'stop', 'bad_format'],
    ['{"users":[]}', 'stop', 'missing_user'],
    ['{"users":[{"user_id":"u1","ev', 'stop', 'truncated'],
    ['', 'unknown', 'empty'],
    ['', 'other', 'empty'],
    ['<think>草稿', 'unknown', 'truncated'],
    ['{"users":[{"user_id":"u1","ev', 'other', 'truncated'],
  ] as const)('%j with %s is %s for all', (text, finish, reason) => {
    expect(reasons(text, finish)).toEqual([reason, reason]);
  });

  it('that leaves a user out keeps the other', () => {
    expect(reasons(answer(u1))).toEqual([null, 'missing_user']);
  });

  it('that reached the limit keeps the users that are whole, the last as well', () => {
    expect(reasons(answer(u1), 'length')).toEqual([null, 'truncated']);
    expect(reasons(answer(u1, u2), 'length')).toEqual([null, null]);
  });

  it.each(['unknown', 'other'] as const)(
    'that broke off (%s) keeps whole users, and nothing of a draft',
    (finish) => {
      const draft = answer(['u1', ['!购买|1-3']], ['u2', ['!购买|4-6']]);
      expect(reasons(answer(u1, u2), finish)).toEqual([null, null]);
      expect(reasons(answer(u1), finish)).toEqual([null, 'missing_user']);
      expect(reasons(answer(u1, u2).slice(0, -8), finish)).toEqual([null, 'truncated']);
      for (const text of [
        `好的，先看一遍。\n草稿：${draft}`,
        `草稿：${draft}`,
        `${draft}\n等等，这样不对`,
        `${draft}\n重新整理：\n${answer(u1).slice(0, 30)}`,
      ]) {
        expect(reasons(text, finish), text).toEqual(['truncated', 'truncated']);
      }
    },
  );

  it('that stands in the reasoning is read when there is no other and the model ended by itself', () => {
    const judged = (reasoning: string, finish: Parameters<typeof judge>[2], text = ''): (string | null)[] =>
      judge(text, units(), finish, reasoning).map(({ reason }) => reason);
    expect(judged(answer(u1, u2), 'stop')).toEqual([null, null]);
    expect(judged(`\`\`\`json\n${answer(u1, u2)}\n\`\`\``, 'stop')).toEqual([null, null]);
    expect(judged(answer(u1, u2), 'unknown')).toEqual(['empty', 'empty']);
    expect(judged(`我想一想：${answer(u1, u2)}`, 'stop')).toEqual(['empty', 'empty']);
    expect(judged(answer(u1, u2), 'stop', answer(u1))).toEqual([null, 'missing_user']);
  });

  it('with a user twice is taken when both are the same', () => {
    expect(reasons(answer(u1, u2, u1))).toEqual([null, null]);
  });

  it('with a user twice is taken when only one of them rests on his own behaviours', () => {
    expect(reasons(answer(['u1', ['搜索|4-6']], u2, u1))).toEqual([null, null]);
  });

  it('with a user twice is not taken when they contradict each other', () => {
    const text = answer(u1, u2, ['u1', ['!购买|1-3']]);
    expect(reasons(text)).toEqual(['duplicate_user', null]);
    expect(judge(text, units())[0]?.events).toEqual([]);
  });

  it('of users that were not asked about is ignored', () => {
    expect(judge(answer(u1, ['u7', ['!购买|4-6']], u2), units()).map(brief)).toEqual([
      [['浏览', [1, 2, 3]]],
      [['搜索', [4, 5, 6]]],
    ]);
  });

  it('with a part that had to be guessed is taken only when nothing is missing', () => {
    const whole = '{"users":[{"user_id":"u1","events":["浏览|1-3"},{"user_id":"u2","events":["搜索|4-6"]}]}';
    expect(reasons(whole)).toEqual([null, null]);
    expect(reasons(whole.replace('1-3', '1-2'))).toEqual(['bad_format', null]);
  });

  it('with a string that swallows the next user is taken as far as nothing is missing', () => {
    const whole = '{"users":[{"user_id":"u1","events":["浏览|1-3]},{"user_id":"u2","events":["搜索|4-6"]}]}';
    expect(reasons(whole)).toEqual([null, null]);
    expect(reasons(whole.replace('4-6', '4-5'))).toEqual([null, 'bad_format']);
    expect(reasons(whole.replace('1-3', '1-2'))).toEqual(['bad_format', null]);
  });

  it('of two megabytes is judged in moments, whatever they are', () => {
    const size = 2_000_000;
    const floods = [
      '[',
      '{"a":',
      '"',
      '" x ',
      '\n x',
      '\'y"z ',
      '<think>',
      '/*',
      '```\n{',
      '{"user_id":"u1","events":["a|1"]},',
      '1-3,',
    ];
    for (const flood of floods) {
      const text = `{"users":[{"user_id":"u1","events":["浏览|${flood.repeat(size / flood.length)}`;
      const start = performance.now();
      judge(text, units());
      judge(flood.repeat(size / flood.length), units());
      // What is not linear takes minutes; the margin is for a busy machine.
      expect(performance.now() - start, flood).toBeLessThan(10_000);
    }
  });
});
