import { matchText, SEQUENCE_SEPARATOR } from '../insight-table.ts';
import type { ComparedRow, Comparison, InsightResult, Question } from '../insight.ts';
import { at, cutText, labelRoom } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { exactShare, numberIn } from './format.ts';
import { hatched } from './hatch.ts';
import { sideNames } from './question-text.ts';
import { pictureText } from './texts.ts';

/** An answer, beside another selection where one was asked for. */
export type ComparedResult = InsightResult & { comparison?: Comparison };

export const SIDES = ['own', 'other'] as const;
type Side = (typeof SIDES)[number];

/** So many rows are drawn; the table has them all. */
const MOST_ROWS = 12;
const [ROW, BAR, BETWEEN, PAD, GAP, SIZE] = [50, 16, 3, 8, 12, 13];
const [USERS, SHARE, DIFFERENCE] = [56, 52, 112];
const [LEGEND_ROW, SWATCH] = [20, 12];

/** Whether a difference is more than chance would give. */
export const isCertain = ({ interval }: ComparedRow): boolean =>
  interval !== null && (interval.low > 0 || interval.high < 0);

/** The name of what a row is of. */
export function rowLabel(
  { types, step, field, value }: ComparedRow,
  question: Question,
  { locale, nameOf }: Pick<DrawOptions, 'locale' | 'nameOf'>,
): string {
  const [from = '', to = ''] = types.map(nameOf);
  switch (question.analysis) {
    case 'funnel':
      return matchText(question.steps[step ?? 0] ?? '', nameOf);
    case 'profile':
      return `${field ?? ''} · ${value ?? ''}`;
    case 'paths':
      return pictureText(locale, 'pathStep', { from, to, n: step ?? 0 });
    case 'graph':
      return `${from} → ${to}`;
    default:
      return types.map(nameOf).join(SEQUENCE_SEPARATOR);
  }
}

/** A difference of two shares in points: +3.2. */
export const pointsText = (difference: number): string =>
  `${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)}`;

/**
 * Two selections side by side: of each figure two bars, the first one filled and the second one hatched, and the difference of the shares with
 * its interval, bold where it is more than chance. Empty for an answer that compares nothing.
 */
export function drawComparison(question: Question, result: ComparedResult, options: DrawOptions): Drawing[] {
  const { comparison } = result;
  if (!comparison || comparison.rows.length === 0) return [];
  const { locale, width } = options;
  const rows = comparison.rows.slice(0, MOST_ROWS);
  const labels = rows.map((row) => rowLabel(row, question, options));
  const names = sideNames(question, options);
  const legend = legendOf(result, comparison, names, options);
  const labelWidth = labelRoom(labels, SIZE, width * 0.7);
  const left = PAD + labelWidth + GAP;
  const right = width - PAD - DIFFERENCE - GAP;
  const track = Math.max(20, right - SHARE - USERS - GAP - left);
  const longest = Math.max(...rows.flatMap(({ own, other }) => [own.share, other.share]), Number.MIN_VALUE);

  const sideMark = (row: ComparedRow, index: number, side: Side): Mark => {
    const { key, users, share } = row[side];
    const label = labels[index] ?? '';
    const y = side === 'own' ? 6 : 6 + BAR + BETWEEN;
    const box = { x: left, y, width: at((share / longest) * track), height: BAR };
    const baseline = y + BAR / 2 + 4.5;
    const title = `${label} · ${names[side]}`;
    return {
      ...{ kind: 'group', name: `compared-${side}-${index}` },
      tip: `${pictureText(locale, 'usersOf', { n: numberIn(locale, users), name: title })} · ${exactShare(share)}`,
      ...(users > 0 ? { users: { key, title } } : {}),
      marks: [
        {
          ...{ kind: 'rect', x: left - 4, y: y - 1, width: at(right - left + 8), height: BAR + 2, radius: 4 },
          ...{ fill: 'sunken', hover: 'ground' },
        },
        ...barMarks(box, side),
        {
          ...{ kind: 'text', x: at(right - SHARE), y: baseline, text: numberIn(locale, users), size: SIZE },
          ...{ fill: 'ink', anchor: 'end' },
        },
        {
          ...{ kind: 'text', x: at(right), y: baseline, text: exactShare(share), size: 12, fill: 'ink2' },
          anchor: 'end',
        },
      ],
    };
  };
  const marks = rows.map((row, index): Mark => {
    const { interval, difference } = row;
    const end = (text: string, y: number, size: number): Mark => ({
      ...{ kind: 'text', x: width - PAD, y, text, size, fill: size < SIZE ? 'ink3' : 'ink', anchor: 'end' },
      ...(size === SIZE && isCertain(row) ? { bold: true } : {}),
    });
    const middle = 6 + BAR + BETWEEN / 2;
    return {
      ...{ kind: 'group', y: at(legend.height + index * ROW) },
      marks: [
        {
          ...{ kind: 'text', x: PAD, y: middle + 4.5, text: cutText(labels[index] ?? '', SIZE, labelWidth) },
          ...{ size: SIZE, fill: 'ink' },
        },
        ...SIDES.map((side) => sideMark(row, index, side)),
        end(
          pictureText(locale, 'points', { n: pointsText(difference) }),
          middle + (interval ? -3 : 4.5),
          SIZE,
        ),
        ...(interval
          ? [end(`${pointsText(interval.low)} … ${pointsText(interval.high)}`, middle + 13, 11)]
          : []),
        {
          ...{ kind: 'line', x1: 0, y1: ROW - 2, x2: width, y2: ROW - 2, stroke: 'line', strokeWidth: 1 },
        },
      ],
    };
  });
  const more = comparison.total - rows.length;
  return [
    {
      ...{ name: 'comparison', title: pictureText(locale, 'comparison'), width },
      height: legend.height + rows.length * ROW,
      marks: [...legend.marks, ...marks],
      ...(more > 0 ? { note: pictureText(locale, 'more', { n: more }) } : {}),
    },
  ];
}

/** Filled for the first selection, hatched for the second: told apart without colours. */
const barMarks = (box: { x: number; y: number; width: number; height: number }, side: Side): Mark[] =>
  side === 'own' ? [{ kind: 'rect', ...box, fill: 'teal', fillOpacity: 0.8 }] : hatched(box, 'ink2');

/** The names of both selections, each with its bar and its number of users. */
function legendOf(
  result: ComparedResult,
  comparison: Comparison,
  names: Record<Side, string>,
  { locale, width }: DrawOptions,
): { marks: Mark[]; height: number } {
  const { own, other } = usersOf(result, comparison);
  const marks = SIDES.flatMap((side, row): Mark[] => {
    const users = pictureText(locale, 'users', { n: numberIn(locale, side === 'own' ? own : other) });
    const y = row * LEGEND_ROW;
    return [
      ...barMarks({ x: PAD, y: y + 2, width: SWATCH * 2, height: SWATCH }, side),
      {
        ...{ kind: 'text', x: PAD + SWATCH * 2 + 8, y: y + 12.5, size: SIZE, fill: 'ink2' },
        text: cutText(`${names[side]} · ${users}`, SIZE, width - PAD * 2 - SWATCH * 2 - 8),
      },
    ];
  });
  return { marks, height: SIDES.length * LEGEND_ROW + 6 };
}

/** How many users each side of an answer has. */
export function usersOf(result: InsightResult, { rows, users }: Comparison): Record<Side, number> {
  const own = result.analysis === 'profile' ? result.matched : (rows[0]?.own.of ?? result.users);
  return { own, other: users };
}
