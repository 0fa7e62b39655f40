import { describe, expect, it } from 'vitest';
import { fillText, formatMessage } from '../../src/shared/messages/format.ts';

describe('fillText', () => {
  it('fills placeholders and leaves a placeholder without a value as it is written', () => {
    expect(fillText('en', '{a} and {b}', { a: 'x' })).toBe('x and {b}');
    expect(fillText('en', '{a}|{b}', { a: null, b: undefined })).toBe('{a}|{b}');
    expect(fillText('en', '[{a}]', { a: '' })).toBe('[]');
  });

  it.each(['{b}', '[[{b}]]', '@:app.name', 'a | b', '$&', '$1', "{'x'}", 'constructor'])(
    'shows the value %s verbatim',
    (value) => {
      expect(fillText('en', '<{a}>', { a: value, b: 'filled' })).toBe(`<${value}>`);
      expect(fillText('en', '<[[{a}]]>', { a: value, b: 'filled' })).toBe(`<${value}>`);
    },
  );

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'does not take what every object inherits for the value of {%s}',
    (name) => expect(fillText('en', `{${name}}`, {})).toBe(`{${name}}`),
  );

  it('takes an own parameter whatever its name', () => {
    expect(fillText('en', '{constructor}', { constructor: 'x' })).toBe('x');
  });

  it('writes numbers by the locale, identifiers and line numbers without separators', () => {
    expect(fillText('en', '{n} {id} {line}', { n: 1234567.5, id: 12345, line: 4321 })).toBe(
      '1,234,567.5 12345 4321',
    );
    expect(fillText('zh-CN', '{n} 行', { n: 1234567 })).toBe('1,234,567 行');
    expect(fillText('en', '{n}', { n: 0 })).toBe('0');
  });

  it('writes `until` as local date and time', () => {
    const until = new Date(2026, 10, 25, 9, 5, 59).getTime();
    for (const locale of ['zh-CN', 'en'] as const) {
      expect(fillText(locale, '{until}', { until })).toBe('2026-11-25 09:05');
    }
    expect(fillText('en', '{until}', { until: Infinity })).toBe('Infinity');
  });

  describe('an optional part', () => {
    const text = 'Refused. [[The provider says: {detail}]]';

    it('is shown when its placeholders have values', () => {
      expect(fillText('en', text, { detail: 'no' })).toBe('Refused. The provider says: no');
      expect(fillText('en', 'a[[ {n}]]', { n: 0 })).toBe('a 0');
    });

    it.each([{}, { detail: '' }, { detail: null }])('is left out with the space before it for %o', (params) =>
      expect(fillText('en', text, params)).toBe('Refused.'),
    );

    it('is left out when one of several placeholders has no value', () => {
      expect(fillText('zh-CN', '停止[[（{a}，{b}）]]。[[{a}]]', { a: 'x' })).toBe('停止。x');
    });
  });
});

describe('formatMessage', () => {
  it.each(['constructor', 'toString', '__proto__', 'os.nonsense'])(
    'takes the cell content %s for text, not for a code',
    (value) => {
      const params = { value, column: 'time' };
      expect(formatMessage('en', { code: 'import.row.bad_time', params })).toContain(`“${value}”`);
      const detail = { path: 'a.csv', detail: value };
      expect(formatMessage('en', { code: 'import.unreadable', params: detail })).toContain(`: ${value}.`);
    },
  );

  it('translates a code of the catalogue in `detail` and `reason`, and only there', () => {
    const info = { code: 'import.unreadable', params: { path: 'os.denied', detail: 'os.denied' } };
    expect(formatMessage('zh-CN', info)).toContain('os.denied：没有访问权限');
  });

  it('fills a nested text from the same parameters', () => {
    const params = { path: 'a.csv', detail: 'os.other', cause: 'EIO' };
    expect(formatMessage('en', { code: 'import.unreadable', params })).toContain(
      'the system reported an error (EIO)',
    );
  });

  it.each(['of.a_newer_version', 'constructor'])('reports the unknown code %s as an internal error', (code) =>
    expect(formatMessage('en', { code })).toContain(code),
  );

  it('leaves the empty reason of an internal error out', () => {
    expect(formatMessage('zh-CN', { code: 'app.internal', params: { detail: '' } })).toMatch(
      /^程序内部出错。/,
    );
    expect(formatMessage('en', { code: 'app.internal' })).toMatch(
      /^Something went wrong inside EventLoom\. /,
    );
  });
});
