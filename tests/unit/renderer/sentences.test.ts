// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { questionSchema } from '@shared/insight';
import type {
  Analysis,
  AskedQuestion,
  InsightAnswer,
  InsightResult,
  Question,
  QuestionOf,
  ResultOf,
} from '@shared/insight';
import { LOCALES } from '@shared/settings';
import { setLocale } from '@/i18n';
import { comparisonSentence, sentenceOf } from '../../../src/renderer/src/pages/insight/sentences';

interface SmallEvent {
  type: string;
  at: number;
}
/** What is known of users, as the engine has it: by field, the place of the value of each user. */
interface Profiles {
  fields: Map<string, { values: string[]; of: Int32Array }>;
  users: number;
}
type Answered = { result: InsightResult } & Pick<InsightAnswer, 'comparison'>;

/** A module of the engine, by an address that the compiler does not follow: its project for the window has no file of the core. */
const moduleAt = (path: string): Promise<unknown> =>
  import(/* @vite-ignore */ new URL(path, import.meta.url).href);
const { ask } = (await moduleAt('../../../src/core/insight/ask.ts')) as {
  ask: (data: { log: unknown; codebook: unknown; profiles: () => Profiles }, question: Question) => Answered;
};
const { SMALL_CODEBOOK, smallLog } = (await moduleAt('../insight/small-log.ts')) as {
  SMALL_CODEBOOK: unknown;
  smallLog: (users: SmallEvent[][]) => unknown;
};

afterEach(() => setLocale('zh-CN'));

/** Users as their events: `a b X` at 0, 1 and 2 minutes. */
const logOf = (...users: string[]): SmallEvent[][] =>
  users.map((events) => events.split(' ').map((type, minute) => ({ type, at: minute * 60 })));
const times = (n: number, events: string): string[] => Array.from({ length: n }, () => events);

const GENDER = (...values: string[]): Profiles => ({
  fields: new Map([
    ['gender', { values: ['f', 'm'], of: Int32Array.from(values, (value) => ['f', 'm'].indexOf(value)) }],
  ]),
  users: values.filter((value) => value !== '').length,
});

/** The answer that the engine gives, in words: Chinese and English. */
function said(
  asked: AskedQuestion,
  users: string[],
  profiles: Profiles = GENDER(...users.map(() => '')),
): [zh: string | null, en: string | null] {
  const question = questionSchema.parse(asked);
  const { result, comparison } = ask(
    { log: smallLog(logOf(...users)), codebook: SMALL_CODEBOOK, profiles: () => profiles },
    question,
  );
  const answer = { question, result } as { question: QuestionOf<Analysis>; result: ResultOf<Analysis> };
  const whole = {
    ...result,
    data: { id: '1', at: null },
    ...(comparison ? { comparison } : {}),
  } as InsightResult & InsightAnswer;
  const [zh = null, en = null] = LOCALES.map((locale) => {
    setLocale(locale);
    return comparison
      ? comparisonSentence({ question, result: whole }, (type) => type)
      : sentenceOf(answer, (type) => type);
  });
  return [zh, en];
}

const funnel: AskedQuestion = { analysis: 'funnel', steps: ['a', 'b', 'X'] };

