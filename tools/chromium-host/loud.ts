type Key = string | symbol;

/** Members that JavaScript itself looks for on any object: their absence is an answer, not a mistake. */
const ASKED_BY_LANGUAGE = new Set<Key>(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof']);

/**
 * Makes reading and setting a missing member throw an error with its name: a member that Electron has and this host
 * does not have must never be silently undefined.
 * @param guard called with the name of each known member before it is used from outside; may throw.
 */
export function loud<T extends object>(name: string, object: T, guard?: (key: string) => void): T {
  const outside = new WeakMap<object, unknown>();
  return new Proxy(object, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string') {
        if (!(key in target) && !ASKED_BY_LANGUAGE.has(key)) {
          throw new Error(`chromium-host: ${name}.${key} is not provided`);
        }
        guard?.(key);
      }
      const value: unknown = Reflect.get(target, key);
      if (!guard || typeof value !== 'function' || key === 'constructor') return value;
      // The object's own methods work on the object itself: the guard is for callers only.
      const method =
        outside.get(value) ??
        ((...args: unknown[]): unknown => {
          const result: unknown = Reflect.apply(value, target, args);
          return result === target ? receiver : result;
        });
      outside.set(value, method);
      return method;
    },
    set(target, key, value): boolean {
      if (typeof key === 'string' && !(key in target)) {
        throw new Error(`chromium-host: ${name}.${key} is not provided`);
      }
      return Reflect.set(target, key, value);
    },
  });
}

/** Throws for an option that the host does not support, with its name. */
export function refuseUnknown(name: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new Error(`chromium-host: option ${name}.${key} is not provided`);
  }
}
