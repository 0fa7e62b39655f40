import type { DatabaseSync } from 'node:sqlite';

/** With more rows than this added or taken out beside so many others, to build the index by user anew costs less than to change it row by row. */
export function manyBeside(rows: number): number {
  return rows / 8;
}

/** Before many rows are added or taken out: an index built by sorting at the end costs a fraction of one kept row by row. */
export function dropBehaviourIndex(db: DatabaseSync): void {
  db.exec('DROP INDEX behaviours_by_user');
}

export function createBehaviourIndex(db: DatabaseSync): void {
  db.exec('CREATE INDEX behaviours_by_user ON behaviours (user_no, time)');
}
