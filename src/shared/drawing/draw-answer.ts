import { fieldNameIn } from '../field-names.ts';
import { matchText, SEQUENCE_SEPARATOR, valueText } from '../insight-table.ts';
import type {
  Analysis,
  InsightResult,
  OverviewResult,
  Question,
  QuestionOf,
  ResultOf,
  TimeBin,
} from '../insight.ts';
import { colourOfMatch } from '../type-colours.ts';
import { drawBars } from './bars.ts';
import type { BarRow } from './bars.ts';
import { drawComparison } from './comparison.ts';
import type { Drawing, DrawOptions } from './drawing.ts';
import { exactShare, numberIn, ratioText } from './format.ts';
import { planEvolutionSides } from './evolution-sides.ts';
import { drawTrend } from './funnel-trend.ts';
import { drawFunnel } from './funnel.ts';
import { drawGraph } from './graph.ts';
import { planEvolution, planGraph, toLayOut } from './graph-plan.ts';
import type { GraphPlan, GraphToLayOut, LaidOutGraph } from './graph-plan.ts';
import { drawIntervals } from './intervals.ts';
import { planGraphSides } from './graph-sides.ts';
import { PAIR_HEIGHT, pairedBars } from './paired-bars.ts';
import { drawPaths, drawPathsSides } from './paths.ts';
import { sideNames } from './question-text.ts';
import { bothSides, ofSide, sideKey, sideLegend, SIDES } from './sides.ts';
import type { BothSides, ComparedResult, Side } from './sides.ts';
import { ANALYSIS_NAMES, BIN_NAMES, noEventName, pictureText } from './texts.ts';
import { drawTimeBars } from './time-bars.ts';
import { timeSeries } from './time-series.ts';
import { drawTimeSides } from './time-sides.ts';
import { drawWaiting, drawWaitingDays } from './waiting.ts';
import { drawWeekHours, drawWeekHoursSides } from './week-hours.ts';

/** So many rows of an answer are drawn; its table has them all. */
const MOST_ROWS = 12;
/** A class of users by their number of events that has no end. */
const ENDLESS = 1_000_000;

/** `layOut` places the nodes of a graph (`layout.ts`): a window does it in a thread of its own, and loads it nowhere else. */
export type LayOutOptions = DrawOptions & { layOut: (graph: GraphToLayOut) => LaidOutGraph };

type Draw<A extends Analysis> = (
  result: ResultOf<A>,
  question: QuestionOf<A>,
  options: DrawOptions,
) => Drawing[];

/** What is known of the part of an answer that is not drawn. */
const restNote = (all: number, { locale }: DrawOptions): { note?: string } =>
  all > MOST_ROWS ? { note: pictureText(locale, 'more', { n: all - MOST_ROWS }) } : {};

/** The users of each type, the most frequent first. */
function drawTypes({ types, users: all }: OverviewResult, options: DrawOptions): Drawing {
  const rows = types.slice(0, MOST_ROWS).map(({ key, type, category, users }) => ({
    ...{ key, label: options.nameOf(type), users, share: users / Math.max(1, all) },
    ...{ conversion: category === 'conversion', colours: [options.colourOf(type)] },
  }));
  const title = pictureText(options.locale, 'typeUsers');
  return drawBars({ name: 'types', title, ...restNote(types.length, options) }, rows, options);
}

/** How many users have so many events. */
function drawSizes({ eventsPerUser, users: all }: OverviewResult, options: DrawOptions): Drawing {
  const { locale } = options;
  const used = ({ users }: { users: number }): boolean => users > 0;
  const first = Math.max(0, eventsPerUser.findIndex(used));
  const rows = eventsPerUser.slice(first, eventsPerUser.findLastIndex(used) + 1).map((size) => ({
    ...{ key: size.key, users: size.users, share: size.users / Math.max(1, all) },
    label: sizeLabel(size, locale),
  }));
  return drawBars({ name: 'sizes', title: pictureText(locale, 'sizes') }, rows, options);
}

