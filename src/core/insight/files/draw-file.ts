import { writeFile } from 'node:fs/promises';
import type { DrawOptions } from '../../../shared/drawing/drawing.ts';
import { svgOf } from '../../../shared/drawing/svg.ts';
import { isGraphFormat, isTableFormat } from '../../../shared/insight-formats.ts';
import type { InsightFormat, PictureLook } from '../../../shared/insight-formats.ts';
import type { ComparedResult } from '../../../shared/drawing/sides.ts';
import type { Question } from '../../../shared/insight.ts';
import { writeFileWhole } from '../../export/write-whole.ts';
import { GRAPH_TEXTS, graphOf } from './graph-file.ts';
import { pictureSheet } from './picture.ts';
import { pngOf } from './png.ts';

/** A picture or graph as a file; tables are written by `write-table.ts`. */
export type DrawnFormat = Exclude<InsightFormat, 'csv' | 'xlsx'>;
export const isDrawn = (format: InsightFormat): format is DrawnFormat => !isTableFormat(format);

/** Made in the thread of questions, and written in that of the engine. */
export interface DrawnFile {
  content: string | Uint8Array;
  /** Whether Chinese characters in a PNG could not be drawn, for want of a font. */
  lacksChineseFont: boolean;
}

/** The content of a file with the picture or the graph of an answer. Throws insight.no_graph, insight.no_font. */
export async function drawFile(
  question: Question,
  result: ComparedResult,
  format: DrawnFormat,
  { theme, wasm, ...look }: PictureLook & Pick<DrawOptions, 'nameOf' | 'colourOf'> & { wasm: string | URL },
): Promise<DrawnFile> {
  if (isGraphFormat(format)) {
    const graph = graphOf(question, result, look);
    return { content: GRAPH_TEXTS[format](graph), lacksChineseFont: false };
  }
  const sheet = pictureSheet(question, result, look);
  const svg = svgOf(sheet, theme);
  if (format === 'svg') return { content: svg, lacksChineseFont: false };
  const { bytes, lacksChineseFont } = await pngOf(svg, sheet, wasm);
  return { content: bytes, lacksChineseFont };
}

/** Writes it; the file appears whole or not at all. Throws export.unwritable, export.over_database. */
export async function writeDrawn(path: string, content: string | Uint8Array): Promise<void> {
  await writeFileWhole(path, 'export.unwritable', (partial) => writeFile(partial, content));
}
