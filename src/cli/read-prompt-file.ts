import { readFileSync } from 'node:fs';
import { AppError } from '../core/errors.ts';

/** The text of a prompt file. Throws prompt.unreadable. */
export function readPromptFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('prompt.unreadable', { path, detail: (error as Error).message }, { cause: error });
  }
}
