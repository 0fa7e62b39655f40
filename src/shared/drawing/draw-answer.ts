import { matchText, SEQUENCE_SEPARATOR } from '../insight-table.ts';
import type { Analysis, InsightResult, OverviewResult, Question, QuestionOf, ResultOf } from '../insight.ts';
import { drawBars } from './bars.ts';
import type { BarRow } from './bars.ts';
import { drawComparison } from './comparison.ts';
import type { ComparedResult } from './comparison.ts';
import type { Drawing, DrawOptions } from './drawing.ts';
import { exactShare, numberIn, ratioText } from './format.ts';
import { drawTrend } from './funnel-trend.ts';
import { drawFunnel } from './funnel.ts';
import { drawGraph } from './graph.ts';
import { planEvolution, planGraph, toLayOut } from './graph-plan.ts';
import type { GraphPlan, GraphToLayOut, LaidOutGraph } from './graph-plan.ts';
import { drawIntervals } from './intervals.ts';
import { drawPaths } from './paths.ts';
import { sideNames } from './question-text.ts';
import { ANALYSIS_NAMES, noEventName, pictureText } from './texts.ts';
import { drawTimeBars } from './time-bars.ts';
import { drawWaiting } from './waiting.ts';
import { drawWeekHours } from './week-hours.ts';

/** So many rows of an answer are drawn; its table has them all. */
const MOST_ROWS = 12;
/** A class of users by their number of events that has no end. */
const ENDLESS = 1_000_000;

/** `layOut` places the nodes of a graph (`layout.ts`): a window does it in a thread of its own, and loads it nowhere else. */
export type LayOutOptions = DrawOptions & { layOut: (graph: GraphToLayOut) => LaidOutGraph };

type Draw<A extends Analysis> = (
  result: ResultOf<A>,
  question: QuestionOf<A>,
  options: LayOutOptions,
) => Drawing[];

/** What is known of the part of an answer that is not drawn. */
const restNote = (all: number, { locale }: DrawOptions): { note?: string } =>
  all > MOST_ROWS ? { note: pictureText(locale, 'more', { n: all - MOST_ROWS }) } : {};

/** The users of each type, the most frequent first. */
export function drawTypes({ types, users: all }: OverviewResult, options: DrawOptions): Drawing {
  const rows = types.slice(0, MOST_ROWS).map(({ key, type, category, users }) => ({
    ...{ key, label: options.nameOf(type), users, share: users / Math.max(1, all) },
    conversion: category === 'conversion',
  }));
  const title = pictureText(options.locale, 'typeUsers');
  return drawBars({ name: 'types', title, ...restNote(types.length, options) }, rows, options);
}

/** How many users have so many events. */
export function drawSizes({ eventsPerUser, users: all }: OverviewResult, options: DrawOptions): Drawing {
  const { locale } = options;
  const rangeText = (from: number, to: number): string => {
    if (from === to) return numberIn(locale, from);
    return to > ENDLESS ? `≥ ${numberIn(locale, from)}` : `${numberIn(locale, from)}–${numberIn(locale, to)}`;
  };
  const last = eventsPerUser.findLastIndex(({ users }) => users > 0);
  const rows = eventsPerUser.slice(0, last + 1).map(({ key, users, from, to }) => ({
    ...{ key, users, share: users / Math.max(1, all) },
    label: pictureText(locale, 'sizeLabel', { range: rangeText(from, to) }),
  }));
  return drawBars({ name: 'sizes', title: pictureText(locale, 'sizes') }, rows, options);
}

const DRAWINGS: { [A in Analysis]: Draw<A> } = {
  overview: (result, _question, options) => [
    drawTimeBars(result, options),
    drawTypes(result, options),
    drawSizes(result, options),
    drawWeekHours(result.hours, options),
  ],
  funnel: ({ steps, groups }, { steps: asked, by, window }, options) => {
    const names = asked.map((step) => matchText(step, options.nameOf));
    const isTrend = typeof by === 'object' && 'time' in by && groups.length > 0;
    const trend = isTrend ? [drawTrend(groups, names, window !== undefined, options)] : [];
    return [drawFunnel(steps, names, options), ...trend];
  },
  paths: (result, { direction }, options) => [drawPaths(result, direction === 'to', options)],
  graph: (result, { view }, options) => [drawPlanned('graph', planGraph(result, view, options), options)],
  evolution: (result, { view }, options) => [
    drawPlanned('evolution', planEvolution(result, view, options), options),
  ],
  variants: ({ rows }, _question, options) => {
    const bars = rows.slice(0, MOST_ROWS).map(({ key, types, users, share }) => ({
      ...{ key, label: types.map(options.nameOf).join(SEQUENCE_SEPARATOR), users, share },
    }));
    const title = pictureText(options.locale, 'variants');
    return [drawBars({ name: 'variants', title, ...restNote(rows.length, options) }, bars, options)];
  },
  sequences: (result, _question, options) => [drawSequences(result, options)],
  around: ({ rows, waiting }, question, options) => {
    const bars = rows.slice(0, MOST_ROWS).map(({ key, type, category, users, share, base }): BarRow => ({
      ...{ key, label: options.nameOf(type), users, share, base, conversion: category === 'conversion' },
      note: exactShare(share),
    }));
    const title = pictureText(options.locale, 'aroundShare');
    return [
      drawWaiting(waiting, matchText(question.event, options.nameOf), options),
      drawBars({ name: 'around', title, ...restNote(rows.length, options) }, bars, options),
    ];
  },
  profile: ({ rows }, _question, options) => {
    const points = rows.slice(0, MOST_ROWS).map(({ key, field, value, users, difference, interval }) => ({
      ...{ key, label: `${field} · ${value}`, users, value: difference, ...interval },
      text: `${difference > 0 ? '+' : ''}${exactShare(difference)}`,
    }));
    const title = pictureText(options.locale, 'profileDifference');
    const about = { name: 'profile', title, neutral: 0, log: false, ...restNote(rows.length, options) };
    return [drawIntervals(about, points, options)];
  },
};

