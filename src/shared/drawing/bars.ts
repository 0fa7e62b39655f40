import { at, emptyDrawing, labelRoom, textWidth } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { figureRow, ROW_PAD as PAD, ROW_TEXT as SIZE } from './figure-row.ts';
import { exactShare, numberIn } from './format.ts';
import { pictureText } from './texts.ts';

/** A figure as a bar. */
export interface BarRow {
  key: string;
  label: string;
  users: number;
  /** 0 to 1; bars are drawn in relation to the longest one. */
  share: number;
  conversion?: boolean;
  /** What stands behind the number of users; the share when left out. */
  note?: string;
  /** A share that it is compared with: a line across the bar. */
  base?: number;
}

const [ROW, BAR, GAP] = [28, 18, 12];
/** The room for the number of users, and the least for what stands behind it. */
const [USERS, LEAST_NOTE, NOTE_SIZE] = [66, 58, 12];

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
  const grounds = rows.map((row) => row.note ?? exactShare(row.share));
  const noteRoom = Math.max(LEAST_NOTE, ...grounds.map((text) => textWidth(text, NOTE_SIZE) + 18));
  const track = Math.max(20, width - left - GAP - USERS - noteRoom - PAD);
  const longest = Math.max(...rows.flatMap(({ share, base = 0 }) => [share, base]), Number.MIN_VALUE);
  const marks = rows.map((row, index): Mark => {
    const y = (ROW - BAR) / 2;
    const bar: Mark = {
      kind: 'rect',
      x: left,
      y,
      width: at((row.share / longest) * track),
      height: BAR,
      radius: 4,
      fill: row.conversion ? 'conv' : 'teal',
      fillOpacity: row.conversion ? 0.75 : 0.7,
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
    return figureRow(row, { index, height: ROW, width, labelWidth, locale }, [
      { kind: 'rect', x: left, y, width: track, height: BAR, radius: 4, fill: 'sunken' },
      bar,
      ...base,
      {
        kind: 'text',
        x: at(width - PAD - noteRoom),
        y: baseline,
        text: numberIn(locale, row.users),
        size: SIZE,
        fill: 'ink',
        anchor: 'end',
      },
      {
        ...{ kind: 'text', x: width - PAD, y: baseline, text: grounds[index] ?? '', size: NOTE_SIZE },
        ...{ fill: 'ink3', anchor: 'end' },
      },
    ]);
  });
  return { name, title, width, height: rows.length * ROW, marks, ...(note === undefined ? {} : { note }) };
}
