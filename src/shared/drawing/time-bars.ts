import type { OverviewResult, TimeBin } from '../insight.ts';
import { ticksOf } from './axis.ts';
import { at, cutText, emptyDrawing, textWidth } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { numberIn, wallTime } from './format.ts';
import { NEUTRAL_COLOUR } from '../palette.ts';
import type { TypeColour } from '../palette.ts';
import { pictureText, TIME_TITLES } from './texts.ts';

const [PLOT, LEGEND_ROW, TOP] = [150, 18, 16];
const MOST_LABEL = 170;
/** So many types are told apart; the others are one. */
export const MOST_SERIES = 10;

/** What is told apart in a chart, with its colour. */
interface Series {
  label: string;
  colour: TypeColour;
  /** How strong the colour is, where others have the same. */
  fillOpacity: number;
}

/** The palest of several parts of one colour, and how much paler each one is than the one before at the most. */
const [PALEST, PALER] = [0.35, 0.3];

/** How strong the colour of each series is: types of one colour, such as those of themes, are told apart by shades. */
export function shadesOf(colours: readonly TypeColour[]): number[] {
  const seen = new Map<TypeColour, number>();
  return colours.map((colour) => {
    const place = seen.get(colour) ?? 0;
    seen.set(colour, place + 1);
    const others = colours.filter((each) => each === colour).length - 1;
    return others === 0 ? 1 : at(1 - place * Math.min(PALER, (1 - PALEST) / others));
  });
}

/** How many events of each type there are by time, stacked: the most frequent types, and the rest as one. */
export function drawTimeBars(answer: OverviewResult, options: DrawOptions): Drawing {
  const { locale, width } = options;
  const { bin, binStarts: starts } = answer;
  const [name, title] = ['time', TIME_TITLES[bin][locale]];
  if (starts.length === 0) return emptyDrawing(name, title, pictureText(locale, 'nothing'), width);
  const series = seriesOf(answer, options);
  const totals = starts.map((_, time) => series.reduce((sum, { counts }) => sum + (counts[time] ?? 0), 0));
  const highest = Math.max(1, ...totals);
  const legend = seriesLegend(series, width);
  const top = legend.height + TOP;
  const column = width / starts.length;
  const columns = starts.map((start, time): Mark => {
    let y = top + PLOT;
    const parts = series.flatMap(({ counts, colour: fill, fillOpacity }): Mark[] => {
      const height = ((counts[time] ?? 0) / highest) * PLOT;
      y -= height;
      if (height === 0) return [];
      // Two parts of one colour are two types.
      const seen = Math.max(0.4, height - 0.6);
      const box = { x: at(column * 0.1), y: at(y), width: at(column * 0.8), height: at(seen) };
      return [{ kind: 'rect', ...box, fill, fillOpacity }];
    });
    const ground: Mark = {
      ...{ kind: 'rect', x: 0, y: top, width: at(column), height: PLOT },
      ...{ fill: 'sunken', hover: 'ground' },
    };
    const [count, text] = [totals[time] ?? 0, timeText(bin, start)];
    return {
      ...{ kind: 'group', name: `time-${time}`, x: at(time * column) },
      tip: `${text}: ${numberIn(locale, count)}`,
      ...(count > 0 ? { users: { key: `time:${time}`, title: text } } : {}),
      marks: [ground, ...parts],
    };
  });
  const bottom = top + PLOT;
  return {
    ...{ name, title, width, height: bottom + 18, isGrid: true },
    marks: [
      ...legend.marks,
      { kind: 'text', x: 0, y: top - 4, text: numberIn(locale, highest), size: 11, fill: 'ink3' },
      ...columns,
      { kind: 'line', x1: 0, y1: bottom, x2: width, y2: bottom, stroke: 'lineStrong', strokeWidth: 1 },
      ...ticksOf(
        starts.map((start) => timeText(bin, start)),
        width,
        bottom + 14,
      ),
    ],
    table: [
      [pictureText(locale, 'time'), ...series.map(({ label }) => label)],
      ...starts.map((start, time) => [
        timeText(bin, start),
        ...series.map(({ counts }) => numberIn(locale, counts[time] ?? 0)),
      ]),
    ],
  };
}

/** The start of a bin of time, as it is written. */
export const timeText = (bin: TimeBin, start: number): string =>
  wallTime(start).slice(0, bin === 'hour' ? 16 : 10);

function seriesOf(
  { types, counts, binStarts }: OverviewResult,
  { locale, nameOf, colourOf }: DrawOptions,
): (Series & { counts: number[] })[] {
  const most = types.slice(0, MOST_SERIES);
  const shades = shadesOf(most.map(({ type }) => colourOf(type)));
  const shown = most.map(({ type }, index) => ({
    ...{ label: nameOf(type), colour: colourOf(type), fillOpacity: shades[index] ?? 1 },
    counts: counts[index] ?? [],
  }));
  const rest = counts.slice(MOST_SERIES);
  if (rest.length === 0) return shown;
  const sums = binStarts.map((_, time) => rest.reduce((sum, row) => sum + (row[time] ?? 0), 0));
  return [
    ...shown,
    { label: pictureText(locale, 'rest'), colour: NEUTRAL_COLOUR, fillOpacity: 1, counts: sums },
  ];
}

/** The names of series with their colours, in as many lines as they need. */
export function seriesLegend(series: readonly Series[], width: number): { marks: Mark[]; height: number } {
  const marks: Mark[] = [];
  let [x, y] = [0, 0];
  series.forEach(({ label, colour: fill, fillOpacity }) => {
    const text = cutText(label, 12, MOST_LABEL);
    const needed = 14 + textWidth(text, 12) + 14;
    if (x > 0 && x + needed > width) [x, y] = [0, y + LEGEND_ROW];
    marks.push(
      { kind: 'rect', x: at(x), y: y + 3, width: 9, height: 9, radius: 2, fill, fillOpacity },
      { kind: 'text', x: at(x + 14), y: y + 12, text, size: 12, fill: 'ink2' },
    );
    x += needed;
  });
  return { marks, height: y + LEGEND_ROW };
}
