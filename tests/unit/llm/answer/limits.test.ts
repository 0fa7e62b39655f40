import { describe, expect, it } from 'vitest';
import { memberOf, namedEventsOf } from '../../../../src/core/extract/llm/answer/answer-shape.ts';
import { judgeAnswer } from '../../../../src/core/extract/llm/answer/judge-answer.ts';
import { scanJson, MAX_DEPTH, parseJson } from '../../../../src/core/extract/llm/answer/scan-json.ts';
import { asked } from './support.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('an answer longer than any model writes', () => {
  const text = JSON.stringify({ users: [{ user_id: 'u1', events: ['浏览|1-10'] }] });
  const units = [asked('u1', 1, 10), asked('u2', 11, 10)];
  const judge = (finishReason: 'stop' | 'length', maxChars: number) =>
    judgeAnswer({ text, reasoning: '', finishReason }, units, maxChars).map(({ status, reason }) => [
      status,
      reason,
    ]);

  it('is not read, and every unit is rejected with a reason', () => {
    expect(judge('stop', text.length)).toEqual([
      ['complete', null],
      ['rejected', 'missing_user'],
    ]);
    expect(judge('stop', text.length - 1)).toEqual([
      ['rejected', 'bad_format'],
      ['rejected', 'bad_format'],
    ]);
    expect(judge('length', text.length - 1)).toEqual([
      ['rejected', 'truncated'],
      ['rejected', 'truncated'],
    ]);
  });

  it.each(['{', '[', '{"a":', '[{', '{}, ', '"', '\\"'])(
    'of ten million characters %j is refused',
    (piece) => {
      const endless = piece.repeat(10_000_000 / piece.length);
      const verdicts = judgeAnswer({ text: endless, reasoning: '', finishReason: 'stop' }, units);
      expect(verdicts.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    },
  );
});

describe('nesting', () => {
  it('is parsed down to a depth that no answer has', () => {
    expect(parseJson(nested(MAX_DEPTH))).toBeDefined();
    expect(parseJson(nested(MAX_DEPTH + 1))).toBeUndefined();
    expect(parseJson(`{"a":${nested(MAX_DEPTH)}}`)).toBeUndefined();
  });

  it('is not what brackets in a string are', () => {
    const text = '['.repeat(1000);
    expect(parseJson(JSON.stringify([text, `"${text}\\`, text]))).toEqual([text, `"${text}\\`, text]);
    expect(parseJson(`["${text}`)).toBeUndefined();
  });

  it('does not add up over lists that follow each other', () => {
    const lists = Array.from({ length: 1000 }, () => []);
    expect(parseJson(JSON.stringify(lists))).toEqual(lists);
  });
});

describe('a text with more lists and objects than any answer', () => {
  it.each(['[],', '{},', '{"a":1},', '{'])(
    '%s is read as far as the limit, and counts as cut off',
    (piece) => {
      const scanned = scanJson(`[${piece.repeat(50)}`, 20);
      expect(scanned.cut).toBe(true);
      const count = (nodes: typeof scanned.roots): number =>
        nodes.reduce((sum, node) => sum + 1 + count(node.children), 0);
      expect(count(scanned.roots)).toBe(20);
    },
  );
});

describe('the members of an object', () => {
  it('are found by the first of the names that there is, and the first of several with one name', () => {
    const object = { User: 'b', user_id: 'a', userId: 'c', events: 3, Event_List: ['x|1'], event: ['y|2'] };
    expect(memberOf(object, ['userid', 'user'])).toBe('a');
    expect(memberOf(object, ['user', 'userid'])).toBe('b');
    expect(memberOf(object, ['uid'])).toBeUndefined();
    // `events` is a number, which is no list of events.
    expect(namedEventsOf(object)).toEqual(['y|2']);
  });
});
