import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { licenceSchema } from '../../shared/licences.ts';
import type { Licence } from '../../shared/licences.ts';

/** What the build writes beside each bundle. */
const FILE = 'licences.json';
const listSchema = z.array(licenceSchema);

/** The licences of all packages in the bundles of these folders, by name; none where the bundles are not built (development). */
export async function readLicences(folders: readonly string[]): Promise<Licence[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      try {
        return listSchema.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
      } catch {
        return [];
      }
    }),
  );
  const byName = new Map(lists.flat().map((licence) => [`${licence.name} ${licence.version}`, licence]));
  return [...byName.values()].sort((one, other) => one.name.localeCompare(other.name, 'en'));
}
