import type { DatabaseSync } from 'node:sqlite';
import type { Connected } from './database.ts';

/** How many revisions are reserved at a time: one small write for every so many snapshots. */
const BLOCK = 10_000;
/** Enough for a day of snapshots at the ten a second that an import tells. */
const BLOCK_AHEAD = 1_000_000;
/** A higher number was not written by this program, and soon could not be counted on from. */
const HIGHEST = 2 ** 52;

/**
 * Numbers for snapshots that only grow, across restarts too: a block is reserved on disk before its first number is
 * given out, so that a process that died cannot have shown a higher one.
 */
export class Revisions {
  #last = 0;
  #reserved = 0;
  #workspace: Connected | null = null;

  /** Goes on above everything this workspace, and this process, has ever shown. */
  attach(workspace: Connected): void {
    this.#workspace = workspace;
    this.#last = Math.max(this.#last, reservedIn(workspace.db));
    this.#reserve();
  }

  detach(): void {
    this.#workspace = null;
  }

  /** Reserves so many that none has to be while another connection keeps the workspace from being written to. */
  reserveAhead(): void {
    this.#reserve(BLOCK_AHEAD);
  }

  next(): number {
    if (this.#workspace && this.#last + 1 >= this.#reserved) this.#reserve();
    this.#last += 1;
    return this.#last;
  }

  #reserve(count = BLOCK): void {
    const reserved = this.#last + count;
    try {
      this.#workspace?.db
        .prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('revision_reserved', ?)")
        .run(String(reserved));
    } catch {
      // A full or locked disk must not stop a window from being told about just that; the next block tries again.
    }
    this.#reserved = reserved;
  }
}

/** The highest revision that may have been shown; 0 when nothing sensible is stored. */
function reservedIn(db: DatabaseSync): number {
  const row = db
    .prepare("SELECT value FROM meta WHERE key = 'revision_reserved' AND length(value) < 20")
    .get();
  const reserved = Number(row?.['value']);
  return Number.isSafeInteger(reserved) && reserved >= 0 && reserved <= HIGHEST ? reserved : 0;
}
