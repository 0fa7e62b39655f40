import { join } from 'node:path';
import Store from 'electron-store';
import type { Log } from '../log/rotating-log.ts';
import { putAsideIfCorrupt } from './put-aside.ts';
import { saveTo } from './stored-object.ts';

/** One JSON object kept on disk. What is read is untrusted: the user may have edited it, or a newer version written it. */
export interface ValueStore {
  read(): unknown;
  /** Replaces the object. Throws app.settings_not_saved. */
  write(value: object): void;
}

/** A store that forgets, for when the folder cannot be used: the application starts with defaults all the same. */
function memoryStore(): ValueStore {
  let value: object = {};
  return {
    read: () => value,
    write: (next) => {
      value = next;
    },
  };
}

/**
 * Opens `<folder>/<name>.json`, written atomically; never throws. `mode`: who may read the file, where the system knows.
 * `onSetAside` is called with the new name of a file that could not be read.
 */
export function openValueStore(
  folder: string,
  name: string,
  log: Log,
  mode = 0o666,
  onSetAside: (path: string) => void = () => undefined,
): ValueStore {
  try {
    const path = join(folder, `${name}.json`);
    const aside = putAsideIfCorrupt(path, Date.now());
    if (aside) {
      log.warn(`${name}.json was unreadable and is now ${aside}`);
      onSetAside(aside);
    }
    const store = new Store<Record<string, unknown>>({ name, cwd: folder, configFileMode: mode });
    return {
      read: () => store.store,
      write: (value) =>
        saveTo(path, () => {
          store.store = { ...value };
        }),
    };
  } catch (error) {
    log.error(`${name}.json cannot be used; settings last until the application quits`, error);
    return memoryStore();
  }
}
