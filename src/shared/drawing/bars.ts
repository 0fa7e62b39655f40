import { at, emptyDrawing, labelRoom } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { figureRow, ROW_PAD as PAD, ROW_TEXT as SIZE } from './figure-row.ts';
import { exactShare, numberIn } from './format.ts';
import type { TypeColour } from '../palette.ts';
import { pictureText } from './texts.ts';

/** A figure as a bar. */
export interface BarRow {
  key: string;
  label: string;
  users: number;
  /** 0 to 1; bars are drawn in relation to the longest one. */
  share: number;
  conversion?: boolean;
  /** Of the types that it is of: the bar of a single one has its colour. */
  colours?: readonly TypeColour[];
  /** What stands behind the number of users; the share when left out. */
  note?: string;
  /** A share that it is compared with: a line across the bar. */
  base?: number;
}

const [ROW, BAR] = [28, 18];
const [VALUE, GAP] = [124, 12];

/** Figures as bars, one below the other; each stands for its users. */
export function drawBars(
  { name, title, note }: { name: string; title: string; note?: string },
  rows: readonly BarRow[],
  { locale, width }: DrawOptions,
): Drawing {
  if (rows.length === 0) return emptyDrawing(name, title, pictureText(locale, 'nothing'), width);
  const labelWidth = labelRoom(
    rows.map(({ label }) => label),
    SIZE,
    width,
  );
  const left = PAD + labelWidth + GAP;
  const track = Math.max(20, width - left - GAP - VALUE - PAD);
  const longest = Math.max(...rows.flatMap(({ share, base = 0 }) => [share, base]), Number.MIN_VALUE);
  const marks = rows.map((row, index): Mark => {
    const y = (ROW - BAR) / 2;
    const ground = row.note ?? exactShare(row.share);
    const { colours = [], ...named } = row;
    const [colour, ...others] = colours;
    const bar: Mark = {
      kind: 'rect',
      x: left,
      y,
      width: at((row.share / longest) * track),
      height: BAR,
      radius: 4,
      ...(colour !== undefined && others.length === 0
        ? { fill: colour, fillOpacity: 0.9 }
        : { fill: 'teal', fillOpacity: 0.7 }),
    };
    const base: Mark[] =
      row.base === undefined
        ? []
        : [
            {
              kind: 'rect',
              x: at(left + (row.base / longest) * track - 1),
              y: y - 3,
              width: 2,
              height: BAR + 6,
              fill: 'ink',
            },
          ];
    const baseline = ROW / 2 + 4.5;
    // A bar of one type has its colour, and needs no strip.
    const labelled = others.length === 0 ? named : row;
    return figureRow(labelled, { index, height: ROW, width, labelWidth, locale }, [
      { kind: 'rect', x: left, y, width: track, height: BAR, radius: 4, fill: 'sunken' },
      bar,
      ...base,
      {
        kind: 'text',
        x: width - PAD - 58,
        y: baseline,
        text: numberIn(locale, row.users),
        size: SIZE,
        fill: 'ink',
        anchor: 'end',
      },
      { kind: 'text', x: width - PAD, y: baseline, text: ground, size: 12, fill: 'ink3', anchor: 'end' },
    ]);
  });
  return { name, title, width, height: rows.length * ROW, marks, ...(note === undefined ? {} : { note }) };
}