/** The name of a class of users by their number of events. */
function sizeLabel({ from, to }: { from: number; to: number }, locale: DrawOptions['locale']): string {
  const [least, most] = [numberIn(locale, from), numberIn(locale, to)];
  const range = from === to ? least : to > ENDLESS ? `≥ ${least}` : `${least}–${most}`;
  return pictureText(locale, 'sizeLabel', { range });
}

/** The same of both sides that are compared: shares of the users of each. */
function drawSizesSides(sides: BothSides<OverviewResult>, options: DrawOptions): Drawing {
  const { locale, width } = options;
  const { own, other, names } = sides;
  const used = own.eventsPerUser.map(({ users }, row) => users + (other.eventsPerUser[row]?.users ?? 0) > 0);
  const first = Math.max(0, used.indexOf(true));
  const figure = (side: Side, row: number): { key: string; users: number; share: number } => {
    const { key = '', users = 0 } = sides[side].eventsPerUser[row] ?? {};
    return { key: sideKey(side, key), users, share: users / Math.max(1, sides[side].users) };
  };
  const rows = own.eventsPerUser.slice(first, used.lastIndexOf(true) + 1).map((size, row) => ({
    ...{
      label: sizeLabel(size, locale),
      own: figure('own', first + row),
      other: figure('other', first + row),
    },
  }));
  const legend = sideLegend({ names, users: { own: own.users, other: other.users } }, options);
  return {
    ...{ name: 'sizes', title: pictureText(locale, 'sizes'), width },
    height: legend.height + rows.length * PAIR_HEIGHT,
    marks: [
      ...legend.marks,
      ...pairedBars(rows, { name: 'sizes', names, top: legend.height, end: 0 }, options),
    ],
  };
}

/** Says so where the bins of time are longer than those asked for. */
function withBinNote(drawing: Drawing, question: Question, bin: TimeBin, { locale }: DrawOptions): Drawing {
  const asked = question.analysis === 'overview' ? question.bin : undefined;
  if (asked === undefined || asked === bin) return drawing;
  const names = { asked: BIN_NAMES[asked][locale], bin: BIN_NAMES[bin][locale] };
  const note = [pictureText(locale, 'longerBins', names), drawing.note];
  return { ...drawing, note: note.filter((part) => part !== undefined).join(' ') };
}

/** The pictures of an overview by their place: over the whole width, and beside each other below it. */
export function overviewDrawings(
  question: Question,
  result: OverviewResult & ComparedResult,
  options: DrawOptions,
): { wide: Drawing[]; left: Drawing[]; right: Drawing[] } {
  const named = withNames(options);
  const sides = bothSides<OverviewResult>(question, result, named);
  // The comparison has the types of both sides.
  const view = question.analysis === 'overview' ? question.view : undefined;
  const asBins = (drawing: Drawing): Drawing => withBinNote(drawing, question, result.bin, named);
  const inSeries = (of: OverviewResult): OverviewResult => timeSeries(of, view);
  if (sides) {
    const series = { ...sides, own: inSeries(sides.own), other: inSeries(sides.other) };
    return {
      ...{ wide: [asBins(drawTimeSides(series, named))], left: [drawSizesSides(sides, named)] },
      right: [drawWeekHoursSides(sides, named)],
    };
  }
  const first = (drawings: Drawing[]): Drawing[] => ofFirst(drawings, question, result, named);
  return {
    ...{
      wide: first([asBins(drawTimeBars(inSeries(result), named))]),
      left: first([drawTypes(result, named)]),
    },
    right: first([drawSizes(result, named), drawWeekHours(result.hours, named)]),
  };
}

