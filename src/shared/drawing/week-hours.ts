import type { OverviewResult } from '../insight.ts';
import { at, cutText } from './drawing.ts';
import type { Drawing, DrawOptions, Mark, RectMark } from './drawing.ts';
import { numberIn, weekdayIn } from './format.ts';
import { perHundred, rateText, sideBar, sideKey, SIDES } from './sides.ts';
import type { BothSides, Side } from './sides.ts';
import { pictureText } from './texts.ts';

const [HEAD, ROW, GAP, LABEL] = [18, 18, 2, 40];
const GRID = HEAD + 7 * (ROW + GAP);
/** Above each of two heat maps: which side it is of. */
const SIDE_HEAD = 24;
/** So narrow a cell has no room for each hour. */
const NARROW = 17;

type Hours = readonly (readonly number[])[];

/** Events by day of the week and hour: cells that are the fuller the more there are. */
export function drawWeekHours(hours: Hours, options: DrawOptions): Drawing {
  const { locale, width } = options;
  return {
    ...{ name: 'week-hours', title: pictureText(locale, 'weekHours'), width, height: GRID, isGrid: true },
    marks: heatMap(
      hours,
      { most: Math.max(1, ...hours.flat()), side: null, said: (count) => numberIn(locale, count) },
      options,
    ),
    table: [headRow(locale), ...hours.map((row, day) => tableRow(weekdayIn(locale, day), row, locale))],
  };
}

/** The same of both sides, one below the other, with one scale: events for each hundred users. */
export function drawWeekHoursSides(sides: BothSides<OverviewResult>, options: DrawOptions): Drawing {
  const { locale, width } = options;
  const rates = (side: 'own' | 'other'): number[][] =>
    sides[side].hours.map((row) => row.map((count) => perHundred(count, sides[side].users)));
  const most = Math.max(Number.MIN_VALUE, ...SIDES.flatMap((side) => rates(side).flat()));
  const height = SIDE_HEAD + GRID + 10;
  const marks = SIDES.map((side, index): Mark => {
    const text = cutText(sides.names[side], 13, width - 40);
    const said = (rate: number): string =>
      `${pictureText(locale, 'perHundred', { n: rateText(locale, rate) })} · ${sides.names[side]}`;
    return {
      ...{ kind: 'group', y: index * height },
      marks: [
        ...sideBar({ x: 0, y: 4, width: 24, height: 12 }, side),
        { kind: 'text', x: 32, y: 14.5, text, size: 13, fill: 'ink2' },
        {
          kind: 'group',
          y: SIDE_HEAD,
          marks: heatMap(rates(side), { most, side: { side, name: sides.names[side] }, said }, options),
        },
      ],
    };
  });
  return {
    ...{
      name: 'week-hours',
      title: pictureText(locale, 'weekHours'),
      width,
      height: height * 2,
      marks,
      isGrid: true,
    },
    note: pictureText(locale, 'perHundredFullest', { n: rateText(locale, most) }),
    table: [
      headRow(locale),
      ...SIDES.flatMap((side) =>
        sides[side].hours.map((row, day) =>
          tableRow(`${weekdayIn(locale, day)} · ${sides.names[side]}`, row, locale),
        ),
      ),
    ],
  };
}

const headRow = (locale: DrawOptions['locale']): string[] => [
  pictureText(locale, 'time'),
  ...Array.from({ length: 24 }, (_, hour) => String(hour)),
];

const tableRow = (label: string, row: readonly number[], locale: DrawOptions['locale']): string[] => [
  label,
  ...row.map((count) => numberIn(locale, count)),
];

/** The cells, the fullest one of `most`; `said` tells of what is in one, `side` of which of two selections it is. */
function heatMap(
  hours: Hours,
  {
    most,
    side,
    said,
  }: { most: number; side: { side: Side; name: string } | null; said: (value: number) => string },
  { locale, width }: DrawOptions,
): Mark[] {
  const column = (width - LABEL) / 24;
  const every = column < NARROW ? 3 : 1;
  const heads = Array.from({ length: 24 }, (_, hour): Mark[] =>
    hour % every === 0
      ? [
          {
            ...{ kind: 'text', x: at(LABEL + (hour + 0.5) * column), y: 12, text: String(hour) },
            ...{ size: 11, fill: 'ink3', anchor: 'middle' },
          },
        ]
      : [],
  ).flat();
  const shade = (cell: RectMark, value: number): RectMark => ({
    ...cell,
    fill: 'teal',
    fillOpacity: at((value / most) * 0.85),
  });
  const rows = hours.flatMap((row, day): Mark[] => {
    const y = HEAD + day * (ROW + GAP);
    const label: Mark = {
      ...{ kind: 'text', x: LABEL - 6, y: y + 13, text: weekdayIn(locale, day) },
      ...{ size: 11, fill: 'ink3', anchor: 'end' },
    };
    const cells = row.map((value, hour): Mark => {
      const cell: RectMark = {
        ...{ kind: 'rect', x: at(LABEL + hour * column + GAP / 2), y, height: ROW, radius: 3 },
        width: at(column - GAP),
      };
      const time = `${weekdayIn(locale, day)} ${hour}:00`;
      const key = `hour:${24 * day + hour}`;
      const users = side
        ? { key: sideKey(side.side, key), title: `${time} · ${side.name}` }
        : { key, title: time };
      return {
        ...{ kind: 'group', name: `hour-${side ? `${side.side}-` : ''}${24 * day + hour}` },
        tip: `${time} · ${said(value)}`,
        ...(value > 0 ? { users } : {}),
        marks: [{ ...cell, fill: 'sunken' }, ...(value > 0 ? [shade(cell, value)] : [])],
      };
    });
    return [label, ...cells];
  });
  return [...heads, ...rows];
}
