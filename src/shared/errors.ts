import type { MessageCode } from './messages/index.ts';

/** Stable code of an error; its texts are in `messages/`. */
export type ErrorCode = MessageCode;

/** An error as a value: what crosses threads, processes and the database. Texts are made from it where it is shown. */
export interface ErrorInfo {
  code: ErrorCode;
  /** Values for the placeholders of the text. Never a secret, never a stack trace. */
  params?: Record<string, string | number>;
}
