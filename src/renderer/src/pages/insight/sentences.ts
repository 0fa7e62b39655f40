import { isCertain, rowLabel, usersOf } from '@shared/drawing/comparison';
import { pointsText } from '@shared/drawing/format';
import { NO_EVENT } from '@shared/insight-placeholders';
import type {
  Analysis,
  ComparedRow,
  InsightAnswer,
  Question,
  QuestionOf,
  Quartiles,
  ResultOf,
} from '@shared/insight';
import { matchText, valueText } from '@shared/insight-table';
import { currentLocale, t } from '@/i18n';
import { fieldName } from '@/i18n/field-name';
import { formatDuration, formatNumber, formatRatio, formatShareExact, formatWallDays } from '@/i18n/format';
import { spanText } from './span-text';

type NameOf = (type: string) => string;
type Sentences = {
  [A in Analysis]: (result: ResultOf<A>, question: QuestionOf<A>, nameOf: NameOf) => string | null;
};

const users = (n: number): string => t('insight.count.users', { n: formatNumber(n) }, n);
const events = (n: number): string => t('insight.around.events', { n: formatNumber(n) }, n);
const behaviours = (n: number): string => t('insight.count.behaviours', { n: formatNumber(n) }, n);

/** Of equal ones the first. */
const most = <T>(all: readonly T[], value: (each: T) => number): T | undefined =>
  all.toSorted((a, b) => value(b) - value(a))[0];

function timeText({ q1, median, q3 }: Quartiles, between: { first: string; last: string }): string {
  if (q1 === null || median === null || q3 === null) return '';
  const times = { time: formatDuration(median), q1: formatDuration(q1), q3: formatDuration(q3) };
  return t('insight.funnel.overall', { ...between, ...times });
}

const SENTENCES: Sentences = {
  overview: (result, _question, nameOf) => {
    if (result.firstTime === null || result.lastTime === null) return null;
    const base = t('insight.overview.sentence', {
      ...{ users: users(result.users), behaviours: behaviours(result.behaviours) },
      ...{ events: events(result.events), days: formatWallDays(result.firstTime, result.lastTime) },
    });
    const top = most(
      result.types.filter(({ category }) => category === 'conversion'),
      (type) => type.users,
    );
    if (!top) return base;
    const share = formatShareExact(top.users / result.users);
    return (
      base + t('insight.overview.conversion', { type: nameOf(top.type), users: users(top.users), share })
    );
  },

  funnel: ({ steps, overall }, question, nameOf) => {
    const names = question.steps.map((step) => matchText(step, nameOf));
    const [from, to] = [steps[0], steps.at(-1)];
    if (!from || !to) return null;
    const between = { first: names[0] ?? '', last: names.at(-1) ?? '' };
    if (from.users === 0) return t('insight.nobody.has', { event: between.first });
    const numbers = { from: users(from.users), to: users(to.users), share: formatShareExact(to.ofFirst) };
    const lost = most(
      steps
        .map(({ dropped, ofPrevious }, step) => ({ step, users: dropped.users, share: 1 - ofPrevious }))
        .slice(1),
      (each) => each.users,
    );
    const where =
      !lost || lost.users === 0
        ? t('insight.funnel.noneLost')
        : t('insight.funnel.lost', {
            ...{
              step: names[lost.step] ?? '',
              users: users(lost.users),
              share: formatShareExact(lost.share),
            },
          });
    const time = overall ? timeText(overall, between) : '';
    return t('insight.funnel.sentence', { ...between, ...numbers }) + where + time;
  },

  paths: ({ users: all, nodes }, { direction, anchor }, nameOf) => {
    if (all === 0)
      return anchor === undefined
        ? t('insight.nobody.at')
        : t('insight.nobody.has', { event: matchText(anchor, nameOf) });
    const second = nodes.filter(({ step }) => step === 1);
    const next = most(
      second.filter(({ type }) => type !== NO_EVENT.other && type !== NO_EVENT.dropped),
      (node) => node.users,
    );
    if (!next) return t(`insight.paths.alone.${direction}`, { users: users(all) });
    const ended = second.find(({ type }) => type === NO_EVENT.dropped)?.users ?? 0;
    return t(`insight.paths.sentence.${direction}`, {
      ...{ users: users(all), type: nameOf(next.type) },
      ...{ share: formatShareExact(next.users / all), ended: formatShareExact(ended / all) },
    });
  },

  graph: ({ edges }, _question, nameOf) => {
    const edge = most(
      edges.filter(({ from, to }) => from !== to && from !== NO_EVENT.start && to !== NO_EVENT.end),
      (each) => each.users,
    );
    if (!edge || edge.medianSeconds === null) return t('insight.graph.alone');
    return t('insight.graph.sentence', {
      ...{ from: nameOf(edge.from), to: nameOf(edge.to) },
      ...{ users: users(edge.users), time: formatDuration(edge.medianSeconds) },
    });
  },

  variants: (result) => {
    const n = Math.min(10, result.rows.length);
    const base = t('insight.variants.sentence', {
      ...{ users: users(result.users), variants: formatNumber(result.variants) },
    });
    if (n === result.variants) return base;
    const share = formatShareExact(result.rows[n - 1]?.cumulative ?? 0);
    return base + t('insight.variants.most', { n: formatNumber(n), share }, n);
  },

  sequences: (result, question, nameOf) => {
    const [first] = result.rows;
    if (!first) return t('insight.sequences.none', { support: formatShareExact(result.support) });
    const cut = result.cut ? t('insight.sequences.cut') : '';
    const n = formatNumber(result.patterns);
    const typesOf = ({ types }: { types: string[] }): string => types.map(nameOf).join(' → ');
    if (result.targetUsers === null)
      return (
        t('insight.sequences.sentence', {
          ...{ n, support: formatShareExact(result.support) },
          ...{ types: typesOf(first), users: users(first.users) },
        }) + cut
      );
    const target = matchText(question.target ?? '', nameOf);
    const found = t('insight.sequences.found', { n, target });
    if (result.targetUsers === 0) return found + t('insight.sequences.nobody', { target }) + cut;
    if (result.targetUsers === result.users)
      return found + t('insight.sequences.everybody', { target }) + cut;
    // Rows are ordered by the lower end of the interval.
    const best = result.rows.find(({ interval }) => interval !== null && interval.low > 1);
    if (!best?.interval || best.lift === null) return found + t('insight.sequences.alike', { target }) + cut;
    const [low, high] = [formatRatio(best.interval.low), formatRatio(best.interval.high)];
    const numbers = { lift: formatRatio(best.lift), low, high };
    return found + t('insight.sequences.best', { target, types: typesOf(best), ...numbers }) + cut;
  },

  around: (result, { event: asked, side, within }, nameOf) => {
    const event = matchText(asked, nameOf);
    if (result.anchored === 0) return t('insight.nobody.has', { event });
    const best = most(
      result.rows.filter(({ certain }) => certain === true),
      ({ lift }) => lift ?? 0,
    );
    const words = { users: users(result.anchored), event, days: spanText(within) };
    if (!best || best.lift === null) return t(`insight.around.none.${side}`, words);
    return t(`insight.around.sentence.${side}`, {
      ...{ ...words, type: nameOf(best.type), share: formatShareExact(best.share) },
      ...{ base: formatShareExact(best.base), lift: formatRatio(best.lift) },
    });
  },

  profile: (result, { event: asked }, nameOf) => {
    if (asked === undefined) return null;
    const event = matchText(asked, nameOf);
    if (result.matched === 0) return t('insight.nobody.has', { event });
    const base = { event, users: formatNumber(result.matched), all: users(result.users) };
    if (result.matched === result.users) return t('insight.profile.everybody', base);
    const [best] = result.rows.filter(({ interval }) => interval.low > 0 || interval.high < 0);
    if (!best) return t('insight.profile.same', base);
    return t('insight.profile.sentence', {
      ...{ ...base, field: fieldName(best.field), value: valueText(best, nameOf) },
      ...{ share: formatShareExact(best.share), other: formatShareExact(best.otherShare) },
    });
  },

  evolution: ({ edges }, { within }, nameOf) => {
    // What is more than chance comes first, the highest lift first.
    const certain = edges.filter((edge) => edge.certain);
    const [best] = certain;
    const days = spanText(within);
    if (!best || best.lift === null) return t('insight.evolution.none', { days });
    const words = {
      ...{ n: formatNumber(certain.length), days, from: nameOf(best.from), to: nameOf(best.to) },
      ...{ share: formatShareExact(best.probability), lift: formatRatio(best.lift) },
    };
    return t('insight.evolution.sentence', words, certain.length);
  },
};

