import type { AppError } from '../errors.ts';

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