/** Overviews and graphs have pictures of both sides of their own. */
const DRAWINGS: { [A in Exclude<Analysis, 'overview' | GraphAnalysis>]: Draw<A> } = {
  funnel: ({ steps, groups }, { steps: asked, by, window }, options) => {
    const names = asked.map((step) => matchText(step, options.nameOf));
    const isTrend = typeof by === 'object' && 'time' in by && groups.length > 0;
    const trend = isTrend ? [drawTrend(groups, names, window !== undefined, options)] : [];
    const colours = asked.map((step) => colourOfMatch(step, options.colourOf));
    return [drawFunnel(steps, names, options, colours), ...trend];
  },
  paths: (result, { direction }, options) => [drawPaths(result, direction === 'to', options)],
  variants: ({ rows }, _question, options) => {
    const bars = rows.slice(0, MOST_ROWS).map(({ key, types, users, share, cumulative }) => ({
      ...{ key, label: types.map(options.nameOf).join(SEQUENCE_SEPARATOR), users, share },
      note: pictureText(options.locale, 'cumulative', {
        ...{ share: exactShare(share), all: exactShare(cumulative) },
      }),
      colours: types.map(options.colourOf),
    }));
    const title = pictureText(options.locale, 'variants');
    return [drawBars({ name: 'variants', title, ...restNote(rows.length, options) }, bars, options)];
  },
  sequences: (result, _question, options) => [drawSequences(result, options)],
  around: ({ rows, waiting }, question, options) => {
    const bars = rows.slice(0, MOST_ROWS).map(({ key, type, category, users, share, base }): BarRow => ({
      ...{ key, label: options.nameOf(type), users, share, base, conversion: category === 'conversion' },
      ...{ note: exactShare(share), colours: [options.colourOf(type)] },
    }));
    const title = pictureText(options.locale, 'aroundShare');
    const event = matchText(question.event, options.nameOf);
    return [
      drawWaiting(waiting, event, options),
      drawWaitingDays(waiting, event, options),
      drawBars({ name: 'around', title, ...restNote(rows.length, options) }, bars, options),
    ];
  },
  profile: ({ rows, leftOut = [] }, _question, options) => {
    const points = rows.slice(0, MOST_ROWS).map((row) => ({
      ...{
        key: row.key,
        label: `${fieldNameIn(options.locale, row.field)} · ${valueText(row, options.nameOf)}`,
        users: row.users,
      },
      ...{ value: row.difference, ...row.interval },
      text: `${row.difference > 0 ? '+' : ''}${exactShare(row.difference)}`,
    }));
    const title = pictureText(options.locale, 'profileDifference');
    const fields = {
      fields: leftOut
        .map((field) => fieldNameIn(options.locale, field))
        .join(options.locale === 'en' ? ', ' : '、'),
    };
    const notes = [
      restNote(rows.length, options).note,
      leftOut.length === 0 ? undefined : pictureText(options.locale, 'fieldsLeftOut', fields),
    ].filter((note) => note !== undefined);
    const about = { name: 'profile', title, neutral: 0, log: false };
    const note = notes.length === 0 ? {} : { note: notes.join(options.locale === 'en' ? '. ' : '；') };
    return [drawIntervals({ ...about, ...note }, points, options)];
  },
};

/** With a target, how much more often it is reached with a sequence; without one, the users of each. */
function drawSequences({ rows, targetUsers }: ResultOf<'sequences'>, options: DrawOptions): Drawing {
  const { locale, nameOf, colourOf } = options;
  const labelOf = (types: readonly string[]): string => types.map(nameOf).join(SEQUENCE_SEPARATOR);
  const name = 'sequences';
  if (targetUsers === null) {
    const bars = rows.slice(0, MOST_ROWS).map(({ key, types, users, support }) => ({
      ...{ key, label: labelOf(types), users, share: support, colours: types.map(colourOf) },
    }));
    const title = pictureText(locale, 'sequenceUsers');
    return drawBars({ name, title, ...restNote(rows.length, options) }, bars, options);
  }
  const points = rows.slice(0, MOST_ROWS).map(({ key, types, users, lift, interval }) => ({
    ...{ key, label: labelOf(types), users, value: lift ?? Infinity },
    ...{ low: interval?.low ?? lift ?? Infinity, high: interval?.high ?? lift ?? Infinity },
    ...{ text: lift === null ? '∞' : ratioText(lift), colours: types.map(colourOf) },
  }));
  const title = pictureText(locale, 'sequenceLift');
  const about = { name, title, neutral: 1, log: true, ...restNote(rows.length, options) };
  return drawIntervals(about, points, options);
}

