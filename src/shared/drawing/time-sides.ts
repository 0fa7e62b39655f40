import type { OverviewResult, TimeBin } from '../insight.ts';
import { ticksOf } from './axis.ts';
import { at, emptyDrawing } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { numberIn } from './format.ts';
import { hatched } from './hatch.ts';
import { NEUTRAL_COLOUR } from '../palette.ts';
import { perHundred, rateText, sideKey, sideLegend, SIDES } from './sides.ts';
import type { BothSides, Side } from './sides.ts';
import { pictureText, TIME_TITLES } from './texts.ts';
import { MOST_SERIES, seriesLegend, shadesOf, timeText } from './time-bars.ts';

/** The height of the bars of a side, and of a line of text. */
const [PLOT, LINE] = [110, 16];
const HOUR_MS = 3_600_000;

/** The events of each series in a bin of time of a side. */
interface TimeOfSide {
  start: number;
  counts: number[];
  /** The key of its users; null for a time before the first bin. */
  key: string | null;
}

/** A column of both sides: when it begins on each, and the events of each series in it. */
interface Column extends Record<Side, TimeOfSide | null> {
  /** Whether both begin at the same time. */
  same: boolean;
}

/**
 * The events of both sides by time, for each hundred users: those of the first side upwards, those of the second one hatched and downwards, with
 * one scale. Times that do not overlap, such as two months, begin side by side.
 */
export function drawTimeSides(sides: BothSides<OverviewResult>, options: DrawOptions): Drawing {
  const { locale, width, nameOf, colourOf } = options;
  const { names, own, other } = sides;
  const { bin } = own;
  const [name, title] = ['time', TIME_TITLES[bin][locale]];
  const series = seriesOf(sides);
  const { columns, apart } = columnsOf(sides, series);
  if (columns.length === 0) return emptyDrawing(name, title, pictureText(locale, 'nothing'), width);
  const labels = series.map((type) => (type === null ? pictureText(locale, 'rest') : nameOf(type)));
  const colours = series.map((type) => (type === null ? NEUTRAL_COLOUR : colourOf(type)));
  const shades = shadesOf(colours);
  const legend = labels.map((label, index) => ({
    ...{ label, colour: colours[index] ?? NEUTRAL_COLOUR, fillOpacity: shades[index] ?? 1 },
  }));
  const users = { own: own.users, other: other.users };
  const rateOf = (side: Side, counts: readonly number[]): number =>
    perHundred(
      counts.reduce((sum, count) => sum + count, 0),
      users[side],
    );
  const highest = Math.max(
    Number.MIN_VALUE,
    ...columns.flatMap((column) => SIDES.map((side) => rateOf(side, column[side]?.counts ?? []))),
  );
  const [who, what] = [sideLegend({ names, users }, options), seriesLegend(legend, width)];
  const plot = who.height + what.height + LINE * (apart ? 2 : 1) + 6;
  const middle = plot + PLOT;
  const step = width / columns.length;
  const half = (side: Side, x: number, counts: readonly number[]): Mark[] => {
    let y = middle;
    return counts.flatMap((count, index): Mark[] => {
      const height = (perHundred(count, users[side]) / highest) * PLOT;
      if (height === 0) return [];
      if (side === 'own') y -= height;
      const box = { x: at(x + step * 0.1), y: at(y), width: at(step * 0.8), height: at(height) };
      if (side === 'other') y += height;
      const colour = colours[index] ?? NEUTRAL_COLOUR;
      return side === 'own'
        ? [{ kind: 'rect', ...box, fill: colour, fillOpacity: shades[index] ?? 1 }]
        : hatched(box, colour);
    });
  };
  const bars = columns.flatMap((column, index): Mark[] => {
    const x = index * step;
    const said = SIDES.flatMap((side) => {
      const of = column[side];
      if (!of) return [];
      const n = of.counts.reduce((sum, count) => sum + count, 0);
      const rate = rateText(locale, rateOf(side, of.counts));
      const time = timeText(bin, of.start);
      return [pictureText(locale, 'sideEvents', { side: names[side], time, n: numberIn(locale, n), rate })];
    });
    const sideMark = (side: Side): Mark => {
      const { start = 0, counts = [], key = null } = column[side] ?? {};
      const title = `${timeText(bin, start)} · ${names[side]}`;
      const isEmpty = key === null || counts.every((count) => count === 0);
      const y = side === 'own' ? plot : middle;
      return {
        ...{ kind: 'group', name: `time-${side}-${index}`, tip: said.join('\n') },
        ...(isEmpty ? {} : { users: { key: sideKey(side, key), title } }),
        marks: [
          { kind: 'rect', x: at(x), y, width: at(step), height: PLOT, fill: 'sunken', hover: 'ground' },
          ...half(side, x, counts),
        ],
      };
    };
    return SIDES.map(sideMark);
  });
  const times = (side: Side): string[] =>
    columns.map((column) => {
      const of = column[side] ?? (column.same ? (column.own ?? column.other) : null);
      return of ? timeText(bin, of.start) : '';
    });
  const most = pictureText(locale, 'perHundredMost', { n: rateText(locale, highest) });
  const down = (height: number, marks: readonly Mark[]): Mark => ({
    ...{ kind: 'group', y: height },
    marks: [...marks],
  });
  return {
    ...{ name, title, width, height: middle + PLOT + LINE + 4, isGrid: true },
    marks: [
      ...who.marks,
      down(who.height, what.marks),
      {
        ...{ kind: 'text', x: 0, y: who.height + what.height + 12, text: most, size: 11 },
        fill: 'ink3',
      },
      ...(apart ? ticksOf(times('own'), width, plot - 4) : []),
      ...bars,
      { kind: 'line', x1: 0, y1: middle, x2: width, y2: middle, stroke: 'ink3', strokeWidth: 1 },
      ...ticksOf(times(apart ? 'other' : 'own'), width, middle + PLOT + 13),
    ],
    ...(apart ? { note: pictureText(locale, 'timesApart') } : {}),
    table: [
      [
        pictureText(locale, 'time'),
        ...SIDES.flatMap((side) =>
          labels.map((label) => pictureText(locale, 'ofSide', { title: label, side: names[side] })),
        ),
      ],
      ...columns.map((column, index) => [
        [...new Set(SIDES.map((side) => times(side)[index] ?? ''))].filter((time) => time !== '').join(' / '),
        ...SIDES.flatMap((side) => series.map((_, at) => numberIn(locale, column[side]?.counts[at] ?? 0))),
      ]),
    ],
  };
}

