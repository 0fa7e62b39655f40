import { BESIDE } from '../insight.ts';
import type { Comparison, InsightResult, Question } from '../insight.ts';
import { at, cutText } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { numberIn } from './format.ts';
import { hatched } from './hatch.ts';
import { sideNames } from './question-text.ts';
import { pictureText } from './texts.ts';

/** An answer, beside another selection where one was asked for. */
export type ComparedResult = InsightResult & { comparison?: Comparison };

export const SIDES = ['own', 'other'] as const;
export type Side = (typeof SIDES)[number];

/** Answers of one analysis for both selections that are compared, with what they are called. */
export interface BothSides<R extends InsightResult = InsightResult> {
  own: R;
  other: R;
  names: Record<Side, string>;
  comparison: Comparison;
}

/** Both sides of an answer; null where it compares nothing, or was kept by a version that knew the figures of the other side only. */
export function bothSides<R extends InsightResult>(
  question: Question,
  result: R & { comparison?: Comparison },
  options: DrawOptions,
): BothSides<R> | null {
  const { comparison } = result;
  const beside = comparison?.beside;
  if (!comparison || beside?.analysis !== result.analysis) return null;
  return { own: result, other: beside as R, names: sideNames(question, options), comparison };
}

/** The key of a figure of a side, as its users are asked for. */
export const sideKey = (side: Side, key: string): string => (side === 'own' ? key : BESIDE + key);

/** A drawing of one side: its title and what its figures open say of which one. */
export function ofSide(drawing: Drawing, side: Side, name: string, locale: DrawOptions['locale']): Drawing {
  const named = (title: string): string => pictureText(locale, 'ofSide', { title, side: name });
  const mark = (each: Mark): Mark => {
    if (each.kind !== 'group') return each;
    const { users, tip } = each;
    return {
      ...each,
      ...(tip === undefined ? {} : { tip: named(tip) }),
      ...(users ? { users: { key: sideKey(side, users.key), title: named(users.title) } } : {}),
      marks: each.marks.map(mark),
    };
  };
  return {
    ...drawing,
    name: side === 'own' ? drawing.name : `${drawing.name}-other`,
    title: named(drawing.title),
    marks: drawing.marks.map(mark),
  };
}

/** Filled for the first selection, hatched for the second: told apart without colours. */
export const sideBar = (box: { x: number; y: number; width: number; height: number }, side: Side): Mark[] =>
  side === 'own' ? [{ kind: 'rect', ...box, fill: 'teal', fillOpacity: 0.8 }] : hatched(box, 'ink2');

const [LEGEND_ROW, SWATCH, PAD, SIZE] = [20, 12, 8, 13];

/** The names of both selections, each with its mark and its number of users. */
export function sideLegend(
  { names, users }: { names: Record<Side, string>; users: Record<Side, number> },
  { locale, width }: Pick<DrawOptions, 'locale' | 'width'>,
): { marks: Mark[]; height: number } {
  const marks = SIDES.flatMap((side, row): Mark[] => {
    const count = pictureText(locale, 'users', { n: numberIn(locale, users[side]) });
    const y = row * LEGEND_ROW;
    return [
      ...sideBar({ x: PAD, y: y + 2, width: SWATCH * 2, height: SWATCH }, side),
      {
        ...{ kind: 'text', x: PAD + SWATCH * 2 + 8, y: y + 12.5, size: SIZE, fill: 'ink2' },
        text: cutText(`${names[side]} · ${count}`, SIZE, at(width - PAD * 2 - SWATCH * 2 - 8)),
      },
    ];
  });
  return { marks, height: SIDES.length * LEGEND_ROW + 6 };
}

/** A rate as a text: with a decimal where it is small. */
export const rateText = (locale: DrawOptions['locale'], rate: number): string =>
  numberIn(locale, rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate));

/** How many there are for each hundred users. */
export const perHundred = (count: number, users: number): number => (users === 0 ? 0 : (count / users) * 100);
