import { setImmediate } from 'node:timers/promises';
import type { EventWord } from '../../shared/codebook.ts';
import type { Connected } from './database.ts';

/** A portion is read in a few tens of milliseconds. */
const ROWS_PER_PORTION = 20_000;

/** How often events carry a word as their type. */
export interface WordUse extends EventWord {
  byModel: boolean;
  events: number;
  /** The numbers of the users that have such an event, in order. */
  users: number[];
}

type WordTuple = [id: number, userNo: number, type: string, category: EventWord['category'], byModel: number];

/** Counts the words of all events, about 700 ms for a million. The thread does other work between two portions. */
export async function countEventWords(workspace: Connected): Promise<WordUse[]> {
  const uses = new Map<string, WordUse>();
  let last = -1;
  for (;;) {
    // A workspace may be written back under another connection between two portions.
    const statement = workspace.db.prepare(
      `SELECT id, user_no, type, category, origin = 'llm' FROM events WHERE id > ? ORDER BY id LIMIT ${ROWS_PER_PORTION}`,
    );
    statement.setReturnArrays(true);
    const rows = statement.all(last) as unknown as WordTuple[];
    for (const [id, userNo, word, category, byModel] of rows) {
      last = id;
      const key = `${category}\n${byModel}\n${word}`;
      let use = uses.get(key);
      if (!use) {
        use = { word, category, byModel: byModel === 1, events: 0, users: [] };
        uses.set(key, use);
      }
      use.events += 1;
      if (use.users.at(-1) !== userNo) use.users.push(userNo);
    }
    if (rows.length < ROWS_PER_PORTION) return [...uses.values()];
    await setImmediate();
  }
}