/** The most frequent types of both sides, by their events for each user; null for all others. */
function seriesOf({ own, other }: BothSides<OverviewResult>): (string | null)[] {
  const rates = new Map<string, number>();
  for (const { types, users } of [own, other])
    for (const { type, events } of types) rates.set(type, (rates.get(type) ?? 0) + perHundred(events, users));
  const types = [...rates].sort(([, a], [, b]) => b - a).map(([type]) => type);
  return types.length <= MOST_SERIES ? types : [...types.slice(0, MOST_SERIES), null];
}

/** The columns of both sides: at the same times where these overlap, else (`apart`) each from its own beginning. */
function columnsOf(
  { own, other }: BothSides<OverviewResult>,
  series: readonly (string | null)[],
): { columns: Column[]; apart: boolean } {
  const of = { own: timesOf(own, series), other: timesOf(other, series) };
  const starts = (side: Side): number[] => of[side].map(({ start }) => start);
  const [one, two] = [starts('own'), starts('other')];
  const apart =
    one.length > 0 &&
    two.length > 0 &&
    (Math.min(...one) > Math.max(...two) || Math.max(...one) < Math.min(...two));
  if (!apart) {
    const byStart = (side: Side): Map<number, TimeOfSide> =>
      new Map(of[side].map((each) => [each.start, each]));
    const known = { own: byStart('own'), other: byStart('other') };
    const all = [...new Set([...one, ...two])].sort((a, b) => a - b);
    const columns = all.map((start) => ({
      ...{ own: known.own.get(start) ?? null, other: known.other.get(start) ?? null, same: true },
    }));
    return { columns, apart };
  }
  const [a, b] = [fromMidnight(own.bin, of.own), fromMidnight(own.bin, of.other)];
  const columns = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => ({
    ...{ own: a[index] ?? null, other: b[index] ?? null, same: false },
  }));
  return { columns, apart };
}

/** The events of each series in each bin of an answer. */
function timesOf(
  { types, counts, binStarts }: OverviewResult,
  series: readonly (string | null)[],
): TimeOfSide[] {
  const places = new Map(types.map(({ type }, place) => [type, place]));
  const rest = types.flatMap(({ type }, place) => (series.includes(type) ? [] : [place]));
  return binStarts.map((start, time) => ({
    ...{ start, key: `time:${time}` },
    counts: series.map((type) =>
      (type === null ? rest : [places.get(type) ?? -1]).reduce(
        (sum, place) => sum + (counts[place]?.[time] ?? 0),
        0,
      ),
    ),
  }));
}

/** Hours from the first midnight on, so that the same hours of a day stand side by side. */
function fromMidnight(bin: TimeBin, times: readonly TimeOfSide[]): TimeOfSide[] {
  const [first] = times;
  if (bin !== 'hour' || !first) return [...times];
  const missing = (first.start / HOUR_MS) % 24;
  const before = Array.from({ length: missing }, (_, hour) => ({
    ...{ start: first.start - (missing - hour) * HOUR_MS, counts: first.counts.map(() => 0), key: null },
  }));
  return [...before, ...times];
}
