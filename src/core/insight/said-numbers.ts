/** What stands behind a number, as far as it decides which figures it may be. */
export type SaidUnit = 'none' | 'percent' | 'times' | 'seconds';

/** A number in a sentence. */
export interface SaidNumber {
  start: number;
  end: number;
  /** Of a percentage the number before the sign; of a time seconds. NaN for what cannot be read as a number. */
  value: number;
  unit: SaidUnit;
}

/** Full-width forms by the usual ones, so that places in the text stay. */
const WIDE = '０１２３４５６７８９．，％＋－−–';
const USUAL = '0123456789.,%+---';

/** Ten thousand and its like multiply; a longer unit comes before a shorter one. */
const SCALES: Record<string, number> = {
  千: 1_000,
  万: 10_000,
  百万: 1e6,
  千万: 1e7,
  亿: 1e8,
  k: 1_000,
  m: 1e6,
};
const TIMES: Record<string, number> = {
  ...{ 秒: 1, 秒钟: 1, s: 1, sec: 1, second: 1, seconds: 1 },
  ...{ 分: 60, 分钟: 60, min: 60, minute: 60, minutes: 60 },
  ...{ 小时: 3_600, h: 3_600, hour: 3_600, hours: 3_600 },
  ...{ 天: 86_400, 日: 86_400, d: 86_400, day: 86_400, days: 86_400 },
  ...{ 周: 604_800, 星期: 604_800, week: 604_800, weeks: 604_800 },
};
const PERCENT = ['%', '个百分点', '百分点', 'percentage points', 'percent', 'pp'];
const RATIO = ['倍', '×', 'x', 'times'];
/** Units that belong to no figure of ours: what has one is no figure of the table. */
const FOREIGN = ['‰', '成'];

/** Numbers in Chinese words with what makes them a figure; not ordinals (第三名), not the scale of digits (1.2 万人), and not 一次, which mostly counts nothing. */
const HAN = '[〇零一二两三四五六七八九十百千万亿]';
const HAN_UNIT = '(?:个?百分点|成|倍|番|人|名|位|个用户|天|周|个?小时|分钟|秒)';
const HAN_WORDS = [
  `(?<!第|${HAN}|\\p{N}\\s?)(?:${HAN}+点)?${HAN}+多?(?:${HAN_UNIT}|分之${HAN}+)`,
  `(?<!第|${HAN}|\\p{N}\\s?)(?!一次)${HAN}+次`,
  `百分之${HAN}+(?:点${HAN}+)?`,
  '[数几]十?[成倍百千万亿]',
  '一半|半数|过半|近半|大半|减半|对半|翻倍|翻了?[两三几]?番',
];
/** The same in English. "One", "second" and "third" alone are mostly no figures. */
const SMALL =
  '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)';
const SMALL_UNIT = `(?:per ?cent|percentage|times|out of|in (?:every )?${SMALL}|of (?:every|them|the users)|users?|people|persons?|customers?|buyers?|visitors?|days?|weeks?|hours?|minutes?|seconds?|thirds?|quarters?|fifths?|tenths?)`;
const LATIN_WORDS = [
  `${SMALL}(?:[ -](?:and )?${SMALL})*[ -]${SMALL_UNIT}`,
  'a (?:third|quarter|fifth|tenth|dozen|hundred|thousand|million)',
  'half|halves|halved|double[ds]?|doubling|tripled?|twice|thrice|dozens|hundreds|thousands|millions',
  `(?:${SMALL}|many)-?fold`,
];
const IN_WORDS = new RegExp(
  `${HAN_WORDS.join('|')}|(?<![A-Za-z])(?:${LATIN_WORDS.join('|')})(?![A-Za-z])`,
  'giu',
);

const NUMBER = /\p{N}[\p{N},.]*/gu;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const PLAIN = /^\d+(?:\.\d+)?$/;

/**
 * Every number in a text: those in digits, full-width ones too, and those in words (三成, 一半, two thirds). The value of a number in words is
 * NaN: it is rounded, and no figure of a table.
 */
export function numbersIn(text: string): SaidNumber[] {
  const usual = toUsual(text);
  const inWords = [...usual.matchAll(IN_WORDS)].map((match): SaidNumber => ({
    start: match.index,
    end: match.index + match[0].length,
    value: Number.NaN,
    unit: 'none',
  }));
  return [...[...usual.matchAll(NUMBER)].map((match) => numberAt(usual, match.index, match[0])), ...inWords];
}

function numberAt(text: string, from: number, run: string): SaidNumber {
  // A comma or a stop at the end is of the sentence.
  const digits = run.replace(/[.,]+$/, '');
  const before = text.slice(Math.max(0, from - 8), from);
  const hasSign = /(?:^|[^\p{N}A-Za-z)\]])-$/u.test(before);
  const start = hasSign ? from - 1 : from;
  const end = from + digits.length;
  const unread: SaidNumber = { start, end, value: Number.NaN, unit: 'none' };
  // Parts of words, fractions, powers and times of the day are no figures.
  if (!(GROUPED.test(digits) || PLAIN.test(digits)) || /[A-Za-z_^/:]$/.test(before)) return unread;
  const size = Number(digits.replaceAll(',', ''));
  const value = hasSign || /(?:负|minus)\s?$/i.test(before) ? -size : size;
  return withUnit(text, start, end, value) ?? unread;
}

/** A number with what stands behind it; null where that makes it no figure. */
function withUnit(text: string, start: number, end: number, value: number): SaidNumber | null {
  const percent = unitAt(text, end, PERCENT);
  if (percent) return { start, end: percent.end, value, unit: 'percent' };
  const time = unitAt(text, end, Object.keys(TIMES));
  if (time) return { start, end: time.end, value: value * (TIMES[time.unit] ?? 1), unit: 'seconds' };
  const ratio = unitAt(text, end, RATIO);
  if (ratio) return { start, end: ratio.end, value, unit: 'times' };
  const scale = unitAt(text, end, Object.keys(SCALES));
  if (scale) return { start, end: scale.end, value: value * (SCALES[scale.unit] ?? 1), unit: 'none' };
  return unitAt(text, end, FOREIGN) || /^[A-Za-z_^/:]/.test(text.slice(end))
    ? null
    : { start, end, value, unit: 'none' };
}

/** The longest of these units at a place, perhaps behind a blank; null for none. A Latin one ends where the word does. */
function unitAt(text: string, place: number, units: readonly string[]): { unit: string; end: number } | null {
  const gap = text[place] === ' ' ? 1 : 0;
  const rest = text.slice(place + gap, place + gap + 24).toLowerCase();
  const fitting = units.filter(
    (unit) => rest.startsWith(unit) && !(/[a-z]$/.test(unit) && /^[a-z]/.test(rest.slice(unit.length))),
  );
  const unit = fitting.sort((one, other) => other.length - one.length)[0];
  return unit === undefined ? null : { unit, end: place + gap + unit.length };
}

/** The same text, unit for unit, in the usual forms. */
const toUsual = (text: string): string =>
  text.replace(/[０-９．，％＋－−–]/gu, (character) => USUAL[WIDE.indexOf(character)] ?? character);
