import type { UnderstoodWords } from './asked-words.ts';
import type { ErrorInfo } from './errors.ts';
import type { Explanation } from './explanation.ts';
import type { Question } from './insight.ts';
import type { WaitFigures } from './model.ts';

/** What is asked of a model at once: to explain the answer to a question, or which question words mean. */
export type SingleQuestion = { kind: 'explain'; question: Question } | { kind: 'words'; words: string };

/** What became of it. */
export type SingleAnswer =
  | { kind: 'explained'; explanation: Explanation }
  | { kind: 'understood'; understood: UnderstoodWords }
  | { kind: 'failed'; error: ErrorInfo };

/** The explanation or the question in words that a model is asked for, as every window sees it. */
export interface AskingSnapshot {
  /** Grows with each snapshot. */
  revision: number;
  /** Null when nothing is asked. */
  asked: SingleQuestion | null;
  /** What is waited for at the model; null once it has ended. */
  wait: WaitFigures | null;
  /** Null while the model is asked. Stays until a window has shown it, or something else is asked. */
  answer: SingleAnswer | null;
}

/** Whether the model is asked now. */
export function isAsked({ asked, answer }: AskingSnapshot): boolean {
  return asked !== null && answer === null;
}

export const NOTHING_ASKED: AskingSnapshot = { revision: 0, asked: null, wait: null, answer: null };
