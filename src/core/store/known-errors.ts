import type { AppError } from '../errors.ts';
import { storeError } from './database.ts';

/** Does something with the workspace at `path`; whatever it throws becomes an AppError. */
export function knownErrors<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storeError(error, path);
  }
}

/** A store whose methods throw AppError only: `errorOf` says what anything else that they throw means. */
export function withKnownErrors<T extends object>(store: T, errorOf: (error: unknown) => AppError): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        try {
          return Reflect.apply(member, target, args);
        } catch (error) {
          throw errorOf(error);
        }
      };
    },
  });
}
