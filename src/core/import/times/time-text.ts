const WEEK_DAY =
  /[([（]?(?:(?:星期|周|礼拜)[一二三四五六日天]|\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b\.?)[)\]）]?,?|[(（][月火水木金土日월화수목금토일一二三四五六](?:曜日|요일)?[)）]/i;

/** Behind a date with points the clock may have one, too. */
const GERMAN_CLOCK = /^(\d{1,2}\.\d{1,2}\.\d{2,4},? +\d{1,2})\.(?=\d\d$)/;
/** Full-width digits and signs, as input methods of Chinese write them, and the minus sign of typesetting. */
const UNUSUAL = /[\uFF01-\uFF5E\u2212\u00A0\u202F]/;
/** What programs write around a time: spreadsheets to keep it as text, bills of payment services, web servers, .NET in JSON. */
const AROUND = /^(?:="(.*)"|['`](.*?)`?|\[(.*)\]|\/Date\((\d+)(?:[+-]\d{4})?\)\/)$/;
const FIRST_DIGIT = 0x30;
const LAST_DIGIT = 0x39;
/** Parts of a date in Korean, and parts of an hour, as they are written otherwise. */
const OTHER_WORDS: readonly [RegExp, string][] = [
  [/년/g, '年'],
  [/월/g, '月'],
  [/일/g, '日'],
  [/시(?=\s*\d|$)/g, '时'],
  [/분/g, '分'],
  [/초/g, '秒'],
  [/(?<=[时時点點]\s*)半/, '30分'],
  [/(?<=[时時点點]\s*)[一1]刻/, '15分'],
  [/(?<=[时時点點]\s*)[三3]刻/, '45分'],
];
const HAS_OTHER_WORDS = /[년월半刻]/;

/** A time without what programs write around it; nearly every one begins with a digit. */
export function withoutMarks(text: string): string {
  const first = text.charCodeAt(0);
  if (first >= FIRST_DIGIT && first <= LAST_DIGIT) return text;
  const around = AROUND.exec(text);
  return around ? (around.slice(1).find((inner) => inner !== undefined) ?? '').trim() : text;
}

/** Nearly every time is written with these signs alone, which are usual ones. */
const USUAL = /^[\d:/TZ+-]+(?:[ .][\d:+-]+){0,3}Z?$/;

/** The text of a date in the words and signs that are usual: without the day of the week, which says nothing that the date does not say. */
export function plainDate(text: string): string {
  if (USUAL.test(text) && !GERMAN_CLOCK.test(text)) return text;
  return inUsualWords(UNUSUAL.test(text) ? text.normalize('NFKC').replaceAll('\u2212', '-') : text)
    .replace(WEEK_DAY, ' ')
    .replace(/\s+/g, ' ')
    .replace(GERMAN_CLOCK, '$1:')
    .trim();
}

const inUsualWords = (text: string): string =>
  HAS_OTHER_WORDS.test(text)
    ? OTHER_WORDS.reduce((words, [other, usual]) => words.replace(other, usual), text)
    : text;