/** With a target, how much more often it is reached with a sequence; without one, the users of each. */
function drawSequences({ rows, targetUsers }: ResultOf<'sequences'>, options: DrawOptions): Drawing {
  const { locale, nameOf } = options;
  const labelOf = (types: readonly string[]): string => types.map(nameOf).join(SEQUENCE_SEPARATOR);
  const name = 'sequences';
  if (targetUsers === null) {
    const bars = rows.slice(0, MOST_ROWS).map(({ key, types, users, support }) => ({
      ...{ key, label: labelOf(types), users, share: support },
    }));
    const title = pictureText(locale, 'sequenceUsers');
    return drawBars({ name, title, ...restNote(rows.length, options) }, bars, options);
  }
  const points = rows.slice(0, MOST_ROWS).map(({ key, types, users, lift, interval }) => ({
    ...{ key, label: labelOf(types), users, value: lift ?? Infinity },
    ...{ low: interval?.low ?? lift ?? Infinity, high: interval?.high ?? lift ?? Infinity },
    text: lift === null ? '∞' : ratioText(lift),
  }));
  const title = pictureText(locale, 'sequenceLift');
  const about = { name, title, neutral: 1, log: true, ...restNote(rows.length, options) };
  return drawIntervals(about, points, options);
}

/** The analyses whose picture is a graph, which has to be laid out before it is drawn. */
export type GraphAnalysis = 'graph' | 'evolution';

const drawPlanned = (name: GraphAnalysis, plan: GraphPlan, options: LayOutOptions): Drawing =>
  drawLaidOut(name, { plan, laidOut: options.layOut(toLayOut(plan)) }, options);

/** The picture of a graph whose nodes have their places. */
export function drawLaidOut(
  name: GraphAnalysis,
  { plan, laidOut }: { plan: GraphPlan; laidOut: LaidOutGraph },
  options: DrawOptions,
): Drawing {
  return drawGraph({ name, title: ANALYSIS_NAMES[name][options.locale] }, plan, laidOut, options);
}

/** What the picture of an answer shows, where it is a graph; null for all others. */
export function planOf(question: Question, result: InsightResult, options: DrawOptions): GraphPlan | null {
  const named = withNames(options);
  if (question.analysis === 'graph' && result.analysis === 'graph')
    return planGraph(result, question.view, named);
  if (question.analysis === 'evolution' && result.analysis === 'evolution')
    return planEvolution(result, question.view, named);
  return null;
}

/** Also names what stands in answers where there is no event. */
export function withNames<T extends DrawOptions>(options: T): T {
  const { locale, nameOf } = options;
  return { ...options, nameOf: (type: string) => noEventName(type, locale) ?? nameOf(type) };
}

/**
 * The pictures of an answer as data, one below the other: `sheetOf` makes one of them, `svgOf` a document. One that compares shows both
 * selections first.
 */
export function drawAnswer(question: Question, result: ComparedResult, options: LayOutOptions): Drawing[] {
  const named = withNames(options);
  return [...drawComparison(question, result, named), ...drawSelection(question, result, named)];
}

/** The pictures of the first selection, which are all of them where nothing is compared. */
export function drawSelection(question: Question, result: ComparedResult, options: LayOutOptions): Drawing[] {
  if (question.analysis !== result.analysis) throw new Error('the answer is that of another question');
  // Each function takes question and answer of its own analysis.
  const draw = DRAWINGS[result.analysis] as (
    result: InsightResult,
    question: Question,
    options: LayOutOptions,
  ) => Drawing[];
  const named = withNames(options);
  return ofFirst(draw(result, question, named), question, result, named);
}

/** Drawings of the first selection, whose titles say so where it is compared. A profile tells the difference of both. */
export function ofFirst(
  drawings: readonly Drawing[],
  question: Question,
  { comparison, analysis }: ComparedResult,
  options: DrawOptions,
): Drawing[] {
  if (!comparison || analysis === 'profile') return [...drawings];
  const side = sideNames(question, options).own;
  return drawings.map((drawing) => ({
    ...drawing,
    title: pictureText(options.locale, 'ofSide', { title: drawing.title, side }),
  }));
}
