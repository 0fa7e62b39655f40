import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from './protocol.ts';

type Commands = Protocol.CommandParameters;
type Results = Protocol.CommandReturnValues;
type ProtocolEvents = Protocol.Events;

interface Incoming {
  id?: number;
  method?: string;
  params?: object;
  sessionId?: string;
  result?: object;
  error?: { message: string };
}

interface Pending {
  method: string;
  resolve(result: never): void;
  reject(error: Error): void;
}

/** One DevTools session over the pipe: the browser itself, or one attached page. */
export class CdpSession {
  private readonly emitter = new EventEmitter();
  private readonly connection: CdpConnection;
  readonly id: string | undefined;

  constructor(connection: CdpConnection, id: string | undefined) {
    this.connection = connection;
    this.id = id;
  }

  /** Sends a DevTools command. Rejects with the browser's message, or when the browser has gone. */
  send<M extends keyof Commands & keyof Results>(method: M, params?: Commands[M]): Promise<Results[M]> {
    return this.connection.send(method, params, this.id);
  }

  /** Sends a command whose failure means only that the page or the browser has gone meanwhile. */
  async tell<M extends keyof Commands & keyof Results>(method: M, params?: Commands[M]): Promise<void> {
    await this.send(method, params).catch(() => undefined);
  }

  on<E extends keyof ProtocolEvents>(event: E, listener: (params: ProtocolEvents[E]) => void): void {
    this.emitter.on(event, listener);
  }

  /** Called by the connection with the messages of this session. */
  receive(event: string, params: object): void {
    this.emitter.emit(event, params);
  }
}

/**
 * The DevTools protocol over a pair of pipes (`--remote-debugging-pipe`), not a port: Chromium ends itself when the
 * pipe breaks, so no process is left when this one is killed.
 */
export class CdpConnection {
  readonly browser: CdpSession;
  /** Settles when the pipe is closed, i.e. the browser has ended. */
  readonly closed: Promise<void>;
  private readonly sessions = new Map<string, CdpSession>();
  private readonly pending = new Map<number, Pending>();
  private readonly output: Writable;
  private lastId = 0;
  private open = true;

  constructor(output: Writable, input: Readable) {
    this.output = output;
    this.browser = new CdpSession(this, undefined);
    // EPIPE when the browser has ended; the end of the input reports the same.
    output.on('error', () => undefined);
    let rest = '';
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.receive(JSON.parse(message) as Incoming);
    });
    this.closed = new Promise((resolve) => {
      input.once('close', () => {
        this.end();
        resolve();
      });
    });
  }

  /** Attaches to a page; events of it arrive at the returned session. */
  async attach(targetId: string): Promise<CdpSession> {
    const { sessionId } = await this.browser.send('Target.attachToTarget', { targetId, flatten: true });
    return this.session(sessionId);
  }

  /** The session of an id that the browser announced itself (auto-attach). */
  session(id: string): CdpSession {
    const known = this.sessions.get(id) ?? new CdpSession(this, id);
    this.sessions.set(id, known);
    return known;
  }

  send<M extends keyof Commands & keyof Results>(
    method: M,
    params: Commands[M] | undefined,
    sessionId: string | undefined,
  ): Promise<Results[M]> {
    if (!this.open) return Promise.reject(new Error(`chromium-host: ${method}: the browser has ended`));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { method, resolve, reject });
      this.output.write(`${JSON.stringify({ id, method, params: params ?? {}, sessionId })}\0`);
    });
  }

  private receive(message: Incoming): void {
    if (message.id !== undefined) {
      const pending = this.pending.get(message.id);
      this.pending.delete(message.id);
      if (message.error) pending?.reject(new Error(`${pending.method}: ${message.error.message}`));
      else pending?.resolve(message.result as never);
      return;
    }
    if (message.method === 'Target.detachedFromTarget') {
      this.sessions.delete((message.params as { sessionId: string }).sessionId);
    }
    const session = message.sessionId === undefined ? this.browser : this.sessions.get(message.sessionId);
    // A session that auto-attach has announced may not be registered yet: its first events are dropped.
    if (message.method) session?.receive(message.method, message.params ?? {});
  }

  private end(): void {
    this.open = false;
    for (const { method, reject } of this.pending.values()) {
      reject(new Error(`${method}: the browser has ended`));
    }
    this.pending.clear();
  }
}
