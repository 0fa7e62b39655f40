import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** A local port that can be closed and opened again under the same number. */
export class Port {
  readonly #listener: RequestListener;
  #server: Server | null = null;
  #number: number;

  /** `number`: 0 for any free one, which is then kept. */
  constructor(number: number, listener: RequestListener) {
    this.#number = number;
    this.#listener = listener;
  }

  get url(): string {
    return `http://${HOST}:${this.#number}`;
  }

  /** Rejects when the number is taken. */
  async open(): Promise<void> {
    if (this.#server) return;
    // A kept connection must outlive the pauses of any client: closing it first would look like a reset.
    const server = createServer(
      { keepAliveTimeout: 600_000, requestTimeout: 0, headersTimeout: 0, noDelay: true },
      this.#listener,
    );
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#number, HOST, resolve);
    });
    this.#number = (server.address() as AddressInfo).port;
  }

  /** Ends all connections at once; new ones are refused. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