describe('what an answer says', () => {
  it.each<[string, AskedQuestion, string[], string, string]>([
    [
      'a funnel that loses most users at one step, and the largest share at another',
      funnel,
      [...times(80, 'a'), ...times(20, 'a b')],
      '“a”的 100 个用户中，0 个用户（0.0%）最终到达“X”。流失最多的一步是到“b”：80 个用户没有走到，占上一步的 80.0%。',
      'Of 100 users with “a”, 0 users (0.0%) came to “X”. The most are lost on the way to “b”: 80 users, 80.0% of those at the step before. ',
    ],
    ['a funnel that nobody begins', funnel, ['b X c'], '没有用户有“a”。', 'No user has “a”.'],
    [
      'a funnel of one user who came through',
      funnel,
      ['a b X'],
      '“a”的 1 个用户中，1 个用户（100.0%）最终到达“X”。一路没有人流失。他们从“a”到“X”用时中位数 2 分钟（四分位 2 分钟 – 2 分钟）。',
      'Of 1 user with “a”, 1 user (100.0%) came to “X”. No user is lost on the way. From “a” to “X” they took 2 min (median; quartiles 2 min and 2 min).',
    ],
    [
      'paths after which nothing comes',
      { analysis: 'paths', anchor: 'X' },
      ['a X', 'X X'],
      '2 个用户从这里出发，之后都没有别的类型。',
      'Starting here: 2 users. No other type follows.',
    ],
    [
      'paths of one user',
      { analysis: 'paths', anchor: 'X', direction: 'to' },
      ['a X'],
      '1 个用户到达这里；最常见的前一步是“a”（100.0%），0.0% 之前没有别的类型。',
      'Coming here: 1 user. The most common step before is “a” (100.0%); for 0.0% no other type comes before.',
    ],
    [
      'paths from what nobody has',
      { analysis: 'paths', anchor: 'X', select: { didNot: ['X'] } },
      ['a', 'X'],
      '没有用户有“X”。',
      'No user has “X”.',
    ],
    [
      'a graph without a step',
      { analysis: 'graph' },
      ['a a', 'b'],
      '没有用户接连有两个不同类型的事件。',
      'No user has two events of different types one after the other.',
    ],
    [
      'a graph in which repetitions are the most common',
      { analysis: 'graph' },
      ['a a', 'a a', 'a b'],
      '不同类型之间，最多用户走过的一步是“a”之后“b”：1 个用户，间隔中位数 1 分钟。',
      'Between two types, the step that the most users take is “b” after “a”: 1 user, median time 1 min.',
    ],
    [
      'one variant',
      { analysis: 'variants' },
      ['a b'],
      '1 个用户有 1 种不同的事件序列。',
      'Different sequences of events of 1 user: 1. ',
    ],
    [
      'variants of which a file wants one',
      { analysis: 'variants', limit: 1 },
      ['a b', 'a b', 'b'],
      '3 个用户有 2 种不同的事件序列。最常见的 1 种占 66.7% 的用户。',
      'Different sequences of events of 3 users: 2. The most common one is that of 66.7% of the users.',
    ],
    [
      'an overview in which another conversion has more events',
      { analysis: 'overview' },
      ['X X X X', 'Y', 'Y a'],
      '1970-01-01，3 个用户的 7 条行为成为 7 个事件。最多用户有的转化是“Y”：2 个用户（66.7%）。',
      '1970-01-01: 7 behaviours of 3 users became 7 events. The conversion of the most users is “Y”: 2 users (66.7%).',
    ],
    [
      'an overview of nobody',
      { analysis: 'overview', select: { didNot: ['a'] } },
      ['a'],
      '没有符合条件的用户。',
      'No user fits.',
    ],
    [
      'sequences of one user',
      { analysis: 'sequences', support: 0.5 },
      ['a b'],
      '在至少 50.0% 的用户中出现的闭序列有 1 个；最常见的是“a → b”（1 个用户）。',
      'Closed sequences in at least 50.0% of the users: 1. The most common one is “a → b” (1 user).',
    ],
    [
      'sequences that are no more common before the target',
      { analysis: 'sequences', support: 0.5, target: 'X' },
      ['a X', 'a b', 'a'],
      '在“X”之前找到 1 个闭序列。其中没有哪个在有“X”的用户中比在其他用户中更常见，且超出偶然。',
      'Closed sequences before “X”: 1. None of them is more common among the users with “X” than among the others by more than chance would give.',
    ],
    [
      'sequences before a target that all have',
      { analysis: 'sequences', support: 0.5, target: 'X' },
      ['a X', 'a X'],
      '在“X”之前找到 1 个闭序列。所有用户都有“X”，无从比较。',
      'Closed sequences before “X”: 1. Every user has “X”, so nothing is compared.',
    ],
    [
      'sequences before a target that nobody has',
      { analysis: 'sequences', support: 0.5, target: 'X', select: { didNot: ['X'] } },
      ['a X', 'a'],
      '在“X”之前找到 1 个闭序列。没有用户有“X”，无从比较。',
      'Closed sequences before “X”: 1. No user has “X”, so nothing is compared.',
    ],
    [
      'what is before an event by chance',
      { analysis: 'around', event: 'X' },
      ['a X', 'X a'],
      '2 个用户有“X”。在它之前的 7 天里，没有哪个类型比偶然更常见。',
      'With “X”: 2 users. In the 7 days before it no type is more common than chance would give.',
    ],
    [
      'what is after an event far more often than by chance',
      { analysis: 'around', event: 'X', side: 'after', within: '1 event' },
      times(40, 'b b b b X a'),
      '40 个用户有“X”。在它之后的 1 个事件里，“a”最突出：100.0% 的用户有，偶然情形是 20.0%（5.00×）。',
      'With “X”: 40 users. In the 1 event after it, “a” stands out most: 100.0% of the users have it, against 20.0% by chance (5.00×).',
    ],
    [
      'what is around what nobody has',
      { analysis: 'around', event: 'X', select: { didNot: ['X'] } },
      ['a', 'X'],
      '没有用户有“X”。',
      'No user has “X”.',
    ],
    [
      'nothing that follows',
      { analysis: 'evolution', within: '1d' },
      ['a', 'b'],
      '在 1 天内，没有哪一类事件比偶然更常跟随另一类。',
      'Within 1 day no type of event follows another one more often than chance would give.',
    ],
    [
      'one pair that follows',
      { analysis: 'evolution', within: '1m' },
      times(40, 'b b b b X a'),
      '有 1 对事件类型比偶然更常先后出现。最突出的是“X”之后 1 分钟内的“a”：100.0% 的用户如此，是偶然情形的 5.00×。',
      '1 pair of event types follows one another more often than chance would give: “a” within 1 min after “X”: 100.0% of the users, 5.00× the share by chance.',
    ],
  ])('%s', (_name, asked, users, zh, en) => expect(said(asked, users)).toEqual([zh, en]));

  it.each<[string, AskedQuestion, string[], string[], string, string]>([
    [
      'profiles where all have the event',
      { analysis: 'profile', event: 'X' },
      ['X', 'X'],
      ['f', 'm'],
      '2 个用户都有“X”，没有其他用户可比。',
      'All of 2 users have “X”: there are no others to compare them with.',
    ],
    [
      'profiles of what nobody has',
      { analysis: 'profile', event: 'X', select: { didNot: ['X'] } },
      ['X', 'a'],
      ['f', 'm'],
      '没有用户有“X”。',
      'No user has “X”.',
    ],
    [
      'profiles of two',
      { analysis: 'profile', event: 'X' },
      ['X', 'a'],
      ['f', 'm'],
      '2 个用户中 1 个有“X”；画像上没有超出偶然的差异。',
      'With “X”: 1 of 2 users; the profiles show no difference beyond chance.',
    ],
    [
      'a comparison with nobody',
      { analysis: 'overview', compare: { converted: 'X' } },
      ['X'],
      ['f'],
      '1 个用户与 0 个用户：有一边没有人，无从比较。',
      '1 user and 0 users: one side is empty, so nothing is compared.',
    ],
    [
      'a comparison of one with one',
      { analysis: 'overview', compare: { converted: 'X' } },
      ['X', 'a'],
      ['f', 'm'],
      '1 个用户与 1 个用户相比，没有超出偶然的差别。',
      'Nothing differs between 1 user and 1 user by more than chance would give.',
    ],
    [
      'a comparison with some who are on both sides',
      { analysis: 'overview', compare: { profile: { gender: 'f' } } },
      ['X', 'a'],
      ['f', 'm'],
      '2 个用户与 1 个用户相比；有 1 个用户同时在两边，所以不给出差别的区间。',
      '2 users beside 1 user; on both sides: 1 user, so no intervals of the differences are given.',
    ],
  ])('%s', (_name, asked, users, genders, zh, en) =>
    expect(said(asked, users, GENDER(...genders))).toEqual([zh, en]),
  );
});
