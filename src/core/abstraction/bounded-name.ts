import { createHash } from 'node:crypto';
import { shorten } from './shorten.ts';

/** Of a name: in almost every log it is shorter. */
export const NAME_CHARS = 1000;
const HASH_CHARS = 12;

/**
 * The name of a thing. A longer one is its beginning and a hash of the whole, so that two such names stay two: names are keys by which
 * behaviours join, and stand in every event about them.
 */
export function boundedName(name: string): string {
  if (name.length <= NAME_CHARS) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARS);
  return `${shorten(name, NAME_CHARS)} ${hash}`;
}
