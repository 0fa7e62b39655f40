import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../core/errors.ts';
import { osCause } from '../../core/os-error.ts';

/** A stored JSON value as an object; what is none is an empty one. */
export function objectOf(value: unknown): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { ...value } : {};
}

/**
 * What to store after a change: the fields that differ from `before` take their new value, everything else stays as it is
 * stored. So a field that a newer version has written, or a value that only a newer version knows, survives a write of an
 * older one.
 */
export function withChanges<T extends object>(stored: unknown, before: T, next: T): Record<string, unknown> {
  const changed = Object.entries(next).filter(
    ([name, value]) => !isDeepStrictEqual(value, before[name as keyof T]),
  );
  return { ...objectOf(stored), ...Object.fromEntries(changed) };
}

/** Writes a file of the user-data folder. Throws app.settings_not_saved, with the path and what the system says. */
export function saveTo(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new AppError('app.settings_not_saved', { path, ...osCause(error) }, { cause: error });
  }
}
