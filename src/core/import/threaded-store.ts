import { MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { OptionalColumn } from '../store/behaviour-inserter.ts';
import type { ImportTables } from '../store/import-store.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { BadRow } from '../../shared/import.ts';
import { BehaviourBatcher } from './behaviour-batch.ts';
import type { BatchMemory, BehaviourBatch } from './behaviour-batch.ts';

/** The places of what the threads of an import see of each other. */
export const PLACE = { posted: 0, answered: 1, state: 2 } as const;
export const STATE = { working: 0, failed: 1, ended: 2 } as const;

/** What the thread that has the workspace is asked for, and waited for. */
export const CALLS: Record<
  Exclude<keyof ImportTables, 'behaviourInserter' | 'addUsers' | 'addBadRow' | 'findEarlierUser'>,
  true
> = {
  begin: true,
  commit: true,
  rollback: true,
  writeBackLog: true,
  hasImportOfSize: true,
  findSameFile: true,
  hasBehaviours: true,
  nextBaseId: true,
  beginImport: true,
  finishImport: true,
  changeReading: true,
  firstBadRows: true,
  lastUserNo: true,
  findUser: true,
  recordLongestBehaviour: true,
  dropBehaviourIndex: true,
  createBehaviourIndex: true,
  deleteKnownBehaviours: true,
  countBehaviours: true,
  putProfile: true,
};
export type CallName = keyof typeof CALLS;

/** What is written without an answer; a failure is told with the next call. */
export type Posted =
  | { post: 'columns'; columns: readonly OptionalColumn[]; memory: BatchMemory }
  | { post: 'behaviours'; batch: BehaviourBatch }
  | { post: 'users'; ids: readonly string[]; numbers: Float64Array }
  | { post: 'badRows'; importId: number; rows: readonly BadRow[] };
export type StoreMessage = Posted | { call: CallName; args: unknown[] };
export type StoreAnswer = { value: unknown } | { error: ErrorInfo };

/** What joins the two threads: a port at each end, and memory that both see. */
export const storeLinkSchema = z.object({
  port: z.instanceof(MessagePort),
  /** Room for a number at each PLACE. */
  shared: z.instanceof(SharedArrayBuffer),
});
export type StoreLink = z.infer<typeof storeLinkSchema>;

/** Messages that wait at the most: the faster thread must not fill the memory. */
const MOST_WAITING = 4;
/** Batches of behaviours that are there at once: those that wait, one that is being added, and one that is being filled. */
const BATCHES = MOST_WAITING + 2;
/** Rejected rows that go together. */
const BAD_ROWS = 256;
/** How long is waited until it is looked again whether the other thread is there at all. */
const WAIT_MS = 500;

/**
 * The workspace of an import, in another thread: rows are read here while those before are written there. What is written is not waited for,
 * all else is; the event loop of this thread stands still meanwhile.
 */
export class ThreadedStore {
  readonly #port: MessagePort;
  readonly #places: Int32Array;
  #posted = 0;
  #called = 0;
  #badRows: { importId: number; rows: BadRow[] } | null = null;
  /** The tables, as those that use them see them. */
  readonly tables: ImportTables;

  /** `findEarlierUser`: looks in the workspace as it was before the import, here: a question to the other thread takes four times as long. */
  constructor({ port, shared }: StoreLink, findEarlierUser: ImportTables['findEarlierUser']) {
    this.#port = port;
    this.#places = new Int32Array(shared);
    const calls = Object.keys(CALLS).map((name) => [
      name,
      (...args: unknown[]) => this.#call(name as CallName, args),
    ]);
    this.tables = {
      ...(Object.fromEntries(calls) as Pick<ImportTables, CallName>),
      findEarlierUser,
      findUser: (userId) => findEarlierUser(userId) ?? (this.#call('findUser', [userId]) as number | null),
      behaviourInserter: (columns) => {
        const batcher = new BehaviourBatcher(columns, BATCHES, (batch) => {
          this.#post({ post: 'behaviours', batch });
        });
        this.#post({ post: 'columns', columns, memory: batcher.memory });
        return batcher;
      },
      addUsers: (ids, numbers) => {
        this.#post({ post: 'users', ids, numbers });
      },
      addBadRow: (importId, row) => {
        this.#badRows ??= { importId, rows: [] };
        this.#badRows.rows.push(row);
        if (this.#badRows.rows.length === BAD_ROWS) this.#postBadRows();
      },
    };
  }

  /** Lets the other thread close the workspace. */
  close(): void {
    this.#port.close();
  }

  #postBadRows(): void {
    const waiting = this.#badRows;
    this.#badRows = null;
    if (waiting) this.#post({ post: 'badRows', ...waiting });
  }

  #post(message: Posted): void {
    this.#waitUntil(PLACE.posted, this.#posted - MOST_WAITING);
    // It fails with what failed there.
    if (Atomics.load(this.#places, PLACE.state) === STATE.failed) this.#call('lastUserNo', []);
    this.#posted += 1;
    this.#port.postMessage(message);
  }

  #call(name: CallName, args: unknown[]): unknown {
    if (name === 'rollback') this.#badRows = null;
    else this.#postBadRows();
    this.#called += 1;
    this.#port.postMessage({ call: name, args } satisfies StoreMessage);
    this.#waitUntil(PLACE.answered, this.#called);
    const { message: answer } = receiveMessageOnPort(this.#port) as { message: StoreAnswer };
    if ('error' in answer) throw new AppError(answer.error.code, answer.error.params);
    return answer.value;
  }

  /** Waits until a number that the other thread counts up is so high. Throws app.internal when that thread has ended. */
  #waitUntil(place: number, least: number): void {
    for (;;) {
      const now = Atomics.load(this.#places, place);
      if (now >= least) return;
      if (Atomics.load(this.#places, PLACE.state) === STATE.ended)
        throw new AppError('app.internal', { detail: 'the thread that writes the workspace has ended' });
      Atomics.wait(this.#places, place, now, WAIT_MS);
    }
  }
}
