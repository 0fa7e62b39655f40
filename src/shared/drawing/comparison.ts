import { fieldNameIn } from '../field-names.ts';
import { matchText, SEQUENCE_SEPARATOR, valueText } from '../insight-table.ts';
import type { ComparedRow, Comparison, InsightResult, Question } from '../insight.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { pointsText } from './format.ts';
import { PAIR_HEIGHT, PAIR_MIDDLE, PAIR_PAD, PAIR_TEXT, pairedBars } from './paired-bars.ts';
import { sideNames } from './question-text.ts';
import { sideLegend } from './sides.ts';
import type { ComparedResult, Side } from './sides.ts';
import { pictureText } from './texts.ts';

/** So many rows are drawn; the table has them all. */
const MOST_ROWS = 12;
/** The room for the difference. */
const DIFFERENCE = 112;

/** Whether a difference is more than chance would give. */
export const isCertain = ({ interval }: ComparedRow): boolean =>
  interval !== null && (interval.low > 0 || interval.high < 0);

/** The name of what a row is of. */
export function rowLabel(
  row: ComparedRow,
  question: Question,
  { locale, nameOf }: Pick<DrawOptions, 'locale' | 'nameOf'>,
): string {
  const { types, step, field } = row;
  const [from = '', to = ''] = types.map(nameOf);
  switch (question.analysis) {
    case 'funnel':
      return matchText(question.steps[step ?? 0] ?? '', nameOf);
    case 'profile':
      return `${fieldNameIn(locale, field ?? '')} · ${valueText(row, nameOf)}`;
    case 'paths':
      return pictureText(locale, 'pathStep', { from, to, n: step ?? 0 });
    case 'graph':
    case 'evolution':
      return `${from} → ${to}`;
    default:
      return types.map(nameOf).join(SEQUENCE_SEPARATOR);
  }
}

/**
 * Two selections side by side: of each figure two bars, the first one filled and the second one hatched, and the difference of the shares with
 * its interval, bold where it is more than chance. Empty for an answer that compares nothing.
 */
export function drawComparison(question: Question, result: ComparedResult, options: DrawOptions): Drawing[] {
  const { comparison } = result;
  if (!comparison || comparison.rows.length === 0) return [];
  const { locale, width } = options;
  const rows = comparison.rows.slice(0, MOST_ROWS);
  const names = sideNames(question, options);
  const legend = sideLegend({ names, users: usersOf(result, comparison) }, options);
  const differenceOf = (row: ComparedRow): Mark[] => {
    const { interval, difference } = row;
    const end = (text: string, y: number, size: number): Mark => ({
      ...{ kind: 'text', x: width - PAIR_PAD, y, text, size, anchor: 'end' },
      fill: size < PAIR_TEXT ? 'ink3' : 'ink',
      ...(size === PAIR_TEXT && isCertain(row) ? { bold: true } : {}),
    });
    const points = pictureText(locale, 'points', { n: pointsText(difference) });
    return [
      end(points, PAIR_MIDDLE + (interval ? -3 : 4.5), PAIR_TEXT),
      ...(interval
        ? [end(`${pointsText(interval.low)} … ${pointsText(interval.high)}`, PAIR_MIDDLE + 13, 11)]
        : []),
    ];
  };
  const marks = pairedBars(
    rows.map((row) => ({
      ...{ label: rowLabel(row, question, options), own: row.own, other: row.other },
      ...(row.types.length === 0 ? {} : { colours: row.types.map(options.colourOf) }),
      end: differenceOf(row),
    })),
    { name: 'compared', names, top: legend.height, end: DIFFERENCE },
    options,
  );
  const more = comparison.total - rows.length;
  return [
    {
      ...{ name: 'comparison', title: pictureText(locale, 'comparison'), width },
      height: legend.height + rows.length * PAIR_HEIGHT,
      marks: [...legend.marks, ...marks],
      ...(more > 0 ? { note: pictureText(locale, 'more', { n: more }) } : {}),
    },
  ];
}

/** How many users each side of an answer has. */
export function usersOf(result: InsightResult, { rows, users, beside }: Comparison): Record<Side, number> {
  if (beside) return { own: result.users, other: beside.users };
  const own = result.analysis === 'profile' ? result.matched : (rows[0]?.own.of ?? result.users);
  return { own, other: users };
}
