import { closeSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Overwrites a leaf page of a table or index, as a bad sector does; the file may be open elsewhere. `where`: 0 for the first
 * page, 1 for the last.
 */
export function damagePage(path: string, name: string, where = 0.5): void {
  damage(path, name, (pages) => pages.slice(Math.round((pages.length - 1) * where)).slice(0, 1));
}

/** Overwrites every leaf page of a table or index. */
export function damagePages(path: string, name: string): void {
  damage(path, name, (pages) => pages);
}

function damage(path: string, name: string, choose: (pages: number[]) => number[]): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const size = Number(Object.values(db.prepare('PRAGMA page_size').get() ?? {})[0]);
  const leaves = db
    .prepare('SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path')
    .all(name, 'leaf')
    .map(({ pageno }) => Number(pageno));
  db.close();
  const pages = choose(leaves);
  if (pages.length === 0 || pages.includes(1)) throw new Error(`${name} has no page that can be damaged`);
  const file = openSync(path, 'r+');
  for (const page of pages) writeSync(file, Buffer.alloc(size, 0xab), 0, size, (page - 1) * size);
  closeSync(file);
}
