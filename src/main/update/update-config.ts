import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { isThisMachine } from '../../shared/addresses.ts';
import type { UpdateOff } from '../../shared/update.ts';

const packagedSchema = z.looseObject({ provider: z.literal('generic'), url: z.string().min(1) });

/** Whether an address may be asked for updates: https, and plain http only on this machine. */
export function isUpdateAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname));
}

/** What is known of this installation at its start, before any file is parsed. */
export interface Installation {
  isPackaged: boolean;
  /** An address given by EVENTLOOM_UPDATE_URL; empty or undefined for none. */
  environment: string | undefined;
  /** Whether the packager wrote an address into app-update.yml. */
  hasPackaged: boolean;
  /** Whether it is the portable program, which an installer would not replace. */
  isPortable: boolean;
}

/** Why updates are never looked for; null when they can be. */
export function updatesOff({
  isPackaged,
  environment,
  hasPackaged,
  isPortable,
}: Installation): UpdateOff | null {
  if (!isPackaged) return 'development';
  if (isPortable) return 'portable';
  const given = environment?.trim();
  return (given ? isUpdateAddress(given) : hasPackaged) ? null : 'no-address';
}

/**
 * The configuration of electron-updater. An address of the environment replaces that of the package and keeps the rest, such
 * as the name of the publisher by which signatures are checked on Windows. Throws update.off for an address that may not be
 * asked.
 */
export function updaterConfig(environment: string | undefined, packaged: unknown): Record<string, unknown> {
  const parsed = packagedSchema.safeParse(packaged);
  const base = parsed.success
    ? parsed.data
    : { provider: 'generic', url: '', updaterCacheDirName: 'event-loom-updater' };
  const url = environment?.trim() || base.url;
  if (!isUpdateAddress(url)) throw new AppError('update.off');
  return { ...base, url };
}
