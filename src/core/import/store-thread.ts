import { toErrorInfo } from '../errors.ts';
import { ImportStore } from '../store/import-store.ts';
import type { BehaviourAdder } from '../store/behaviour-inserter.ts';
import { knownError } from '../store/known-errors.ts';
import type { Connection } from '../store/database.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { addBatch } from './behaviour-batch.ts';
import type { BehaviourBatch } from './behaviour-batch.ts';
import { PLACE, STATE } from './threaded-store.ts';
import type { CallName, Posted, StoreAnswer, StoreLink, StoreMessage } from './threaded-store.ts';

/** What is opened for the other thread. */
interface OpenStore {
  db: Connection;
  store: ImportStore;
}

/**
 * Writes into the workspace at `path` what a ThreadedStore asks for at the other end of the link, until that end is closed: what is not
 * committed by then is taken back. `open` is called at once; its failure is that of the first call.
 */
export function serveStore(path: string, open: () => Connection, { port, shared }: StoreLink): void {
  const places = new Int32Array(shared);
  let opened: OpenStore | null = null;
  let failure: ErrorInfo | null = null;
  let adder: BehaviourAdder | null = null;
  let add: (batch: BehaviourBatch) => void = () => undefined;

  const fail = (error: unknown): ErrorInfo => toErrorInfo(knownError(error, path));
  const countUp = (place: number): void => {
    Atomics.add(places, place, 1);
    Atomics.notify(places, place);
  };

  function write(message: Posted, store: ImportStore): void {
    switch (message.post) {
      case 'columns': {
        const { columns, memory } = message;
        const inserter = store.behaviourInserter(columns);
        adder = inserter;
        add = (batch) => {
          addBatch(inserter, columns, memory, batch);
        };
        break;
      }
      case 'behaviours':
        add(message.batch);
        break;
      case 'users':
        store.addUsers(message.ids, message.numbers);
        break;
      case 'badRows':
        for (const row of message.rows) store.addBadRow(message.importId, row);
        break;
    }
  }

  function answer(name: CallName, args: unknown[]): StoreAnswer {
    if (name === 'rollback') [failure, adder] = [null, null];
    if (failure) return { error: failure };
    if (!opened) return { value: null };
    try {
      const { store } = opened;
      // The last rows of a batch wait in the inserter.
      adder?.flush();
      return { value: Reflect.apply(store[name], store, args) };
    } catch (error) {
      return { error: fail(error) };
    }
  }

  try {
    const db = open();
    opened = { db, store: new ImportStore(db) };
  } catch (error) {
    failure = fail(error);
  }
  port.on('message', (message: StoreMessage) => {
    if ('call' in message) {
      port.postMessage(answer(message.call, message.args));
      countUp(PLACE.answered);
      return;
    }
    try {
      if (opened && !failure) write(message, opened.store);
    } catch (error) {
      failure = fail(error);
      Atomics.store(places, PLACE.state, STATE.failed);
    }
    countUp(PLACE.posted);
  });
  port.on('close', () => opened?.db.close());
}
