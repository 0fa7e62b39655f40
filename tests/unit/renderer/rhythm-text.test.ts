// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { setLocale } from '@/i18n';
import { silenceText } from '@/i18n/rhythm-text';

/** Seventy steps, ten for each factor of ten, from a second on. */
const STARTS = Array.from({ length: 70 }, (_, step) => 1_000 * 10 ** (step / 10));

it.each([
  ['zh-CN', ['1 秒起', '1.3 秒起', '1.6 秒起', '2 秒起']],
  ['en', ['from 1 s', 'from 1.3 s', 'from 1.6 s', 'from 2 s']],
] as const)('the steps of silences are told apart in %s', (locale, first) => {
  setLocale(locale);
  const labels = STARTS.map(silenceText);
  expect(labels.slice(0, 4)).toEqual(first);
  expect(new Set(labels).size).toBe(STARTS.length);
});
