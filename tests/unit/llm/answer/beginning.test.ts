import { describe, expect, it } from 'vitest';
import { asked, brief, judge } from './support.ts';

const COMPACT = ['浏览|1-3|迈腾', '!加购|4', '到店|5,7|4S店', '搜索|6|含"引号"和\\', '!购买|12', '浏览|8-11'];
const OBJECTS = [
  { event_type: '浏览', category: 'engagement', behavior_ids: [1, 2, 3] },
  { event_type: '加购', category: 'conversion', behavior_ids: [4] },
  {
    event_type: '到店',
    category: 'engagement',
    behavior_ids: [5, 7, 11, 12],
    context: { items: ['a', 'b'] },
  },
];

describe('the beginning of a user in whom an answer broke off', () => {
  it.each([
    ['lines', COMPACT],
    ['objects', OBJECTS],
  ])('holds whole events only, wherever the cut is: %s', (_form, events) => {
    const unit = asked('u1', 1, 12);
    const text = JSON.stringify({ users: [{ user_id: 'u1', events }] });
    const truth = brief(judge(text, [unit])[0]).map((event) => JSON.stringify(event));
    expect(truth).toHaveLength(events.length);
    let most = 0;
    for (let end = 1; end < text.length - 4; end += 1) {
      const [verdict] = judge(text.slice(0, end), [unit], 'length');
      if (!verdict?.begun) continue;
      expect(verdict.status).toBe('rejected');
      const begun = brief({ ...verdict, events: verdict.begun.events });
      for (const event of begun) expect(truth).toContain(JSON.stringify(event));
      expect(verdict.begun.covered.size).toBe(begun.flatMap(([, numbers]) => numbers).length);
      most = Math.max(most, begun.length);
    }
    expect(most).toBeGreaterThanOrEqual(events.length - 1);
  });

  it('is of the user that the answer came to last, and of no other', () => {
    const text = JSON.stringify({
      users: [
        { user_id: 'u1', events: ['浏览|1-4'] },
        { user_id: 'u2', events: ['浏览|5-7', '!购买|8'] },
        { user_id: 'u3', events: ['浏览|9-12'] },
      ],
    });
    const units = [asked('u1', 1, 4), asked('u2', 5, 4), asked('u3', 9, 4)];
    const verdicts = judge(text.slice(0, text.indexOf('!购买')), units, 'length');
    expect(verdicts.map(({ status, begun }) => [status, begun?.events.length ?? null])).toEqual([
      ['complete', null],
      ['rejected', 1],
      ['rejected', null],
    ]);
  });

  it('is not told by an answer that speaks of the user twice', () => {
    const draft = '{"users":[{"user_id":"u1","events":["浏览|1-12"]}]}';
    const cut = '{"users":[{"user_id":"u1","events":["浏览|1-6","!购买|7"';
    const [verdict] = judge(`${draft}\n${cut}`, [asked('u1', 1, 12)], 'length');
    expect(verdict).toMatchObject({ status: 'rejected', begun: null });
  });

  it('is not told by thoughts that were cut', () => {
    const thoughts = '<think>{"users":[{"user_id":"u1","events":["草稿|1-12"';
    const [verdict] = judge(thoughts, [asked('u1', 1, 12)], 'length');
    expect(verdict).toMatchObject({ status: 'rejected', begun: null });
  });

  it('is not told by text without quotes, which may have been cut anywhere', () => {
    const text = '{"users":[{"user_id":"u1","events":[浏览|1-6|迈腾,浏览|7-9|朗逸 新锐';
    for (let end = text.indexOf('迈腾') + 3; end <= text.length; end += 1) {
      const [verdict] = judge(text.slice(0, end), [asked('u1', 1, 12)], 'length');
      const notes = (verdict?.begun?.events ?? []).map(({ context }) => context['note']);
      expect(notes).not.toContain('朗');
      expect(notes).not.toContain('朗逸');
    }
  });

  it('is not told behind words that may be thoughts', () => {
    const data = '{"users":[{"user_id":"u1","events":["浏览|1-6","浏览|7-9"';
    expect(judge(data, [asked('u1', 1, 12)], 'length')[0]?.begun).not.toBeNull();
    expect(judge(`\`\`\`json\n${data}`, [asked('u1', 1, 12)], 'length')[0]?.begun).not.toBeNull();
    expect(judge(`先打个草稿：${data}`, [asked('u1', 1, 12)], 'length')[0]?.begun).toBeNull();
  });
});
