import { expect, it } from 'vitest';
import { createRedactor } from '../../../../src/core/extract/llm/client/redact.ts';

const redact = createRedactor('k3y/with+signs');

it.each([
  ['the key k3y/with+signs is bad', 'the key [key] is bad'],
  ['in an address: k3y%2Fwith%2Bsigns', 'in an address: [key]'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: [key]'],
  ['Incorrect API key provided: sk-proj-abcd****wxyz.', 'Incorrect API key provided: [key]'],
  ['a risk-free word', 'a risk-free word'],
  ['two\nlines\u0000 and\ttabs', 'two lines and tabs'],
])('makes of %j: %j', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

it('cuts at 300 characters, and no key in two', () => {
  const text = `${'x '.repeat(147)}k3y/with+signs`;
  const shown = redact(text);
  expect([shown.length <= 300, shown.includes('k3y')]).toEqual([true, false]);
});

it('takes out what is quoted from the prompt and leaves the rest', () => {
  expect(redact('bad input: "poi=长城4S店陆家嘴" near line 3', '#1 visit poi=长城4S店陆家嘴 3689s')).toBe(
    'bad input: "[…]" near line 3',
  );
});

it('finds a quotation wherever it begins', () => {
  for (let before = 0; before < 6; before += 1) {
    expect(redact(`${'.'.repeat(before)}长城店陆家嘴旗舰!`, '到长城店陆家嘴旗舰店')).toBe(
      `${'.'.repeat(before)}[…]!`,
    );
  }
});

it('takes no common word for a quotation', () => {
  expect(redact('invalid action in line 3', '#1 action=visit')).toBe('invalid action in line 3');
});

it.each([
  ['invalid value "到店" at position 7', '#1 到店 poi=x', 'invalid value "[…]" at position 7'],
  ['输入包含敏感词：长城店，请修改', '#1 到长城店', '输入包含敏感词：[…]，请修改'],
  ['请求频率过高，请稍后再试', '#1 浏览 item=高频率', '请求频率过高，请稍后再试'],
  ["Unsupported parameter: 'max_tokens'", '#1 浏览', "Unsupported parameter: 'max_tokens'"],
])('takes a short phrase for a quotation where it is one: %j', (text, prompt, expected) => {
  expect(redact(text, prompt)).toBe(expected);
});

it('works without a key', () => {
  expect(createRedactor(null)('plain')).toBe('plain');
});
