import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isToken, newToken } from '../server/token.ts';
import type { Locale } from '../shared/settings.ts';
import { configFolder } from './folders.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Where the token of `serve` lies when no file is named. */
export function defaultTokenFile(environment: Record<string, string | undefined>): string {
  return join(configFolder(environment), 'api-token');
}

/**
 * The token in a file, which is made with a new one when it is missing; `renew`: with a new one in any case. Throws UsageError
 * when the file holds no token, cannot be read or written, or can be read by others.
 */
export function tokenOfFile(path: string, renew: boolean, locale: Locale): string {
  try {
    const known = renew ? null : read(path, locale);
    if (known !== null) return known;
    const token = newToken();
    mkdirSync(dirname(path), { recursive: true });
    writeForOwner(path, `${token}\n`);
    return token;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(text(locale, 'tokenFileFailed', { path, detail }));
  }
}

/** Writes beside the file and renames: other users can never read it, and a link in its place is not followed. */
function writeForOwner(path: string, content: string): void {
  const partial = `${path}.${process.pid}.part`;
  rmSync(partial, { force: true });
  try {
    writeFileSync(partial, content, { mode: OWNER_ONLY, flag: 'wx' });
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Null when there is no file. */
function read(path: string, locale: Locale): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return null;
  // Windows has no such bits: there the folder of the user protects the file.
  if (process.platform !== 'win32' && (stats.mode & OTHERS) !== 0)
    throw new UsageError(text(locale, 'tokenFileOpen', { path }));
  const token = readFileSync(path, 'utf8').trim();
  if (!isToken(token)) throw new UsageError(text(locale, 'tokenFileBad', { path }));
  return token;
}
