import type { PictureTheme } from './drawing/paint.ts';
import type { Analysis } from './insight.ts';
import type { Locale } from './settings.ts';

/** What an answer is written as; a file's ending names its format. */
export const INSIGHT_FORMATS = ['csv', 'xlsx', 'svg', 'png', 'dot', 'graphml', 'json'] as const;
export type InsightFormat = (typeof INSIGHT_FORMATS)[number];

const TABLES = ['csv', 'xlsx'] as const satisfies InsightFormat[];
const PICTURES = ['svg', 'png'] as const satisfies InsightFormat[];
const GRAPHS = ['dot', 'graphml', 'json'] as const satisfies InsightFormat[];

/** The formats that the answers of an analysis can be written as; those of graphs only where there is one. */
export function formatsOf(analysis: Analysis): readonly InsightFormat[] {
  return analysis === 'graph' || analysis === 'evolution' ? INSIGHT_FORMATS : [...TABLES, ...PICTURES];
}

/** Whether a format is that of a table with all rows of an answer. */
export const isTableFormat = (format: InsightFormat): boolean =>
  (TABLES as readonly InsightFormat[]).includes(format);

/** Whether a format is that of a graph for other programs. */
export const isGraphFormat = (format: InsightFormat): format is (typeof GRAPHS)[number] =>
  (GRAPHS as readonly InsightFormat[]).includes(format);

/** How a picture looks, and the language of its words. */
export interface PictureLook {
  locale: Locale;
  theme: PictureTheme;
}

/** What came of writing an answer to a file. */
export interface InsightWritten {
  /** Of the table of the answer. */
  rows: number;
  /** Whether Chinese characters of a PNG are missing, for want of a font on this system. */
  lacksChineseFont: boolean;
}

/** The format that a file's name asks for; CSV without an ending, null for one that is not known. */
export function insightFormatOf(path: string): InsightFormat | null {
  const name = path.replaceAll('\\', '/').split('/').at(-1) ?? '';
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return 'csv';
  const ending = name.slice(dot + 1).toLowerCase();
  return INSIGHT_FORMATS.find((format) => format === ending) ?? null;
}
