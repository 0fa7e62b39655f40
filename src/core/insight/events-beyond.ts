import { MessageChannel, MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { EventColumns } from '../store/column-builder.ts';
import type { EventsBeyond } from '../store/event-columns.ts';

/** The places of what both threads see of the reading: one of STATE, and how many events were read. */
export const PLACE = { state: 0, events: 1 } as const;
export const STATE = { reading: 0, done: 1, failed: 2 } as const;

/** What the thread is started with. */
export const eventsWorkerDataSchema = z.object({
  workspacePath: z.string().min(1),
  /** The state of the workspace that the columns are to be of. */
  content: z.string(),
  fromUserNo: z.number().int(),
  /** Room for a number at each PLACE. */
  shared: z.instanceof(SharedArrayBuffer),
  /** Receives the columns. */
  port: z.instanceof(MessagePort),
});
export type EventsWorkerData = z.infer<typeof eventsWorkerDataSchema>;

/** How long the caller waits before it tells of its progress again. */
const WAIT_MS = 100;
/** A thread that reads nothing for so long is given up. */
const PATIENCE_MS = 5000;
/** Its columns are shared memory, which does not count here. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** Events that another thread reads from a workspace in the state `content`. */
export class EventsOfThread implements EventsBeyond {
  readonly #workerUrl: URL;
  readonly #workspacePath: string;
  readonly #content: string;
  readonly #patienceMs: number;
  readonly #shared = new Int32Array(
    new SharedArrayBuffer(Object.keys(PLACE).length * Int32Array.BYTES_PER_ELEMENT),
  );
  readonly #channel = new MessageChannel();
  #worker: Worker | null = null;
  #lastEvents = 0;
  #lastProgress = 0;

  /** `workerUrl`: the file that the thread runs: `events-worker`, as built or as source. */
  constructor(workerUrl: URL, workspacePath: string, content: string, patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
    this.#workerUrl = workerUrl;
    this.#workspacePath = workspacePath;
    this.#content = content;
  }

  begin(fromUserNo: number): void {
    const port = this.#channel.port2;
    const workerData: EventsWorkerData = {
      ...{ workspacePath: this.#workspacePath, content: this.#content, fromUserNo },
      ...{ shared: this.#shared.buffer, port },
    };
    this.#worker = new Worker(this.#workerUrl, {
      workerData,
      transferList: [port],
      name: 'events',
      resourceLimits: RESOURCE_LIMITS,
    });
    // What it could not read is read by the caller.
    this.#worker.on('error', () => undefined);
    this.#worker.unref();
    this.#lastProgress = performance.now();
  }

  get events(): number {
    return Atomics.load(this.#shared, PLACE.events);
  }

  isReading(): boolean {
    const { events } = this;
    if (events !== this.#lastEvents) [this.#lastEvents, this.#lastProgress] = [events, performance.now()];
    if (performance.now() - this.#lastProgress > this.#patienceMs) return false;
    Atomics.wait(this.#shared, PLACE.state, STATE.reading, WAIT_MS);
    return Atomics.load(this.#shared, PLACE.state) === STATE.reading;
  }

  columns(): EventColumns | null {
    const isDone = Atomics.load(this.#shared, PLACE.state) === STATE.done;
    const received = isDone
      ? (receiveMessageOnPort(this.#channel.port1) as { message: EventColumns } | undefined)
      : undefined;
    this.end();
    return received?.message ?? null;
  }

  /** Ends the thread, if it was started. */
  end(): void {
    void this.#worker?.terminate();
    this.#worker = null;
    this.#channel.port1.close();
  }
}
