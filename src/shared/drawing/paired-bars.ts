import { at, cutText, labelRoom } from './drawing.ts';
import type { DrawOptions, Mark } from './drawing.ts';
import { exactShare, numberIn } from './format.ts';
import type { TypeColour } from '../palette.ts';
import { sideBar, SIDES } from './sides.ts';
import type { Side } from './sides.ts';
import { pictureText } from './texts.ts';
import { typeStrip } from './type-strip.ts';

/** A figure of both sides; bars are drawn in relation to the longest of all. */
export interface PairedRow extends Record<Side, { key: string; users: number; share: number }> {
  label: string;
  /** Of the types that it is of. */
  colours?: readonly TypeColour[];
  /** What stands at its right end, drawn from the top of the row. */
  end?: Mark[];
}

export const PAIR_HEIGHT = 50;
/** Half way between both bars, from the top of a row. */
export const PAIR_MIDDLE = 23.5;
export const [PAIR_PAD, PAIR_TEXT] = [8, 13];
const [BAR, BETWEEN, GAP] = [16, 3, 12];
const [USERS, SHARE] = [56, 52];

/** Two bars for each figure, one below the other: the first side filled, the second one hatched. `end`: the room for the right ends. */
export function pairedBars(
  rows: readonly PairedRow[],
  { name, names, top, end }: { name: string; names: Record<Side, string>; top: number; end: number },
  { locale, width }: DrawOptions,
): Mark[] {
  const labels = rows.map(({ label }) => label);
  const labelWidth = labelRoom(labels, PAIR_TEXT, width * 0.88);
  const left = PAIR_PAD + labelWidth + GAP;
  const right = width - PAIR_PAD - (end === 0 ? 0 : end + GAP);
  const track = Math.max(20, right - SHARE - USERS - GAP - left);
  const longest = Math.max(...rows.flatMap(({ own, other }) => [own.share, other.share]), Number.MIN_VALUE);
  const sideMark = (row: PairedRow, index: number, side: Side): Mark => {
    const { key, users, share } = row[side];
    const y = side === 'own' ? 6 : 6 + BAR + BETWEEN;
    const box = { x: left, y, width: at((share / longest) * track), height: BAR };
    const baseline = y + BAR / 2 + 4.5;
    const title = `${row.label} · ${names[side]}`;
    return {
      ...{ kind: 'group', name: `${name}-${side}-${index}` },
      tip: `${pictureText(locale, 'usersOf', { n: numberIn(locale, users), name: title })} · ${exactShare(share)}`,
      ...(users > 0 ? { users: { key, title } } : {}),
      marks: [
        {
          ...{ kind: 'rect', x: left - 4, y: y - 1, width: at(right - left + 8), height: BAR + 2, radius: 4 },
          ...{ fill: 'sunken', hover: 'ground' },
        },
        ...sideBar(box, side),
        {
          ...{ kind: 'text', x: at(right - SHARE), y: baseline, text: numberIn(locale, users) },
          ...{ size: PAIR_TEXT, fill: 'ink', anchor: 'end' },
        },
        {
          ...{ kind: 'text', x: at(right), y: baseline, text: exactShare(share), size: 12, fill: 'ink2' },
          anchor: 'end',
        },
      ],
    };
  };
  return rows.map((row, index): Mark => ({
    ...{ kind: 'group', y: at(top + index * PAIR_HEIGHT) },
    marks: [
      {
        ...{
          kind: 'text',
          x: PAIR_PAD,
          y: PAIR_MIDDLE + (row.colours ? 2 : 4.5),
          size: PAIR_TEXT,
          fill: 'ink',
        },
        text: cutText(row.label, PAIR_TEXT, labelWidth),
      },
      ...typeStrip(row.colours ?? [], { x: PAIR_PAD, y: PAIR_MIDDLE + 7.5, room: labelWidth }),
      ...SIDES.map((side) => sideMark(row, index, side)),
      ...(row.end ?? []),
      {
        ...{ kind: 'line', x1: 0, y1: PAIR_HEIGHT - 2, x2: width, y2: PAIR_HEIGHT - 2 },
        ...{ stroke: 'line', strokeWidth: 1 },
      },
    ],
  }));
}
