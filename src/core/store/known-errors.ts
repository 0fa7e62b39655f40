import { z } from 'zod';
import { AppError } from '../errors.ts';
import { storeError } from './database.ts';
import { codeOf } from './file-system.ts';
import { StrangeValue } from './stored-json.ts';

/**
 * What anything means that was thrown while the workspace at `path` was used: workspace.bad_value for what is stored and was not
 * written by this program, else see storeError.
 */
export const knownError = (error: unknown, path: string): AppError =>
  isStrange(error)
    ? new AppError('workspace.bad_value', { path }, { cause: error })
    : storeError(error, path);

/** Does something with the workspace at `path`; whatever it throws becomes an AppError (see knownError). */
export function knownErrors<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw knownError(error, path);
  }
}

/** A store of the workspace at `path` whose methods throw AppError only (see knownError). */
export function withKnownErrors<T extends object>(store: T, path: string): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        try {
          return Reflect.apply(member, target, args);
        } catch (error) {
          throw knownError(error, path);
        }
      };
    },
  });
}

/** Whether an error says that a value does not parse. What it says more may quote the value: it is not told. */
function isStrange(error: unknown): boolean {
  if (error instanceof StrangeValue || error instanceof z.ZodError || error instanceof SyntaxError)
    return true;
  // A whole number that JavaScript does not have, or what a query cannot compute with.
  return (
    codeOf(error) === 'ERR_OUT_OF_RANGE' ||
    (error instanceof Error && /malformed JSON|integer overflow/.test(error.message))
  );
}