/** What an answer says, in a sentence or two of the current language; null where there is nothing to say. */
export function sentenceOf<A extends Analysis>(
  { question, result }: { question: QuestionOf<A>; result: ResultOf<A> },
  nameOf: NameOf,
): string | null {
  // The users of paths are those with the event at which they begin.
  if (result.users === 0 && result.analysis !== 'paths') return t('insight.nobody.at');
  // Each function takes the answer of its own analysis.
  const say = SENTENCES[result.analysis] as (
    result: ResultOf<A>,
    question: QuestionOf<A>,
    nameOf: NameOf,
  ) => string | null;
  return say(result, question, nameOf);
}

/** So many events of a sequence are named in a sentence: picture and table have all. */
const MOST_NAMED = 5;

/** What differs most between the two sides of an answer; null where it compares nothing. */
export function comparisonSentence(
  { question, result }: { question: Question; result: InsightAnswer },
  nameOf: NameOf,
): string | null {
  const { comparison } = result;
  if (!comparison) return null;
  const { own, other } = usersOf(result, comparison);
  const counts = { own: users(own), other: users(other) };
  if (own === 0 || other === 0) return t('insight.compare.nobody', counts);
  if (comparison.shared > 0)
    return t('insight.compare.overlap', { ...counts, shared: users(comparison.shared) });
  const best = most(comparison.rows.filter(isCertain), ({ difference }) => Math.abs(difference));
  if (!best) return t('insight.compare.same', counts);
  return t('insight.compare.sentence', {
    ...{ ...counts, name: nameOfRow(best, question, nameOf), difference: pointsText(best.difference) },
    ...{ a: formatShareExact(best.own.share), b: formatShareExact(best.other.share) },
  });
}

function nameOfRow(row: ComparedRow, question: Question, nameOf: NameOf): string {
  const look = { locale: currentLocale(), nameOf };
  if (row.types.length <= MOST_NAMED) return rowLabel(row, question, look);
  return `${rowLabel({ ...row, types: row.types.slice(0, MOST_NAMED) }, question, look)} …`;
}
