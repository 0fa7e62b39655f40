import { at, wrapText } from './drawing.ts';
import type { Drawing, Mark } from './drawing.ts';
import type { Paint } from './paint.ts';

const [PAD, GAP] = [24, 26];
const LINE = { heading: 30, text: 20, title: 26, note: 18 } as const;

/** What stands above the pictures of a sheet. */
export interface SheetHead {
  /** A stable name, e.g. of the analysis. */
  name: string;
  title: string;
  /** What is said of them, e.g. the selection of users. */
  text?: string;
}

/** Several drawings as one, below each other, each with its title and what is not shown of it. */
export function sheetOf({ name, title, text }: SheetHead, drawings: readonly Drawing[]): Drawing {
  const inside = Math.max(320, ...drawings.map((drawing) => drawing.width));
  const marks: Mark[] = [];
  let y = PAD;
  const say = (said: string, size: number, height: number, fill: Paint, bold = false): void => {
    for (const line of wrapText(said, size, inside, 4)) {
      const baseline = y + height * 0.72;
      marks.push({
        ...{ kind: 'text', x: PAD, y: at(baseline), text: line, size, fill },
        ...(bold ? { bold } : {}),
      });
      y += height;
    }
  };
  say(title, 19, LINE.heading, 'ink', true);
  if (text) say(text, 13, LINE.text, 'ink2');
  for (const drawing of drawings) {
    y += marks.length > 1 || text ? 10 : 4;
    if (drawing.title !== title) say(drawing.title, 14, LINE.title, 'ink', true);
    marks.push({ kind: 'group', x: PAD, y: at(y), marks: drawing.marks });
    y += drawing.height + 6;
    if (drawing.note) say(drawing.note, 12, LINE.note, 'ink3');
    y += GAP - 16;
  }
  const width = inside + 2 * PAD;
  const note = drawings.flatMap((drawing) => drawing.note ?? []).join(' ');
  return { name, title, width, height: at(y + PAD - 10), marks, ...(note === '' ? {} : { note }) };
}
