import { drawAnswer, withNames } from '../../../shared/drawing/draw-answer.ts';
import type { Drawing, DrawOptions } from '../../../shared/drawing/drawing.ts';
import { layOut } from '../../../shared/drawing/layout.ts';
import { questionText } from '../../../shared/drawing/question-text.ts';
import { sheetOf } from '../../../shared/drawing/sheet.ts';
import { ANALYSIS_NAMES } from '../../../shared/drawing/texts.ts';
import type { ComparedResult } from '../../../shared/drawing/sides.ts';
import type { Question } from '../../../shared/insight.ts';

/** How wide the charts of a sheet are, in pixels; a graph is as wide as it needs to be. */
const SHEET_WIDTH = 1080;

/** All pictures of an answer on one sheet, below its name and what it is of. */
export function pictureSheet(
  question: Question,
  result: ComparedResult,
  look: Pick<DrawOptions, 'locale' | 'nameOf' | 'colourOf'>,
): Drawing {
  const options = withNames({ ...look, width: SHEET_WIDTH, layOut });
  const { analysis } = question;
  const text = questionText(question, result, options);
  return sheetOf(
    { name: analysis, title: ANALYSIS_NAMES[analysis][look.locale], text },
    drawAnswer(question, result, options),
  );
}
