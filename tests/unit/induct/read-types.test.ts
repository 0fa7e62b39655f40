import { expect, it } from 'vitest';
import { readTypes } from '../../../src/core/induct/read-types.ts';

const GOOD = {
  types: [
    { zh: '看车', en: 'Look', category: 'engagement', definition: '看。', examples: [3], from: ['浏览'] },
    { zh: '购买', en: 'Buy', category: 'conversion', definition: '', examples: [], from: [] },
  ],
};
const read = (text: string, finishReason = 'stop', reasoning = ''): ReturnType<typeof readTypes> =>
  readTypes({ text, reasoning, finishReason });

it.each([
  ['plain', JSON.stringify(GOOD)],
  ['in a fence, with prose', `好的，如下：\n\`\`\`json\n${JSON.stringify(GOOD)}\n\`\`\`\n完成。`],
  ['after a thought with a draft', `<think>先 {"types":[{"zh":"草稿"}]}</think>${JSON.stringify(GOOD)}`],
  ['as a bare list', JSON.stringify(GOOD.types)],
  ['wrapped', JSON.stringify({ result: { data: GOOD } })],
  ['as a text in JSON', JSON.stringify({ answer: JSON.stringify(GOOD) })],
  ['with a comma too many', JSON.stringify(GOOD).replace(']}', '],}')],
  ['with typographic quotes', JSON.stringify(GOOD).replaceAll('"', '”')],
])('reads an answer %s', (_name, text) => {
  expect(read(text)).toEqual({ items: GOOD.types, failure: null });
});

it('takes of a type what can be read', () => {
  const odd = [
    { name: '看车', category: '转化', examples: ['#12', '7', 0, 'x', null], from: '浏览', definition: 5 },
    { en: 'Look', from: null },
    { definition: 'no name' },
    'no type',
  ];
  expect(read(JSON.stringify({ types: odd })).items).toEqual([
    { zh: '看车', en: '看车', category: 'conversion', definition: '', examples: [12, 7], from: ['浏览'] },
    { zh: 'Look', en: 'Look', category: 'engagement', definition: '', examples: [], from: [] },
  ]);
});

it.each([
  ['truncated', JSON.stringify(GOOD).slice(0, 60), 'length'],
  ['truncated', JSON.stringify(GOOD).slice(0, 60), 'stop'],
  ['bad_format', '没有什么可说的。', 'stop'],
  ['refused', '抱歉，我不能。', 'stop'],
  ['bad_format', JSON.stringify({ types: [] }), 'stop'],
  ['empty', ' ', 'stop'],
  ['refused', '', 'content_filter'],
])('says %s of an answer that gives no whole list', (failure, text, finish) => {
  expect(read(text, finish)).toEqual({ items: null, failure });
});
