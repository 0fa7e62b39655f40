// @vitest-environment happy-dom
import { afterEach, describe, expect, it, test } from 'vitest';
import { setLocale } from '@/i18n';
import { contextWords } from '@/i18n/context-words';
import {
  formatBytes,
  formatCompact,
  formatDuration,
  formatLatency,
  formatMoney,
  formatPercent,
  formatRemaining,
  formatShare,
  formatTook,
  formatWallRange,
  toMinutes,
} from '@/i18n/format';
import { settingsSection } from '@shared/remedies';

afterEach(() => setLocale('zh-CN'));

describe('durations', () => {
  it.each([
    [0, '0 秒'],
    [59.6, '1 分钟'],
    [61, '1 分 1 秒'],
    [600, '10 分钟'],
    [605, '10 分钟'],
    [3600, '1 小时'],
    [3660, '1 小时 1 分'],
    [86_400, '1 天'],
    [90_000, '1 天 1 小时'],
    [-5, '0 秒'],
  ])('%s seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it.each([
    [null, '计算中…'],
    [0, '即将完成'],
    [3, '几秒钟'],
    [120, '约 2 分钟'],
  ])('%s seconds left are %s', (seconds, text) => expect(formatRemaining(seconds)).toBe(text));

  it.each([
    [999.4, '999 ms'],
    [1500, '1.5 s'],
    [90_000, '1 min 30 s'],
  ])('%s ms are %s', (ms, text) => {
    setLocale('en');
    expect(formatLatency(ms)).toBe(text);
  });
});

describe('figures', () => {
  it.each([
    [99.95, '100.0%'],
    [100, '100%'],
    [0, '0.0%'],
  ])('%s percent are %s', (value, text) => expect(formatPercent(value)).toBe(text));

  it.each([
    [0, '0%'],
    [0.996, '99%'],
    [1, '100%'],
  ])('a share of %s is %s: all but everything is not everything', (share, text) =>
    expect(formatShare(share)).toBe(text),
  );

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KB'],
    [200 * 1024 * 1024, '200 MB'],
    [3e15, '2728 TB'],
  ])('%s bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('are short in the way of the language', () => {
    expect(formatCompact(352_000)).toBe('35.2万');
    setLocale('en');
    expect(formatCompact(352_000)).toBe('352K');
    expect(formatCompact(999)).toBe('999');
  });

  it('show small sums of money to a hundredth of a cent', () => {
    expect(formatMoney(0.0123, 'CNY')).toBe('¥0.0123');
    expect(formatMoney(12, 'USD')).toBe('$12.00');
  });
});

describe('times of behaviours', () => {
  const at = (text: string): number => Date.parse(`${text}Z`);

  it('are shown as they were written, and what two share is said once', () => {
    expect(formatWallRange(at('2026-01-05T10:00:00'), at('2026-01-05T11:30:00'))).toBe(
      '2026-01-05 10:00:00 – 11:30:00',
    );
    expect(formatWallRange(at('2026-01-05T10:00:00'), at('2026-01-06T10:00:00'))).toBe(
      '2026-01-05 10:00:00 – 2026-01-06 10:00:00',
    );
    expect(formatWallRange(at('2026-01-05T10:00:00'), at('2026-01-05T10:00:00'))).toBe('2026-01-05 10:00:00');
    expect(toMinutes('2026-01-05 10:00:00')).toBe('2026-01-05 10:00');
  });
});

const asIs = (name: string): string => name;
const NAMES = { actionName: asIs, kindName: asIs, ruleName: asIs };

describe('the context of an event', () => {
  it('is named and counted in words', () => {
    expect(
      contextWords({ action: 'browse', count: 3, duration: 90, session: 2, note: '其他', empty: '' }, NAMES),
    ).toEqual([
      { label: '动作', value: 'browse' },
      { label: '', value: '3 次' },
      { label: '总时长', value: '1 分 30 秒' },
      { label: '', value: '第 2 段会话' },
      { label: '', value: '其他' },
    ]);
  });

  it('leaves out a count of one, and lists several values', () => {
    expect(contextWords({ count: 1, poi: ['a', 'b'] }, NAMES)).toEqual([{ label: '地点', value: 'a、b' }]);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'shows the unknown field %s under its own name',
    (key) => {
      expect(contextWords(JSON.parse(`{ "${key}": "x" }`) as Record<string, unknown>, NAMES)).toEqual([
        { label: key, value: 'x' },
      ]);
    },
  );
});

test('what is done in less than a second took some time', () => {
  expect([0, 999, 1000, 61_000].map((ms) => formatTook(ms))).toEqual([
    '1 秒内',
    '1 秒内',
    formatDuration(1),
    formatDuration(61),
  ]);
});

describe('the section of the settings where an error can be mended', () => {
  it.each([
    ['model.no_key', 'model'],
    ['rules.invalid', 'rules'],
    ['run.import_active', null],
  ] as const)('of %s is %s', (code, section) => expect(settingsSection({ code })).toBe(section));
});
