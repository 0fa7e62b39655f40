import type { AroundResult } from '../insight.ts';
import { at, emptyDrawing } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { exactShare, numberIn } from './format.ts';
import { pictureText } from './texts.ts';

const [TOP, PLOT] = [6, 130];

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
    ...{ kind: 'text', x: width, y: yOf(1 - share) + 12, text: `${share * 100}%`, size: 11 },
    ...{ fill: 'ink3', anchor: 'end', halo: 'surface' },
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
      ...points.map(({ days, share, reached, open }) => [
        day(days),
        exactShare(1 - share),
        numberIn(locale, reached),
        numberIn(locale, open),
      ]),
    ],
  };
}
