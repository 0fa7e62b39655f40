import { basename, dirname } from 'node:path';

export interface RecentEntry {
  label: string;
  path: string;
}

/** Recent workspaces as entries of a menu: by name, and with the folder where two have the same name. */
export function recentEntries(paths: readonly string[]): RecentEntry[] {
  const names = paths.map((path) => basename(path));
  return paths.map((path, index) => {
    const name = names[index] ?? path;
    const isAlone = names.filter((other) => other === name).length === 1;
    // An ampersand marks the key of an entry unless it is doubled.
    const label = (isAlone ? name : `${name} — ${dirname(path)}`).replaceAll('&', '&&');
    return { label, path };
  });
}
