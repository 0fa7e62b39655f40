import { EventEmitter } from 'node:events';
import type { Protocol } from './protocol.ts';
import type { CdpTransport } from './transport.ts';

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

/** One DevTools session: the browser itself, or one attached page. */
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

/** The DevTools protocol: commands with their answers, and the events of the browser and of each attached page. */
export class CdpConnection {
  readonly browser: CdpSession;
  /** Settles when the transport is closed, i.e. the browser has ended. */
  readonly closed: Promise<void>;
  private readonly sessions = new Map<string, CdpSession>();
  private readonly pending = new Map<number, Pending>();
  private readonly transport: CdpTransport;
  private lastId = 0;
  private open = true;

  constructor(transport: CdpTransport) {
    this.transport = transport;
    this.browser = new CdpSession(this, undefined);
    this.closed = new Promise((resolve) => {
      transport.listen(
        (message) => this.receive(JSON.parse(message) as Incoming),
        () => {
          this.end();
          resolve();
        },
      );
    });
  }

  /** Lets go of the browser. */
  close(): void {
    this.transport.close();
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
      this.transport.send(JSON.stringify({ id, method, params: params ?? {}, sessionId }));
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
