import { cutText } from './drawing.ts';
import type { Mark } from './drawing.ts';
import { numberIn } from './format.ts';
import type { Locale } from '../settings.ts';
import type { TypeColour } from '../palette.ts';
import { pictureText } from './texts.ts';
import { typeStrip } from './type-strip.ts';

/** The size of the text of a row. */
export const ROW_TEXT = 13;
/** Space at both ends of a row. */
export const ROW_PAD = 8;

/** A row of a picture that stands for the users of one figure: its name at the left, with the colours of its types below, and `marks` behind it. */
export function figureRow(
  row: { key: string; label: string; users: number; colours?: readonly TypeColour[]; conversion?: boolean },
  {
    index,
    height,
    width,
    labelWidth,
    locale,
  }: { index: number; height: number; width: number; labelWidth: number; locale: Locale },
  marks: readonly Mark[],
): Mark {
  const strip = row.colours ?? [];
  return {
    kind: 'group',
    y: index * height,
    tip: pictureText(locale, 'usersOf', { n: numberIn(locale, row.users), name: row.label }),
    ...(row.users > 0 ? { users: { key: row.key, title: row.label } } : {}),
    marks: [
      { kind: 'rect', x: 0, y: 1, width, height: height - 2, radius: 6, fill: 'sunken', hover: 'ground' },
      {
        ...{ kind: 'text', x: ROW_PAD, y: height / 2 + (strip.length > 0 ? 1 : 4.5), size: ROW_TEXT },
        ...{ fill: row.conversion ? 'conv' : 'ink', text: cutText(row.label, ROW_TEXT, labelWidth) },
      },
      ...typeStrip(strip, { x: ROW_PAD, y: height / 2 + 7.5, room: labelWidth }),
      ...marks,
    ],
  };
}
