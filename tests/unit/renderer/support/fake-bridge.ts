import type { Bridge, EventName, Events, Replies, Reply, RequestInput, Route } from '@shared/contract';
import type { ErrorInfo } from '@shared/errors';

/** A request that waits for its answer. */
export interface PendingRequest<R extends Route = Route> {
  route: R;
  input: RequestInput<R>;
  answer: (data: Replies[R]) => Promise<void>;
  refuse: (error: ErrorInfo) => Promise<void>;
}

type Answers = { [R in Route]?: (input: RequestInput<R>) => Replies[R] };

/** Stands for main: answers requests, by a function or when the test says so, and pushes events. */
export class FakeBridge implements Bridge {
  /** Routes that are answered at once. Requests of other routes wait in `pending`. */
  answers: Answers = {};
  readonly pending: PendingRequest[] = [];
  readonly sent: { route: Route; input: unknown }[] = [];
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>();

  request<R extends Route>(route: R, input?: RequestInput<R>): Promise<Reply<Replies[R]>> {
    this.sent.push({ route, input });
    const answer = this.answers[route];
    if (answer) return Promise.resolve({ ok: true, data: answer(input as RequestInput<R>) });
    return new Promise((resolve) => {
      const settle = async (reply: Reply<Replies[R]>): Promise<void> => {
        this.pending.splice(this.pending.indexOf(waiting as unknown as PendingRequest), 1);
        resolve(reply);
        await settled();
      };
      const waiting: PendingRequest<R> = {
        route,
        input: input as RequestInput<R>,
        answer: (data) => settle({ ok: true, data }),
        refuse: (error) => settle({ ok: false, error }),
      };
      this.pending.push(waiting as unknown as PendingRequest);
    });
  }

  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener as (payload: never) => void);
    return () => listeners.delete(listener as (payload: never) => void);
  }

  pathForFile(file: File): string {
    return `/dropped/${file.name}`;
  }

  /** Pushes an event to the window. */
  async push<E extends EventName>(event: E, payload: Events[E]): Promise<void> {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload as never);
    await settled();
  }

  /** How many listeners an event has. */
  listeners(event: EventName): number {
    return this.#listeners.get(event)?.size ?? 0;
  }

  /** The oldest request of a route that waits. */
  waiting<R extends Route>(route: R): PendingRequest<R> {
    const found = this.pending.find((request) => request.route === route);
    if (!found) throw new Error(`no request of ${route} waits`);
    return found as unknown as PendingRequest<R>;
  }

  /** How often a route was requested. */
  count(route: Route): number {
    return this.sent.filter((request) => request.route === route).length;
  }
}

/** Lets promises and Vue's queue of updates run out. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** Installs a bridge as `window.eventloom`. */
export function installBridge(): FakeBridge {
  const bridge = new FakeBridge();
  window.eventloom = bridge;
  return bridge;
}
