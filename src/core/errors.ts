import type { ErrorCode, ErrorInfo } from '../shared/errors.ts';
import { osCause } from './os-error.ts';

/** An error with a stable code; what is thrown inside the engine wherever a user could have caused or can mend it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;

  constructor(code: ErrorCode, params: Record<string, string | number> = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(params)}`, options);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
  }

  toInfo(): ErrorInfo {
    return { code: this.code, params: this.params };
  }
}

/** Anything that was thrown as an AppError (see toErrorInfo). */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, params } = toErrorInfo(error);
  return new AppError(code, params, { cause: error });
}

/**
 * The value of anything that was thrown. An operation of the file system that failed becomes `app.file_failed` with its path,
 * anything else that is no AppError `app.internal` with its message; never its stack.
 */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof AppError) return error.toInfo();
  if (error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string') {
    return { code: 'app.file_failed', params: { path: error.path, ...osCause(error) } };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'app.internal', params: { detail } };
}
