import type { FunnelResult } from '../insight.ts';
import { at, cutText, emptyDrawing, textWidth } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { durationIn, exactShare, numberIn } from './format.ts';
import type { Paint } from './paint.ts';
import { ANALYSIS_NAMES, pictureText } from './texts.ts';

const [BAR, BETWEEN, PAD] = [48, 34, 16];
const MOST_INSTEAD = 3;
const FIGURE_GAP = 14;

type Step = FunnelResult['steps'][number];

/** The steps of a funnel, with the time between two, who did not get there, and what they did instead. */
export function drawFunnel(steps: readonly Step[], names: readonly string[], options: DrawOptions): Drawing {
  const { locale, width } = options;
  const [name, title] = ['funnel', ANALYSIS_NAMES.funnel[locale]];
  if (steps.length === 0) return emptyDrawing(name, title, pictureText(locale, 'nothing'), width);
  const marks: Mark[] = [];
  const figures = steps.map((step, index) => figuresOf(step, index, options).map(figureWidth));
  const columns = [0, 1, 2].map((column) => Math.max(...figures.map((widths) => widths[column] ?? 0)));
  let y = 0;
  steps.forEach((step, index) => {
    const label = names[index] ?? '';
    if (index > 0) {
      const said = between(step, label, y, options);
      marks.push(...said.marks);
      y += said.height;
    }
    marks.push(bar(step, label, { index, y, columns }, options));
    y += BAR;
  });
  return { name, title, width, height: y, marks };
}

/** What stands at the end of a bar, from the right: text, size, colour, and whether it is bold. */
function figuresOf(step: Step, index: number, { locale }: DrawOptions): Figure[] {
  const ofPrevious = pictureText(locale, 'ofPrevious', { share: exactShare(step.ofPrevious) });
  return [
    { text: index === 0 ? '' : ofPrevious, size: 12, fill: 'ink2' },
    { text: exactShare(step.ofFirst), size: 14, fill: 'ink' },
    { text: numberIn(locale, step.users), size: 16, fill: 'ink', bold: true },
  ];
}

interface Figure {
  text: string;
  size: number;
  fill: Paint;
  bold?: boolean;
}

const figureWidth = ({ text, size, bold }: Figure): number => textWidth(text, size) * (bold ? 1.12 : 1);

function bar(
  step: Step,
  label: string,
  { index, y, columns }: { index: number; y: number; columns: readonly number[] },
  options: DrawOptions,
): Mark {
  const { locale, width } = options;
  const middle = BAR / 2 + 5;
  let x = width - PAD;
  const figures = figuresOf(step, index, options).map((figure, column): Mark => {
    const right = x;
    x -= (columns[column] ?? 0) + FIGURE_GAP;
    return { kind: 'text', x: at(right), y: middle, ...figure, anchor: 'end' };
  });
  return {
    kind: 'group',
    y,
    name: `funnel-users-${index}`,
    tip: pictureText(locale, 'usersOf', { n: numberIn(locale, step.users), name: label }),
    ...(step.users > 0 ? { users: { key: step.key, title: label } } : {}),
    marks: [
      {
        ...{ kind: 'rect', x: 0.5, y: 0.5, width: width - 1, height: BAR - 1, radius: 10 },
        ...{ fill: 'sunken', stroke: 'line', strokeWidth: 1, hover: 'outline' },
      },
      { kind: 'path', d: fillPath((width - 2) * step.ofFirst, BAR - 2), fill: 'teal', fillOpacity: 0.26 },
      {
        ...{ kind: 'text', x: PAD, y: middle, text: cutText(label, 14, x - PAD - 12) },
        ...{ size: 14, fill: 'ink', bold: true },
      },
      ...figures,
    ],
  };
}

/** The filled part of a bar: round where the bar is. */
function fillPath(width: number, height: number): string {
  const r = Math.min(9, width / 2);
  const w = at(width);
  return `M ${1 + r} 1 H ${at(1 + w - r)} q ${r} 0 ${r} ${r} V ${1 + height - r} q 0 ${r} ${-r} ${r} H ${1 + r} q ${-r} 0 ${-r} ${-r} V ${1 + r} q 0 ${-r} ${r} ${-r} Z`;
}

