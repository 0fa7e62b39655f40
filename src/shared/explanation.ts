import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import { questionSchema } from './insight.ts';
import type { DataRevision } from './insight.ts';
import type { InsightColumn } from './insight-table.ts';
import { runRequestSchema } from './run.ts';

const { maxCost, maxTokens } = runRequestSchema.shape;

/** A question whose answer a model is to explain, and what that may cost at the most, as of a run. */
export const explainRequestSchema = z.object({ question: questionSchema, maxCost, maxTokens });
export type ExplainRequest = z.infer<typeof explainRequestSchema>;

/** A number in a sentence, from one place of its text up to another, and the cell of the table that it is. */
export interface ExplainedFigure {
  start: number;
  end: number;
  /** From 0. */
  row: number;
  column: InsightColumn;
  /** What its users are listed by; null where the figure is none of users. */
  key: string | null;
}

/** A sentence of a model of which every number was found in the table. */
export interface ExplainedSentence {
  text: string;
  /** In the order of the text. */
  figures: ExplainedFigure[];
}

export interface Explanation {
  sentences: ExplainedSentence[];
  /** How many sentences were left out because a number of theirs, or a cell that they name, is not in the table. */
  dropped: number;
  /** Of which state of the workspace the table was. */
  data: DataRevision;
  model: string;
}

/** What an explanation would take. */
export interface ExplainPreflight {
  estimate: {
    /** How many rows of the table are sent: the first ones. */
    rows: number;
    inputTokens: number;
    outputTokens: number;
    /** Null without prices, as `most`. */
    cost: number | null;
    currency: string;
    /** What one request takes at the most, in money and in tokens. */
    most: number | null;
    mostTokens: number;
  } | null;
  /** Whether the answer is there already, and costs nothing. */
  kept: boolean;
  /** What keeps it from being asked; null when nothing does. */
  problem: ErrorInfo | null;
}
