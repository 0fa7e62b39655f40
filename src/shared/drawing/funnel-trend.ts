import type { FunnelGroup } from '../insight.ts';
import { ticksOf } from './axis.ts';
import { at, textWidth } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { exactShare, numberIn } from './format.ts';
import { hatched } from './hatch.ts';
import type { Paint } from './paint.ts';
import { pictureText } from './texts.ts';

const [TOP, PLOT, LEGEND, SIZE] = [30, 150, 12, 12];
/** The line stays below the upper border by so much of the height. */
const HIGHEST = 0.9;
const RADIUS = 3.5;

const shareOf = ({ steps }: FunnelGroup): number =>
  (steps.at(-1)?.users ?? 0) / Math.max(1, steps[0]?.users ?? 0);

/**
 * The share of users who came to the last step, by the period of their first step; the bars are the users of the first step. Periods in which
 * users may still come to it are hatched. `limited`: whether the funnel has a time window.
 */
export function drawTrend(
  groups: readonly FunnelGroup[],
  names: readonly string[],
  limited: boolean,
  { locale, width }: DrawOptions,
): Drawing {
  const [first, last] = [names[0] ?? '', names.at(-1) ?? ''];
  const most = Math.max(1, ...groups.map(({ steps }) => steps[0]?.users ?? 0));
  const highest = Math.max(0.01, ...groups.map(shareOf));
  const column = width / Math.max(1, groups.length);
  const bottom = TOP + PLOT;
  const points = groups.map((group, index) => ({
    group,
    x: at((index + 0.5) * column),
    // A period without users has no share.
    y: group.users === 0 ? null : at(bottom - (shareOf(group) / highest) * PLOT * HIGHEST),
  }));
  const columns = points.map(({ group, y }, index): Mark => {
    const { value, steps, open } = group;
    const [begin, end] = [steps[0], steps.at(-1)];
    const users = begin?.users ?? 0;
    const height = at((users / most) * PLOT);
    const bar = { x: at(column * 0.1), y: at(bottom - height), width: at(column * 0.8), height };
    const said = pictureText(locale, 'trendPoint', {
      ...{ period: value ?? '', from: numberIn(locale, users), to: numberIn(locale, end?.users ?? 0) },
      share: exactShare(shareOf(group)),
    });
    return {
      ...{ kind: 'group', x: at(index * column), name: `trend-${index}` },
      tip: open ? `${said} · ${pictureText(locale, 'openPeriod')}` : said,
      ...(begin && users > 0 ? { users: { key: begin.key, title: `${value ?? ''} · ${first}` } } : {}),
      marks: [
        {
          ...{ kind: 'rect', x: 0, y: TOP, width: at(column), height: PLOT },
          ...{ fill: 'sunken', hover: 'ground' },
        },
        ...(open
          ? hatched(bar, 'lineStrong')
          : [{ kind: 'rect' as const, ...bar, fill: 'teal' as const, fillOpacity: 0.22 }]),
        ...(y === null ? [] : [pointMark(column / 2, y, open)]),
      ],
    };
  });
  const hasOpen = groups.some(({ open }) => open);
  return {
    name: 'trend',
    title: pictureText(locale, 'trend', { first, last }),
    width,
    height: bottom + 18,
    marks: [
      ...legendOf({ most, highest, hasOpen }, locale),
      // The line is below the columns, which are clicked.
      ...lineMarks(points),
      ...columns,
      { kind: 'line', x1: 0, y1: bottom, x2: width, y2: bottom, stroke: 'lineStrong', strokeWidth: 1 },
      ...ticksOf(
        groups.map(({ value }) => value ?? ''),
        width,
        bottom + 14,
      ),
    ],
    ...(hasOpen ? { note: pictureText(locale, limited ? 'openNote' : 'openAlways') } : {}),
  };
}

const pointMark = (x: number, y: number, open: boolean): Mark => ({
  ...{ kind: 'circle', x: at(x), y, r: RADIUS, fill: open ? 'surface' : 'conv' },
  ...{ stroke: 'conv', strokeWidth: 2 },
});

/** The line goes over periods without users; from the last period that is not open on it is dashed. */
function lineMarks(points: readonly { group: FunnelGroup; x: number; y: number | null }[]): Mark[] {
  const known = points.filter(({ y }) => y !== null);
  const firstOpen = known.findIndex(({ group }) => group.open);
  const split = firstOpen < 0 ? known.length : firstOpen;
  const mark = (part: typeof known, dashed: boolean): Mark[] =>
    part.length < 2
      ? []
      : [
          {
            kind: 'path',
            d: part.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'} ${x} ${y ?? 0}`).join(' '),
            ...{ stroke: 'conv', strokeWidth: 2, dashed },
          },
        ];
  return [...mark(known.slice(0, split), false), ...mark(known.slice(Math.max(0, split - 1)), true)];
}

/** What bars and line are, and how much the highest of each is. */
function legendOf(
  { most, highest, hasOpen }: { most: number; highest: number; hasOpen: boolean },
  locale: DrawOptions['locale'],
): Mark[] {
  const [box, middle] = [{ y: 2, width: LEGEND, height: LEGEND }, 2 + LEGEND / 2];
  const entries: { text: string; mark: (x: number) => Mark[] }[] = [
    {
      text: pictureText(locale, 'trendUsers', { n: numberIn(locale, most) }),
      mark: (x) => [{ kind: 'rect', ...box, x, fill: 'teal' satisfies Paint, fillOpacity: 0.22 }],
    },
    {
      text: pictureText(locale, 'trendShare', { share: exactShare(highest) }),
      mark: (x) => [
        { kind: 'line', x1: x, y1: middle, x2: x + LEGEND, y2: middle, stroke: 'conv', strokeWidth: 2 },
      ],
    },
    ...(hasOpen
      ? [
          {
            text: pictureText(locale, 'openPeriod'),
            mark: (x: number) => hatched({ ...box, x }, 'lineStrong'),
          },
        ]
      : []),
  ];
  let x = 0;
  return entries.flatMap(({ text, mark }) => {
    const label: Mark = { kind: 'text', x: at(x + LEGEND + 6), y: 12, text, size: SIZE, fill: 'ink2' };
    const marks = [...mark(at(x)), label];
    x += LEGEND + 6 + textWidth(text, SIZE) + 18;
    return marks;
  });
}
