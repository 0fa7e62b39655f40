import { z } from 'zod';
import { questionSchema } from './insight.ts';
import type { InsightAnswer, Question } from './insight.ts';
import { REPORT_LIMITS } from './saved-limits.ts';

/** The formats of a report as a file. */
export const REPORT_FORMATS = ['html', 'pdf', 'xlsx'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** An answer of a report, in its order. Times in milliseconds since the epoch. */
export interface ReportItem {
  id: number;
  title: string;
  note: string;
  question: Question;
  /** The figures as they were computed last; null when the data they were of is gone. */
  answer: InsightAnswer | null;
  /** The figures of the time before, where the data were others. */
  former: InsightAnswer | null;
  computedAt: number | null;
}

export interface Report {
  title: string;
  items: ReportItem[];
}

const id = z.number().int().min(1);
const title = z.string().trim().max(REPORT_LIMITS.title);

/** A change of the report; `place` counts from 0. */
export const reportChangeSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('add'), title, question: questionSchema }),
  z.strictObject({ do: z.literal('title'), title }),
  /** What is left out stays. */
  z.strictObject({
    do: z.literal('edit'),
    id,
    title: title.optional(),
    note: z.string().max(REPORT_LIMITS.note).optional(),
  }),
  z.strictObject({ do: z.literal('move'), id, place: z.number().int().min(0) }),
  z.strictObject({ do: z.literal('remove'), id }),
]);
export type ReportChange = z.output<typeof reportChangeSchema>;
