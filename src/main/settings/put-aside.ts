import { readFileSync, renameSync } from 'node:fs';

/** Renames a file that is no JSON object to `<name>.corrupt-<time>`; it is never deleted, because somebody may mend it. */
export function putAsideIfCorrupt(path: string, now: number): string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return null;
  } catch {
    // Falls through: what does not parse is put aside like what is no object.
  }
  const aside = `${path}.corrupt-${now}`;
  renameSync(path, aside);
  return aside;
}
