import { expect, it } from 'vitest';
import { readClasses } from '../../../src/core/induct/read-classes.ts';
import { readObject } from '../../../src/core/induct/read-list.ts';
import { readTypes } from '../../../src/core/induct/read-types.ts';
import type { FailureClass } from '../../../src/shared/failure-classes.ts';

const THINGS = '{"things":[{"n":1,"theme":"咖啡"}]}';
const DRAFT = '{"things":[{"n":1,"theme":"草稿"}]}';

interface Said {
  text?: string;
  reasoning?: string;
  /** `stop` when left out. */
  finish?: string;
}

const themesOf = ({ text = '', reasoning = '', finish = 'stop' }: Said): string[] | FailureClass => {
  const { items, failure } = readClasses({ text, reasoning, finishReason: finish });
  return items === null ? failure : items.map(({ theme }) => theme);
};

const CASES: Record<string, [Said, string[] | FailureClass]> = {
  'as asked for': [{ text: THINGS }, ['咖啡']],
  'without a reason of its end, whole': [{ text: THINGS, finish: 'unknown' }, ['咖啡']],
  'without a reason of its end, with a short introduction': [
    { text: `好的：\n${THINGS}`.replace('\n', ''), finish: 'unknown' },
    ['咖啡'],
  ],
  'without a reason of its end, cut': [{ text: THINGS.slice(0, 30), finish: 'unknown' }, 'truncated'],
  'a draft in a thought that has no end': [{ text: `Let me try.\n${DRAFT}`, finish: 'unknown' }, 'truncated'],
  'a draft, and words that go on': [{ text: `${DRAFT}\n不过还要再看看`, finish: 'unknown' }, 'truncated'],
  'a draft in an open thought': [{ text: `<think>${DRAFT}`, finish: 'unknown' }, 'truncated'],
  'cut by the limit': [{ text: THINGS, finish: 'length' }, 'truncated'],
  'given up by the server': [{ text: THINGS, finish: 'other' }, 'truncated'],
  filtered: [{ text: THINGS, finish: 'content_filter' }, 'refused'],
  'in the reasoning alone': [{ reasoning: THINGS }, ['咖啡']],
  'in the reasoning, after a marked thought': [{ reasoning: `${DRAFT} 想想</think>${THINGS}` }, ['咖啡']],
  'a draft in the reasoning': [{ reasoning: `First a draft: ${DRAFT} Is that all?` }, 'empty'],
  'in the reasoning of an answer that broke off': [{ reasoning: THINGS, finish: 'unknown' }, 'empty'],
  'a draft, and the answer cut': [{ text: `${DRAFT}\n${THINGS.slice(0, 20)}` }, 'truncated'],
  'a draft, and the answer': [{ text: `先：${DRAFT}\n最后：${THINGS}` }, ['咖啡']],
  'of another shape, with the same names': [{ text: '{"n":1,"theme":"咖啡"}' }, 'bad_format'],
  'a list of something else': [{ text: '{"things":"none","steps":[{"n":1,"name":"x"}]}' }, 'bad_format'],
  'numbers without themes': [{ text: '{"things":[{"n":1},{"n":2}]}' }, 'bad_format'],
  'a list of its name beside another': [
    { text: `{"notes":[{"n":9,"theme":"注"}],${THINGS.slice(1)}` },
    ['咖啡'],
  ],
  'several lists, none of its name': [
    { text: '{"a":[{"n":1,"theme":"甲"}],"b":[{"n":1,"theme":"乙"}]}' },
    'bad_format',
  ],
  'as asked for, as a text in JSON': [{ text: JSON.stringify(THINGS) }, ['咖啡']],
  'an empty list': [{ text: '{"things":[]}' }, 'bad_format'],
  'an apology': [{ text: '很抱歉，我无法处理这些内容。' }, 'refused'],
  'an apology around the answer': [{ text: `抱歉久等：${THINGS}` }, ['咖啡']],
  'a web page': [{ text: '<html><body>Sign in</body></html>' }, 'bad_format'],
  blanks: [{ text: ' \n ' }, 'empty'],
  'of a model that repeats itself': [{ text: `${THINGS}${'x'.repeat(600_000)}` }, 'bad_format'],
  'brackets without an end': [{ text: '['.repeat(100_000) }, 'truncated'],
  'names of prototypes': [{ text: '{"__proto__":[{"n":1,"theme":"x"}],"constructor":[]}' }, 'bad_format'],
};

it.each(Object.entries(CASES))('an answer that is %s', (_name, [said, expected]) => {
  expect(themesOf(said)).toEqual(expected);
});

it('takes no list of an error for one of types', () => {
  const text = JSON.stringify({ error: { details: [{ name: 'Rate limit', en: 'Slow down' }] } });
  expect(readTypes({ text, reasoning: '', finishReason: 'stop' })).toEqual({
    items: null,
    failure: 'bad_format',
  });
});

it.each([
  ['as asked for', '{"analysis":"overview"}', 'stop', null],
  ['with a draft before it', '{"analysis":"none"}\n其实应该是\n{"analysis":"overview"}', 'stop', null],
  ['a draft without an end', 'Let me think. {"analysis":"overview"} or not', 'unknown', 'truncated'],
  ['cut by the limit', '{"analysis":"overview"}', 'length', 'truncated'],
  ['an empty text', '', 'stop', 'empty'],
  ['prose', 'overview', 'stop', 'bad_format'],
])('an object %s', (_name, text, finishReason, failure) => {
  const said = readObject({ text, reasoning: '', finishReason }, 'analysis');
  expect(said).toEqual(
    failure === null ? { value: { analysis: 'overview' }, failure } : { value: null, failure },
  );
});
