import { at, emptyDrawing, labelRoom } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { figureRow, ROW_PAD as PAD, ROW_TEXT as SIZE } from './figure-row.ts';
import type { TypeColour } from '../palette.ts';
import { pictureText } from './texts.ts';

/** A figure with its interval. */
export interface IntervalRow {
  key: string;
  label: string;
  /** Of the types that it is of. */
  colours?: readonly TypeColour[];
  users: number;
  value: number;
  low: number;
  high: number;
  /** What stands at its end. */
  text: string;
}

const [ROW, GAP, VALUE] = [26, 14, 64];

/**
 * Figures as points on a common scale, each in its interval. `neutral`: the value that means no difference; `log`: equal ratios are equally
 * far apart.
 */
export function drawIntervals(
  {
    name,
    title,
    note,
    neutral,
    log,
  }: { name: string; title: string; note?: string; neutral: number; log: boolean },
  rows: readonly IntervalRow[],
  { locale, width }: DrawOptions,
): Drawing {
  if (rows.length === 0) return emptyDrawing(name, title, pictureText(locale, 'nothing'), width);
  const labelWidth = labelRoom(
    rows.map(({ label }) => label),
    SIZE,
    width,
  );
  const [left, right] = [PAD + labelWidth + GAP, width - PAD - VALUE - GAP];
  // The ends of an interval may be endless: the scale is that of what can be drawn.
  const place = (value: number): number => (log ? Math.log(Math.max(value, 1e-9)) : value);
  const drawn = rows
    .flatMap(({ low, value, high }) => [low, value, high])
    .filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [least, most] = [place(Math.min(neutral, ...drawn)), place(Math.max(neutral, ...drawn))];
  const xOf = (value: number): number => {
    const share = (place(value) - least) / Math.max(1e-12, most - least);
    return at(left + Math.min(1, Math.max(0, share)) * (right - left));
  };
  const height = rows.length * ROW;
  const middle = ROW / 2;
  const marks = rows.map((row, index): Mark => {
    const isCertain = row.low > neutral || row.high < neutral;
    const paint = isCertain ? 'teal' : 'ink3';
    return figureRow(row, { index, height: ROW, width, labelWidth, locale }, [
      {
        ...{ kind: 'line', x1: xOf(row.low), y1: middle, x2: xOf(row.high), y2: middle },
        ...{ stroke: paint, strokeWidth: 2 },
      },
      { kind: 'circle', x: xOf(row.value), y: middle, r: 4.5, fill: paint },
      {
        kind: 'text',
        x: width - PAD,
        y: middle + 4.5,
        text: row.text,
        size: SIZE,
        fill: 'ink',
        anchor: 'end',
      },
    ]);
  });
  const zero: Mark = {
    ...{ kind: 'line', x1: xOf(neutral), y1: 0, x2: xOf(neutral), y2: height },
    ...{ stroke: 'lineStrong', strokeWidth: 1, dashed: true },
  };
  return { name, title, width, height, marks: [zero, ...marks], ...(note === undefined ? {} : { note }) };
}
