import type { FunnelResult } from '../insight.ts';
import { at, cutText, emptyDrawing, textWidth } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { durationIn, exactShare, numberIn } from './format.ts';
import { NEUTRAL_COLOUR } from '../palette.ts';
import type { TypeColour } from '../palette.ts';
import type { Paint } from './paint.ts';
import { ANALYSIS_NAMES, pictureText } from './texts.ts';

const [BAR, BETWEEN, PAD] = [48, 34, 16];
const MOST_INSTEAD = 3;
const FIGURE_GAP = 14;

type Step = FunnelResult['steps'][number];

/** The steps of a funnel, with the time between two, who did not get there, and what they did instead. `colours`: those of the steps. */
export function drawFunnel(
  steps: readonly Step[],
  names: readonly string[],
  options: DrawOptions,
  colours: readonly TypeColour[],
): Drawing {
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
      marks.push(...between(step, label, y, options));
      y += BETWEEN;
    }
    marks.push(bar(step, label, { index, y, columns, colour: colours[index] ?? NEUTRAL_COLOUR }, options));
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
  { index, y, columns, colour }: { index: number; y: number; columns: readonly number[]; colour: TypeColour },
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
      { kind: 'path', d: fillPath((width - 2) * step.ofFirst, BAR - 2), fill: colour, fillOpacity: 0.34 },
      { kind: 'rect', x: 6, y: 10, width: 4, height: BAR - 20, radius: 2, fill: colour },
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

function between(step: Step, label: string, y: number, { locale, width, nameOf }: DrawOptions): Mark[] {
  const baseline = y + BETWEEN / 2 + 4.5;
  const line: Mark = {
    ...{ kind: 'line', x1: PAD, y1: y, x2: PAD, y2: y + BETWEEN },
    ...{ stroke: 'lineStrong', strokeWidth: 2 },
  };
  const marks: Mark[] = [line];
  let x = PAD * 2;
  /** Says something, if there is room for it. */
  const say = (text: string, fill: Paint, users?: { key: string; title: string }): boolean => {
    const wide = textWidth(text, 13);
    if (x + wide > width) return false;
    const mark: Mark = { kind: 'text', x: at(x), y: baseline, text, size: 13, fill };
    const hit: Mark = {
      ...{ kind: 'rect', x: at(x - 4), y: y + 5, width: at(wide + 8), height: BETWEEN - 10, radius: 6 },
      ...{ fill: 'sunken', hover: 'ground' },
    };
    marks.push(users ? { kind: 'group', users, tip: users.title, marks: [hit, mark] } : mark);
    x += wide + (users ? 14 : 16);
    return true;
  };
  const { median } = step.seconds;
  const time =
    median === null
      ? pictureText(locale, 'noTime')
      : pictureText(locale, 'medianTime', { time: durationIn(locale, median) });
  say(time, 'ink3');
  if (step.dropped.users > 0)
    say(pictureText(locale, 'dropped', { n: numberIn(locale, step.dropped.users) }), 'bad', {
      key: step.dropped.key,
      title: pictureText(locale, 'droppedBefore', { step: label }),
    });
  if (step.instead.length > 0 && say(pictureText(locale, 'instead'), 'ink3')) {
    x -= 8;
    for (const { key, type, users } of step.instead.slice(0, MOST_INSTEAD)) {
      const type_ = cutText(nameOf(type), 13, 160);
      if (!say(`${type_} ${numberIn(locale, users)}`, 'teal', { key, title: nameOf(type) })) break;
    }
  }
  return marks;
}
