import { describe, expect, it } from 'vitest';
import { createRedactor, createStreamMask } from '../../../../src/core/extract/llm/client/redact.ts';

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

describe('the key in an answer', () => {
  const KEY = 'k3y/with+signs';
  const masked = (...pieces: string[]): string => {
    const mask = createStreamMask(KEY);
    return pieces.map((piece) => mask.push(piece)).join('') + mask.flush();
  };
  const forms = [
    KEY,
    encodeURIComponent(KEY),
    encodeURIComponent(KEY).toLowerCase(),
    KEY.replaceAll('/', '\\/'),
    Buffer.from(KEY).toString('hex'),
  ];

  it.each(forms)('is masked as %s', (form) => {
    expect(masked(`before ${form} after`)).toBe('before [key] after');
  });

  it.each(['', 'u:', 'user:'])('is masked in base64, wherever it begins: behind %j', (before) => {
    const encoded = Buffer.from(`${before}${KEY}!`).toString('base64');
    const shown = masked(`Basic ${encoded} end`);
    expect(shown).toContain('[key]');
    const left = shown.replace(/^Basic |\[key\]| end$/g, '');
    expect(Buffer.from(left, 'base64').toString('latin1')).not.toContain(KEY.slice(2, -2));
  });

  it('is masked wherever it is split between two pieces', () => {
    for (const form of forms) {
      for (let at = 1; at < form.length; at += 1) {
        expect(masked(`a ${form.slice(0, at)}`, `${form.slice(at)} b`)).toBe('a [key] b');
      }
    }
    expect(masked(...KEY)).toBe('[key]');
  });

  it('is masked when the text ends in the middle of it', () => {
    expect(masked(`a ${KEY.slice(0, 9)}`)).toBe('a [key]');
  });

  it('is the only thing that changes', () => {
    const text = '{"users":[{"user_id":"u1","events":["k|1","k3y|2"]}]}';
    expect(masked(...text)).toBe(text);
    expect(masked('a k3y/with')).toBe('a [key]');
    expect(masked('a k3y/')).toBe('a k3y/');
  });

  it('is not looked for where it is a word that servers without keys are given', () => {
    const mask = createStreamMask('ollama');
    expect(mask.push('浏览 ollama 官网') + mask.flush()).toBe('浏览 ollama 官网');
  });
});
