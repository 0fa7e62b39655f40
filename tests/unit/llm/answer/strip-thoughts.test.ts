import { describe, expect, it } from 'vitest';
import { stripThoughts } from '../../../../src/core/extract/llm/answer/strip-thoughts.ts';

const ANSWER = '{"users":[]}';

describe('stripThoughts', () => {
  it('leaves a text without thoughts as it is', () => {
    expect(stripThoughts(`好的。\n${ANSWER}\n`)).toBe(`好的。\n${ANSWER}\n`);
  });

  it.each([
    ['<think>', '</think>'],
    ['<thinking>', '</thinking>'],
    ['<Reasoning>', '</Reasoning>'],
    ['<thought id="1">', '</thought>'],
    ['<seed:think>', '</seed:think>'],
    ['[THINK]', '[/THINK]'],
    ['◁think▷', '◁/think▷'],
    ['<|begin_of_thought|>', '<|end_of_thought|>'],
    ['<|START_THINKING|>', '<|END_THINKING|>'],
  ])('removes what stands between %s and %s', (open, close) => {
    expect(stripThoughts(`${open}草稿 {"users":[1]}\n${close}${ANSWER}`)).toBe(ANSWER);
  });

  it('takes all before a closing marker without an opening one for a thought', () => {
    expect(stripThoughts(`草稿 {"users":[1]}\n</think>${ANSWER}`)).toBe(ANSWER);
  });

  it('takes an earlier draft for a thought, too, when a marker closes what was never opened', () => {
    expect(stripThoughts(`草稿 {"users":[1]}<think>a</think>{"users":[2]}</think>${ANSWER}`)).toBe(ANSWER);
  });

  it('takes all behind an opening marker without a closing one for a thought', () => {
    expect(stripThoughts(`<think>\n草稿 ${ANSWER}`)).toBe('');
  });

  it('removes each of several thoughts', () => {
    expect(stripThoughts(`<think>a</think>${ANSWER}<think>b</think>`)).toBe(ANSWER);
  });

  it('keeps the final channel only', () => {
    const text = `<|channel|>analysis<|message|>{"users":[1]}<|end|><|start|>assistant<|channel|>final<|message|>${ANSWER}`;
    expect(stripThoughts(text)).toBe(ANSWER);
    expect(stripThoughts('<|channel|>analysis<|message|>{"users":[1]}')).toBe('');
  });

  it('knows channels whose markers a server removed', () => {
    expect(stripThoughts(`analysisDraft {"users":[1]}assistantfinal${ANSWER}`)).toBe(ANSWER);
  });

  it('leaves markers in the strings of an answer alone, damaged and cut as it may be', () => {
    const quoting = '{"users":[{"user_id":"u1","events":["浏览|1|</think> 和 <think>"]}]}';
    for (const text of [quoting, `${quoting},`, `\`\`\`json\n${quoting}\n\`\`\``, quoting.slice(0, -8)]) {
      expect(stripThoughts(text)).toBe(text);
    }
    expect(stripThoughts(`<think>a</think>${quoting},`)).toBe(`${quoting},`);
  });

  it('is not misled by a quote too many in a thought', () => {
    expect(stripThoughts(`<think>\n15" 的屏 </think>${ANSWER}`)).toBe(ANSWER);
  });

  describe('of a text that was cut', () => {
    it('is nothing where the final channel had not begun', () => {
      expect(stripThoughts(`analysisWe draft first: ${ANSWER}`, false)).toBe('');
      expect(stripThoughts(`analysis: ${ANSWER}`)).toBe(`analysis: ${ANSWER}`);
    });

    it('takes no mark in a string for the end of a thought, however many quotes the last line has', () => {
      const draft =
        '<think>\n草稿 {"users":[{"user_id":"u1","events":["看片|1|看</think>视频"]},{"user_id":"';
      expect(stripThoughts(draft, false)).toBe('');
      expect(stripThoughts(`<think>\n草稿 "a" 完\n</think>{"users":["`, false)).toBe('{"users":["');
    });
  });
});
