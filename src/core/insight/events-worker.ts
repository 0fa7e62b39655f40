import { workerData } from 'node:worker_threads';
import { connect } from '../store/database.ts';
import { readEventsFrom } from '../store/event-columns.ts';
import { WorkspaceStore } from '../store/workspace-store.ts';
import { eventsWorkerDataSchema, PLACE, STATE } from './events-beyond.ts';
import type { EventsWorkerData } from './events-beyond.ts';

/**
 * Reads the events of the users from a number on, for a thread that reads those before it and then waits without turning its event
 * loop. Any failure leaves all of them to that thread, which meets it, too, if it does not pass.
 */
function read(places: Int32Array, { workspacePath, content, fromUserNo, port }: EventsWorkerData): boolean {
  const db = connect(workspacePath, { readOnly: true });
  try {
    db.exec('BEGIN');
    if (new WorkspaceStore(db).eventsContent() !== content) return false;
    const reading = readEventsFrom(db, fromUserNo);
    for (;;) {
      const step = reading.next();
      if (!step.done) Atomics.store(places, PLACE.events, step.value);
      else {
        port.postMessage(step.value);
        return true;
      }
    }
  } finally {
    db.close();
  }
}

const data = eventsWorkerDataSchema.parse(workerData);
const places = new Int32Array(data.shared);
let state: number = STATE.failed;
try {
  if (read(places, data)) state = STATE.done;
} finally {
  Atomics.store(places, PLACE.state, state);
  Atomics.notify(places, PLACE.state);
}
