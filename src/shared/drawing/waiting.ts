import type { AroundResult } from '../insight.ts';
import { ticksOf } from './axis.ts';
import { at, emptyDrawing } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { exactShare, numberIn } from './format.ts';
import { pictureText } from './texts.ts';

const [TOP, PLOT] = [6, 130];
/** The height of the bars by day, and of the text above them. */
const [BARS, LABEL] = [70, 14];

/** The share of users who have come to an event by each day: a stepped line (Kaplan and Meier). */
export function drawWaiting(points: AroundResult['waiting'], event: string, options: DrawOptions): Drawing {
  const { locale, width } = options;
  const [name, title] = ['waiting', pictureText(locale, 'waiting', { event })];
  if (points.length < 2) return emptyDrawing(name, title, pictureText(locale, 'nothing'), width);
  const last = Math.max(1, points.at(-1)?.days ?? 1);
  const xOf = (days: number): number => at((days / last) * width);
  const yOf = (share: number): number => at(TOP + share * PLOT);
  const line = points
    .map(({ days, share }, index) =>
      index === 0 ? `M ${xOf(days)} ${yOf(share)}` : `H ${xOf(days)} V ${yOf(share)}`,
    )
    .join(' ');
  const bottom = TOP + PLOT;
  const day = (days: number): string => pictureText(locale, 'day', { n: numberIn(locale, days) });
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  const levels = quarters.slice(1).map((share): Mark => {
    const y = yOf(1 - share);
    return { kind: 'line', x1: 0, y1: y, x2: width, y2: y, stroke: 'line', strokeWidth: 1 };
  });
  const levelTexts = quarters.slice(1).map((share): Mark => ({
    ...{ kind: 'text', x: 0, y: yOf(1 - share) + 12, text: `${share * 100}%`, size: 11 },
    ...{ fill: 'ink3', halo: 'surface' },
  }));
  const ticks = quarters.map((place): Mark => {
    const anchor = place === 0 ? 'start' : place === 1 ? 'end' : 'middle';
    const text = day(Math.round(place * last));
    return { kind: 'text', x: place * width, y: bottom + 14, text, size: 11, fill: 'ink3', anchor };
  });
  return {
    name,
    title,
    width,
    height: bottom + 18,
    marks: [
      ...levels,
      { kind: 'path', d: `${line} V ${bottom} H 0 Z`, fill: 'teal', fillOpacity: 0.14 },
      { kind: 'path', d: line, stroke: 'teal', strokeWidth: 2 },
      { kind: 'line', x1: 0, y1: bottom, x2: width, y2: bottom, stroke: 'lineStrong', strokeWidth: 1 },
      ...levelTexts,
      ...ticks,
    ],
    table: [
      [
        pictureText(locale, 'time'),
        pictureText(locale, 'reached'),
        pictureText(locale, 'newlyReached'),
        pictureText(locale, 'open'),
      ],
      ...points.map(({ share, open }, index) => [
        daysText(points, index, locale),
        exactShare(1 - share),
        numberIn(locale, newlyReached(points, index)),
        numberIn(locale, open),
      ]),
    ],
  };
}

/** How many users have come to an event by the day: bars, each with its users. */
export function drawWaitingDays(
  points: AroundResult['waiting'],
  event: string,
  options: DrawOptions,
): Drawing {
  const { locale, width } = options;
  const [name, title] = ['waiting-days', pictureText(locale, 'waitingDays', { event })];
  const counts = points.map((_, index) => newlyReached(points, index));
  const highest = Math.max(0, ...counts);
  if (highest === 0) return emptyDrawing(name, title, pictureText(locale, 'nothing'), width);
  const [column, bottom] = [width / points.length, TOP + LABEL + BARS];
  const labels = points.map((_, index) => daysText(points, index, locale));
  const columns = points.map(({ days }, index): Mark => {
    const [count, label] = [counts[index] ?? 0, labels[index] ?? ''];
    const height = (count / highest) * BARS;
    const box = { x: at(column * 0.1), y: at(bottom - height), width: at(column * 0.8), height: at(height) };
    return {
      ...{ kind: 'group', name: `waiting-${days}`, x: at(index * column) },
      tip: pictureText(locale, 'usersOf', { n: numberIn(locale, count), name: label }),
      ...(count > 0 ? { users: { key: `waiting:${days}`, title: `${label} · ${event}` } } : {}),
      marks: [
        {
          ...{ kind: 'rect', x: 0, y: TOP + LABEL, width: at(column), height: BARS },
          ...{ fill: 'sunken', hover: 'ground' },
        },
        ...(count > 0 ? [{ kind: 'rect', ...box, fill: 'teal', fillOpacity: 0.8 } satisfies Mark] : []),
      ],
    };
  });
  const most = pictureText(locale, 'users', { n: numberIn(locale, highest) });
  return {
    ...{ name, title, width, height: bottom + 18, isGrid: true },
    marks: [
      { kind: 'text', x: 0, y: TOP + LABEL - 4, text: most, size: 11, fill: 'ink3' },
      ...columns,
      { kind: 'line', x1: 0, y1: bottom, x2: width, y2: bottom, stroke: 'lineStrong', strokeWidth: 1 },
      ...ticksOf(labels, width, bottom + 14),
    ],
    table: [
      [pictureText(locale, 'time'), pictureText(locale, 'newlyReached')],
      ...labels.map((label, index) => [label, numberIn(locale, counts[index] ?? 0)]),
    ],
  };
}

/** How many users have come to the event since the point before. */
const newlyReached = (points: AroundResult['waiting'], index: number): number =>
  (points[index]?.reached ?? 0) - (points[index - 1]?.reached ?? 0);

/** The days since the point before: one, or several where the time is long. */
function daysText(points: AroundResult['waiting'], index: number, locale: DrawOptions['locale']): string {
  const { days = 0 } = points[index] ?? {};
  const first = (points[index - 1]?.days ?? days - 1) + 1;
  const n = first < days ? `${numberIn(locale, first)}–${numberIn(locale, days)}` : numberIn(locale, days);
  return pictureText(locale, 'day', { n });
}
