import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/sample/random.ts';
import { answerUnit, renderUsers } from '../../../../tools/fault-server/answer-from-prompt.ts';
import { speak } from '../../../../tools/fault-server/damage.ts';
import type { Spoken } from '../../../../tools/fault-server/damage.ts';
import type { FaultKind } from '../../../../tools/fault-server/faults.ts';
import { promptUnits } from '../../../../tools/fault-server/prompt-units.ts';
import { idsOf, promptOf } from './helpers.ts';

const users = promptUnits(promptOf(6)).map(answerUnit);
const right = renderUsers(users, 'compact');

/** What a fault makes of the same answer, under so many seeds. */
function spoken(fault: FaultKind | null, count = 200): Spoken[] {
  return Array.from({ length: count }, (_, at) => speak(users, 'compact', fault, new Random(9, at)));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** How many of the answers have what is looked for. */
function count(answers: Spoken[], has: (answer: Spoken) => boolean): number {
  return answers.filter(has).length;
}

describe('what a fault makes of an answer', () => {
  it('is nothing without a fault', () => {
    expect(spoken(null, 1)).toEqual([{ text: right, reasoning: '', finish: 'stop' }]);
  });

  it('omit: one to three users are missing, the others are as they were', () => {
    const missing = spoken('omit').map(({ text }) => users.length - idsOf(text).length);
    expect(new Set(missing)).toEqual(new Set([1, 2, 3]));
    for (const { text } of spoken('omit')) {
      const left = idsOf(text);
      expect(text).toBe(
        renderUsers(
          users.filter(({ id }) => left.includes(id)),
          'compact',
        ),
      );
    }
  });

  it('cut: it is a beginning of the answer, of any length, and says so', () => {
    const cuts = spoken('cut');
    expect(cuts.every(({ text, finish }) => finish === 'length' && right.startsWith(text))).toBe(true);
    expect(cuts.every(({ text }) => text.length < right.length)).toBe(true);
    expect(count(cuts, ({ text }) => text.length < right.length / 2)).toBeGreaterThan(60);
    expect(count(cuts, ({ text }) => text.length > right.length / 2)).toBeGreaterThan(60);
  });

  it('bad_json: it is no JSON, of at least ten kinds, and says that it has ended', () => {
    const broken = spoken('bad_json');
    expect(broken.every(({ text, finish }) => finish === 'stop' && !isJson(text))).toBe(true);
    expect(new Set(broken.map(({ text }) => text)).size).toBeGreaterThanOrEqual(10);
  });

  it('bad_json: the objects of a form with fields are broken as well', () => {
    const broken = Array.from({ length: 100 }, (_, at) =>
      speak(users, 'object', 'bad_json', new Random(1, at)),
    );
    expect(broken.every(({ text }) => !isJson(text))).toBe(true);
  });

  it('wrong_ids: a user is there twice, or one that nobody asked about', () => {
    const asked = users.map(({ id }) => id);
    const kinds = spoken('wrong_ids').map(({ text }) => {
      const ids = idsOf(text);
      if (ids.some((id) => !asked.includes(id))) return ids.length === asked.length ? 'instead' : 'added';
      return new Set(ids).size < ids.length ? 'doubled' : 'right';
    });
    expect(new Set(kinds)).toEqual(new Set(['instead', 'added', 'doubled']));
  });

  it('think_or_fence: the answer is whole, after a draft, within a fence, or both', () => {
    const answers = spoken('think_or_fence');
    expect(answers.every(({ text }) => text.includes(right))).toBe(true);
    const thinks = ({ text }: Spoken): boolean => text.startsWith('<think>');
    const fences = ({ text }: Spoken): boolean => text.includes('```');
    expect(count(answers, (answer) => thinks(answer) && fences(answer))).toBeGreaterThan(30);
    expect(count(answers, (answer) => thinks(answer) && !fences(answer))).toBeGreaterThan(30);
    expect(count(answers, (answer) => !thinks(answer) && fences(answer))).toBeGreaterThan(30);
  });

  it('think_and_fence: the draft is JSON, and wrong to take', () => {
    for (const { text } of spoken('think_and_fence', 20)) {
      const draft = /^\{.*\}$/m.exec(text.slice(0, text.indexOf('</think>')))?.[0] ?? '';
      expect(idsOf(draft)).toEqual(users.map(({ id }) => id));
      expect(draft).toContain('草稿事件');
      expect(text.slice(text.indexOf('</think>'))).toContain(right);
    }
  });

  it('demote: all is engagement, and all else is as it was', () => {
    expect(right).toContain('"!');
    expect(spoken('demote', 1)[0]?.text).toBe(right.replaceAll('"!', '"'));
  });

  it('empty: there is no text', () => {
    expect(spoken('empty').every(({ text, reasoning }) => text.trim() === '' && reasoning === '')).toBe(true);
  });

  it('thought_only: a thought, in the text or in a field of its own, and no answer', () => {
    const answers = spoken('thought_only');
    for (const { text } of answers) expect(text.replace(/<think>.*?(<\/think>|$)/s, '').trim()).toBe('');
    expect(count(answers, ({ reasoning }) => reasoning !== '')).toBeGreaterThan(30);
    expect(
      count(answers, ({ text, finish }) => !text.includes('</think>') && finish === 'length'),
    ).toBeGreaterThan(30);
  });

  it('is no error for a prompt without users, or with one', () => {
    for (const few of [[], users.slice(0, 1)]) {
      for (const fault of [
        'omit',
        'cut',
        'bad_json',
        'wrong_ids',
        'think_or_fence',
        'thought_only',
      ] as const) {
        for (let seed = 0; seed < 20; seed++) speak(few, 'object', fault, new Random(seed, 1));
      }
    }
  });
});