/** What is said between two steps; `users`: whom it opens. */
interface Said {
  text: string;
  fill: Paint;
  users?: { key: string; title: string };
  /** Said together with what follows, or not at all. */
  leads?: boolean;
}

/** The time between two steps, who did not get there, and what they did instead; in two lines where one has no room for it. */
function between(
  step: Step,
  label: string,
  y: number,
  { locale, width, nameOf }: DrawOptions,
): { marks: Mark[]; height: number } {
  const times = timesOf(step, locale);
  const dropped: Said[] =
    step.dropped.users === 0
      ? []
      : [
          {
            text: pictureText(locale, 'dropped', { n: numberIn(locale, step.dropped.users) }),
            fill: 'bad',
            users: {
              key: step.dropped.key,
              title: pictureText(locale, 'droppedBefore', { step: label }),
            },
          },
        ];
  const instead = step.instead.slice(0, MOST_INSTEAD).map(({ key, type, users }): Said => {
    const text = `${cutText(nameOf(type), SAID, 160)} ${numberIn(locale, users)}`;
    return { text, fill: 'teal', users: { key, title: nameOf(type) } };
  });
  const lead: Said[] =
    instead.length === 0 ? [] : [{ text: pictureText(locale, 'instead'), fill: 'ink3', leads: true }];
  const after = [...dropped, ...lead, ...instead];
  const fits = PAD * 2 + lengthOf([times.full, ...after]) <= width;
  const lines: Said[][] = fits || after.length === 0 ? [[times.full, ...after]] : [[times.full], after];
  const height = BETWEEN + (lines.length - 1) * SAID_LINE;
  const line: Mark = {
    ...{ kind: 'line', x1: PAD, y1: y, x2: PAD, y2: y + height },
    ...{ stroke: 'lineStrong', strokeWidth: 2 },
  };
  const marks = lines.flatMap((said, row) => {
    const [first] = said;
    // Where there is no room for the quartiles either, the median alone is said.
    const short = first === times.full && PAD * 2 + lengthOf([times.full]) > width;
    return lineMarks(short ? [times.median, ...said.slice(1)] : said, y + row * SAID_LINE, width);
  });
  return { marks: [line, ...marks], height };
}

const [SAID, SAID_LINE] = [13, 22];
const gapAfter = ({ users, leads }: Said): number => (leads ? 8 : users ? 14 : 16);

/** The room that texts need beside each other. */
const lengthOf = (said: readonly Said[]): number =>
  said.reduce(
    (sum, each, place) => sum + textWidth(each.text, SAID) + (place < said.length - 1 ? gapAfter(each) : 0),
    0,
  );

/** Texts beside each other, as many as there is room for. */
function lineMarks(said: readonly Said[], y: number, width: number): Mark[] {
  const marks: Mark[] = [];
  let x = PAD * 2;
  for (const [place, each] of said.entries()) {
    const { text, fill, users, leads } = each;
    const wide = textWidth(text, SAID);
    const needed = leads ? lengthOf(said.slice(place, place + 2)) : wide;
    if (x + needed > width) break;
    const mark: Mark = { kind: 'text', x: at(x), y: y + BETWEEN / 2 + 4.5, text, size: SAID, fill };
    const hit: Mark = {
      ...{ kind: 'rect', x: at(x - 4), y: y + 5, width: at(wide + 8), height: BETWEEN - 10, radius: 6 },
      ...{ fill: 'sunken', hover: 'ground' },
    };
    marks.push(users ? { kind: 'group', users, tip: users.title, marks: [hit, mark] } : mark);
    x += wide + gapAfter(each);
  }
  return marks;
}

/** The time from the step before: with the quartiles, and the median alone. */
function timesOf({ seconds, users }: Step, locale: DrawOptions['locale']): { full: Said; median: Said } {
  const { q1, median, q3 } = seconds;
  const say = (text: string): Said => ({ text, fill: 'ink3' });
  if (median === null || q1 === null || q3 === null) {
    const none = say(pictureText(locale, users === 0 ? 'noTime' : 'untimed'));
    return { full: none, median: none };
  }
  const [low = '', time = '', high = ''] = [q1, median, q3].map((each) => durationIn(locale, each));
  return {
    full: say(pictureText(locale, 'quartileTimes', { time, q1: low, q3: high })),
    median: say(pictureText(locale, 'medianTime', { time })),
  };
}
