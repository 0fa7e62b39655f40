import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import { ProgressStream } from './progress-stream.ts';
import type { ProgressStreamOptions } from './progress-stream.ts';
import { HEADERS } from './replies.ts';

export interface ProgressStreamsOptions extends ProgressStreamOptions {
  mostStreams: number;
  heartbeatMs: number;
}

/** All clients of the stream. */
export class ProgressStreams {
  readonly #options: ProgressStreamsOptions;
  readonly #open = new Map<ServerResponse, ProgressStream>();
  readonly #closing = new AbortController();
  /** The workspace whose revisions are counted; null once another one was opened. */
  #workspaceId: string | null;

  constructor(options: ProgressStreamsOptions) {
    this.#options = options;
    this.#workspaceId = options.snapshot().workspaceId;
    void this.#beat();
  }

  /** Throws api.too_many_streams. */
  open(request: IncomingMessage, response: ServerResponse): void {
    if (this.#open.size >= this.#options.mostStreams || this.#closing.signal.aborted)
      throw new AppError('api.too_many_streams');
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      // Nothing else follows on it, so that the end of the server need not wait for it.
      connection: 'close',
    });
    response.flushHeaders();
    // It has times of its own: see `stalledMs`.
    request.socket.setTimeout(0);
    const stream = new ProgressStream(response, this.#known(request), this.#options);
    this.#open.set(response, stream);
    response.on('error', () => undefined);
    response.on('close', () => {
      stream.dispose();
      this.#open.delete(response);
    });
  }

  /** There is a newer snapshot. */
  changed(): void {
    const { workspaceId } = this.#options.snapshot();
    // Without a workspace there is none yet.
    if (this.#workspaceId === '') this.#workspaceId = workspaceId;
    else if (this.#workspaceId !== workspaceId) this.#workspaceId = null;
    for (const stream of this.#open.values()) stream.changed();
  }

  /** Ends every stream in order. */
  close(): void {
    this.#closing.abort();
    for (const [response, stream] of this.#open) {
      stream.dispose();
      response.end();
    }
  }

  /**
   * What a client that comes back has seen. Only the revision of the snapshot of now counts: an older one misses something,
   * and a newer one is of another workspace, as may be any once the workspace has changed.
   */
  #known({ headers }: IncomingMessage): { workspaceId: string; revision: number } | null {
    const { workspaceId, revision } = this.#options.snapshot();
    const isKnown = headers['last-event-id'] === String(revision) && this.#workspaceId === workspaceId;
    return isKnown ? { workspaceId, revision } : null;
  }

  async #beat(): Promise<void> {
    const { clock, heartbeatMs } = this.#options;
    const { signal } = this.#closing;
    for (;;) {
      await clock.sleep(heartbeatMs, signal);
      if (signal.aborted) return;
      for (const stream of this.#open.values()) stream.beat();
    }
  }
}