/** The analyses whose picture is a graph, which has to be laid out before it is drawn. */
export type GraphAnalysis = 'graph' | 'evolution';

/** The picture of a graph whose nodes have their places; its title says of which side it is where it is of one of two. */
export function drawLaidOut(
  question: Question,
  result: ComparedResult,
  { plan, laidOut }: { plan: GraphPlan; laidOut: LaidOutGraph },
  options: DrawOptions,
): Drawing[] {
  const { analysis } = result;
  const drawing = drawGraph(
    { name: analysis, title: ANALYSIS_NAMES[analysis][options.locale] },
    ...([plan, laidOut, options] as const),
  );
  return plan.sides ? [drawing] : ofFirst([drawing], question, result, options);
}

/** What the picture of an answer shows, where it is a graph; null for all others. */
export function planOf(question: Question, result: ComparedResult, options: DrawOptions): GraphPlan | null {
  const named = withNames(options);
  if (question.analysis === 'graph' && result.analysis === 'graph') {
    const sides = bothSides<ResultOf<'graph'>>(question, result, named);
    return sides ? planGraphSides(sides, question.view, named) : planGraph(result, question.view, named);
  }
  if (question.analysis === 'evolution' && result.analysis === 'evolution') {
    const sides = bothSides<ResultOf<'evolution'>>(question, result, named);
    return sides
      ? planEvolutionSides(sides, question.view, named)
      : planEvolution(result, question.view, named);
  }
  return null;
}

/** Also names what stands in answers where there is no event. */
export function withNames<T extends DrawOptions>(options: T): T {
  const { locale, nameOf } = options;
  return { ...options, nameOf: (type: string) => noEventName(type, locale) ?? nameOf(type) };
}

/**
 * The pictures of an answer as data, one below the other: `sheetOf` makes one of them, `svgOf` a document. One that compares shows the figures
 * of both selections beside each other first.
 */
export function drawAnswer(question: Question, result: ComparedResult, options: LayOutOptions): Drawing[] {
  const named = withNames(options);
  return [...drawComparison(question, result, named), ...drawPictures(question, result, named)];
}

/** The pictures of an answer: of both selections where two are compared. */
export function drawPictures(question: Question, result: ComparedResult, options: LayOutOptions): Drawing[] {
  if (question.analysis !== result.analysis) throw new Error('the answer is that of another question');
  const named = withNames(options);
  if (result.analysis === 'overview') {
    const { wide, left, right } = overviewDrawings(question, result, named);
    return [...wide, ...left, ...right];
  }
  const plan = planOf(question, result, named);
  if (plan) return drawLaidOut(question, result, { plan, laidOut: options.layOut(toLayOut(plan)) }, named);
  const sides = bothSides(question, result, named);
  if (!sides) return ofFirst(drawOne(question, result, named), question, result, named);
  if (question.analysis === 'paths')
    return drawPathsSides(sides as BothSides<ResultOf<'paths'>>, question.direction === 'to', named);
  return SIDES.flatMap((side) =>
    drawOne(question, sides[side], named).map((each) => ofSide(each, side, sides.names[side], named.locale)),
  );
}

/** The pictures of one answer, whatever is beside it. */
function drawOne(question: Question, result: InsightResult, options: DrawOptions): Drawing[] {
  if (result.analysis === 'overview' || isGraph(result.analysis)) return [];
  // Each function takes question and answer of its own analysis.
  const draw = DRAWINGS[result.analysis] as (
    result: InsightResult,
    question: Question,
    options: DrawOptions,
  ) => Drawing[];
  return draw(result, question, options);
}

const isGraph = (analysis: Analysis): analysis is GraphAnalysis =>
  analysis === 'graph' || analysis === 'evolution';

/** Drawings of the first selection only, whose titles say so where it is compared. A profile tells the difference of both. */
function ofFirst(
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
