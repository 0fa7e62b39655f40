import type { Bridge, EventName, Events, Replies, RequestInput, Route } from '@shared/contract';
import type { ErrorCode, ErrorInfo } from '@shared/errors';

/** An error that came back from the main process, with its stable code. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;

  constructor(info: ErrorInfo) {
    super(info.code);
    this.name = 'ApiError';
    this.code = info.code;
    this.params = info.params ?? {};
  }
}

function bridge(): Bridge {
  if (!window.eventloom) throw new ApiError({ code: 'app.internal', params: { detail: 'window.eventloom' } });
  return window.eventloom;
}

/** Sends a request to the main process. Returns the data of the reply; throws ApiError for everything else. */
export async function request<R extends Route>(route: R, input?: RequestInput<R>): Promise<Replies[R]> {
  // A Vue proxy cannot be cloned across the bridge, so the input is converted to plain objects first.
  const plain = input === undefined ? undefined : (JSON.parse(JSON.stringify(input)) as RequestInput<R>);
  let reply;
  try {
    reply = await bridge().request(route, plain);
  } catch (error) {
    throw new ApiError(toErrorInfo(error));
  }
  if (!reply.ok) throw new ApiError(reply.error);
  return 'json' in reply ? (JSON.parse(reply.json) as Replies[R]) : reply.data;
}

/** Subscribes to an event of the main process; returns the function that unsubscribes. */
export function subscribe<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
  return bridge().on(event, listener);
}

/** The path of a file that was dropped on the window. */
export function pathForFile(file: File): string {
  return bridge().pathForFile(file);
}

/** The error value of anything that was thrown. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof ApiError) return { code: error.code, params: error.params };
  return { code: 'app.internal', params: { detail: error instanceof Error ? error.message : String(error) } };
}
