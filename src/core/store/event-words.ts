import { setImmediate } from 'node:timers/promises';
import type { EventWord } from '../../shared/codebook.ts';
import type { Connected } from './database.ts';
import { eventId, MAX_EVENTS_PER_USER } from './event-id.ts';

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
export function countEventWords(workspace: Connected): Promise<WordUse[]> {
  return countWords(workspace, null);
}

/**
 * The same of the events that a run has made and that still stand, and of how many users: a user who failed in a run still has
 * the events of an earlier one. The events of users between them are passed over.
 */
export async function countWordsOfRun(
  workspace: Connected,
  runId: number,
): Promise<{ words: WordUse[]; users: number }> {
  const statement = workspace.db.prepare(
    "SELECT user_no FROM sequences WHERE run_id = ? AND status <> 'failed' ORDER BY user_no",
  );
  statement.setReturnArrays(true);
  const users = (statement.all(runId) as unknown as [number][]).map(([userNo]) => userNo);
  return { words: await countWords(workspace, users), users: users.length };
}

/** Of the events of these users, in order; null: of all. */
async function countWords(workspace: Connected, users: readonly number[] | null): Promise<WordUse[]> {
  const uses = new Map<string, WordUse>();
  const wanted = users && new Set(users);
  let last = users ? eventId(users[0] ?? 0, 0) - 1 : -1;
  const end = users ? eventId(users.at(-1) ?? -1, MAX_EVENTS_PER_USER) : Number.MAX_SAFE_INTEGER;
  for (;;) {
    // A workspace may be written back under another connection between two portions.
    const statement = workspace.db.prepare(
      `SELECT id, user_no, type, category, origin = 'llm' FROM events WHERE id > ? AND id <= ? ORDER BY id LIMIT ${ROWS_PER_PORTION}`,
    );
    statement.setReturnArrays(true);
    const rows = statement.all(last, end) as unknown as WordTuple[];
    for (const [id, userNo, word, category, byModel] of rows) {
      last = id;
      if (wanted && !wanted.has(userNo)) continue;
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
