import { at } from './drawing.ts';
import type { Drawing, DrawOptions, Mark, RectMark } from './drawing.ts';
import { numberIn, weekdayIn } from './format.ts';
import { pictureText } from './texts.ts';

const [HEAD, ROW, GAP, LABEL] = [18, 18, 2, 40];
/** So narrow a cell has no room for each hour. */
const NARROW = 17;

/** Events by day of the week and hour: cells that are the darker the more there are. */
export function drawWeekHours(
  hours: readonly (readonly number[])[],
  { locale, width }: DrawOptions,
): Drawing {
  const most = Math.max(1, ...hours.flat());
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
  const shade = (cell: RectMark, count: number): RectMark => ({
    ...cell,
    fill: 'teal',
    fillOpacity: at((count / most) * 0.85),
  });
  const rows = hours.flatMap((row, day): Mark[] => {
    const y = HEAD + day * (ROW + GAP);
    const label: Mark = {
      ...{ kind: 'text', x: LABEL - 6, y: y + 13, text: weekdayIn(locale, day) },
      ...{ size: 11, fill: 'ink3', anchor: 'end' },
    };
    const cells = row.map((count, hour): Mark => {
      const cell: RectMark = {
        ...{ kind: 'rect', x: at(LABEL + hour * column + GAP / 2), y, height: ROW, radius: 3 },
        width: at(column - GAP),
      };
      return {
        kind: 'group',
        tip: `${weekdayIn(locale, day)} ${hour}:00 · ${numberIn(locale, count)}`,
        marks: [{ ...cell, fill: 'sunken' }, ...(count > 0 ? [shade(cell, count)] : [])],
      };
    });
    return [label, ...cells];
  });
  return {
    name: 'week-hours',
    title: pictureText(locale, 'weekHours'),
    width,
    height: HEAD + 7 * (ROW + GAP),
    marks: [...heads, ...rows],
    table: [
      [pictureText(locale, 'time'), ...Array.from({ length: 24 }, (_, hour) => String(hour))],
      ...hours.map((row, day) => [weekdayIn(locale, day), ...row.map((count) => numberIn(locale, count))]),
    ],
  };
}
