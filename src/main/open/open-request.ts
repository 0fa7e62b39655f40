import { isAbsolute, normalize, resolve } from 'node:path';
import { z } from 'zod';
import { isWorkspaceName } from '../../core/store/workspace-files.ts';

/** A workspace that is to be opened: a file that the user chose outside the application, or one that a link names. */
export interface OpenRequest {
  from: 'file' | 'link';
  /** Absolute; null for a link that says nothing we know. */
  path: string | null;
}

const SCHEME = 'eventloom:';
const LONGEST_PATH = 4096;
/** Windows would send the name and password of the user to a server that a path begins with. */
const OTHER_MACHINE = /^[\\/]{2}/;

const linkedPath = z
  .string()
  .max(LONGEST_PATH)
  .refine((path) => isAbsolute(path) && isWorkspaceName(path) && !OTHER_MACHINE.test(path))
  .refine((path) => !/[\u0000-\u001f\u007f]/.test(path))
  .transform((path) => normalize(path));

/** What a link asks for: `eventloom://open?path=<absolute path, encoded>`. */
export function requestOfLink(link: string): OpenRequest {
  const url = URL.parse(link);
  const refused: OpenRequest = { from: 'link', path: null };
  if (url?.protocol !== SCHEME || url.hostname !== 'open' || (url.pathname !== '' && url.pathname !== '/'))
    return refused;
  const [path, ...more] = url.searchParams.getAll('path');
  const parsed = linkedPath.safeParse(path);
  return parsed.success && more.length === 0 ? { from: 'link', path: parsed.data } : refused;
}

/** What the arguments of a start ask for, relative names in a folder; null when they name neither a workspace nor a link. */
export function requestOfArguments(args: readonly string[], directory: string): OpenRequest | null {
  const named = args.filter((arg) => !arg.startsWith('-'));
  const link = named.find((arg) => arg.toLowerCase().startsWith(SCHEME));
  if (link !== undefined) return requestOfLink(link);
  const file = named.find((arg) => isWorkspaceName(arg));
  return file === undefined ? null : { from: 'file', path: resolve(directory, file) };
}
