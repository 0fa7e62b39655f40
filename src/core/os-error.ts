import type { ErrorCode } from '../shared/errors.ts';

/** The failures of a file system that a user can do something about, by Node's codes. */
const CAUSES: Record<string, ErrorCode> = {
  ENOENT: 'os.not_found',
  EACCES: 'os.denied',
  EPERM: 'os.denied',
  EISDIR: 'os.is_folder',
  ENOSPC: 'os.disk_full',
  EDQUOT: 'os.disk_full',
  EROFS: 'os.denied',
  EBUSY: 'os.busy',
};

/**
 * Why a file operation failed, as parameters of a message with `{detail}`: a short cause in the reader's language where it
 * is known, else what the system says. The path that Node's messages repeat is left out.
 */
export function osCause(error: unknown): { detail: ErrorCode; cause: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = error instanceof Error ? error.message : String(error);
  return { detail: CAUSES[code] ?? 'os.other', cause: said.replace(/, \w+(?: '.*')?$/, '') };
}
