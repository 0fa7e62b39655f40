import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import type { DataRevision, Question } from './insight.ts';
import { runRequestSchema } from './run.ts';

const { maxCost, maxTokens } = runRequestSchema.shape;

/** The longest question in words, in characters. */
export const MOST_WORDS = 500;

export const wordsSchema = z.string().trim().min(1).max(MOST_WORDS);

/** So many of the questions asked in words are listed: the latest. */
export const MOST_ASKED_WORDS = 100;

/** A question that was asked in words in this workspace, with what it was understood as by the model named. */
export interface AskedWords {
  words: string;
  /** Null where no analysis answers it. */
  question: Question | null;
  reason: string;
  model: string;
  /** When it was asked last, in milliseconds since the epoch. */
  askedAt: number;
}

/** Which question to take off the list; null for all. */
export const forgetWordsSchema = z.object({ words: wordsSchema.nullable() });

/** A question in words that a model is to turn into one of ours, and what its requests may cost together at the most. */
export const wordsRequestSchema = z.object({ words: wordsSchema, maxCost, maxTokens });
export type WordsRequest = z.infer<typeof wordsRequestSchema>;

/** What became of a question in words. */
export interface UnderstoodWords {
  /** The question as it was understood; null where no analysis answers it. */
  question: Question | null;
  /** Why no analysis answers it, by the model: a text without a number. Empty where it said nothing, or a number. */
  reason: string;
  data: DataRevision;
  model: string;
  /** What its requests took; an answer that was kept takes nothing. `cost` is null without prices. */
  spent: { requests: number; cost: number | null; tokens: number };
}

/** What a question in words would take. */
export interface WordsPreflight {
  estimate: {
    /** What is sent: so many types, names of what events are about, and fields of profiles. */
    types: number;
    objects: number;
    fields: number;
    inputTokens: number;
    outputTokens: number;
    /** Of one request, as the tokens; null without prices, as `most`. */
    cost: number | null;
    currency: string;
    /** What its two requests and an explanation of an answer take at the most, in money and in tokens. */
    most: number | null;
    mostTokens: number;
  } | null;
  /** Whether the answer is there already, and costs nothing. */
  kept: boolean;
  /** What keeps it from being asked; null when nothing does. */
  problem: ErrorInfo | null;
}
