import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { Publisher } from '../core/publisher.ts';
import type { RunSnapshot } from '../shared/run.ts';

/** A little over a tenth of a second, as for windows: no second sees more than ten snapshots. */
const INTERVAL_MS = 110;

/** What is sent at once when it changes. */
const stateOf = (s: RunSnapshot): string =>
  [s.workspaceId, s.runId, s.status, s.error?.code, s.resumable].join('|');

export interface ProgressStreamOptions {
  /** The newest snapshot. */
  snapshot: () => RunSnapshot;
  /** A snapshot as it is sent. */
  json: (snapshot: RunSnapshot) => unknown;
  clock: Clock;
  /** A client that has not read for so long is left. */
  stalledMs: number;
  failed: (error: unknown) => void;
}

/**
 * One client of the stream of server-sent events: the snapshot as it is, then its changes. No more than one snapshot waits for
 * a client that does not read; it gets the newest when it reads again.
 */
export class ProgressStream {
  readonly #response: ServerResponse;
  readonly #options: ProgressStreamOptions;
  readonly #publisher: Publisher<RunSnapshot>;
  #state = '';
  #sent: Pick<RunSnapshot, 'workspaceId' | 'revision'> | null;
  /** Ends the wait for a client that does not read; null while it reads. */
  #blocked: AbortController | null = null;
  #missed = false;

  /** `known`: the snapshot that the client has already, which is not sent again; null when it has none. */
  constructor(
    response: ServerResponse,
    known: Pick<RunSnapshot, 'workspaceId' | 'revision'> | null,
    options: ProgressStreamOptions,
  ) {
    this.#response = response;
    this.#options = options;
    this.#sent = known;
    this.#publisher = new Publisher({
      build: options.snapshot,
      send: (snapshot) => this.#send(snapshot),
      failed: options.failed,
      clock: options.clock,
      intervalMs: INTERVAL_MS,
    });
    response.on('drain', () => this.#drained());
    this.#publisher.publishSoon();
  }

  /** There is a newer snapshot. */
  changed(): void {
    if (this.#blocked) this.#missed = true;
    else if (stateOf(this.#options.snapshot()) === this.#state) this.#publisher.mark();
    else this.#publisher.publishSoon();
  }

  /** Shows the client, and every machine in between, that the connection is alive. */
  beat(): void {
    if (!this.#blocked) this.#write(':\n\n');
  }

  /** Nothing is sent any more. */
  dispose(): void {
    this.#publisher.dispose();
    this.#blocked?.abort();
  }

  #send(snapshot: RunSnapshot): void {
    if (this.#blocked) {
      this.#missed = true;
      return;
    }
    this.#state = stateOf(snapshot);
    const { workspaceId, revision } = snapshot;
    if (this.#sent?.workspaceId === workspaceId && revision <= this.#sent.revision) return;
    this.#sent = { workspaceId, revision };
    const data = JSON.stringify(this.#options.json(snapshot));
    this.#write(`id: ${revision}\nevent: progress\ndata: ${data}\n\n`);
  }

  #write(text: string): void {
    if (this.#response.write(text) || this.#blocked) return;
    const { clock, stalledMs } = this.#options;
    const blocked = (this.#blocked = new AbortController());
    void clock.sleep(stalledMs, blocked.signal).then(() => {
      if (!blocked.signal.aborted) this.#response.destroy();
    });
  }

  #drained(): void {
    this.#blocked?.abort();
    this.#blocked = null;
    if (!this.#missed) return;
    this.#missed = false;
    this.#publisher.publishSoon();
  }
}
