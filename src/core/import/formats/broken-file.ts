import { AppError } from '../../errors.ts';

/** What a library throws about the content of a file, as an error of the file. */
export function brokenFile(error: unknown, path: string, format: string): AppError {
  if (error instanceof AppError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new AppError('import.broken_file', { path, format, detail }, { cause: error });
}
