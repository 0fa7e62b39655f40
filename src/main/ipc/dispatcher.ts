import { AppError, toErrorInfo } from '../../core/errors.ts';
import { requests } from '../../shared/contract.ts';
import type { Reply, Route } from '../../shared/contract.ts';
import type { Log } from '../log/rotating-log.ts';
import type { Caller, Handlers } from './context.ts';

/** Where a request came from. */
export interface Sender {
  /** Identity of the window, null when it is none of ours. */
  windowId: number | null;
  /** URL of the frame, null when the frame is gone. */
  url: string | null;
  isTopFrame: boolean;
}

/** Routes whose data may be large: it is sent as JSON text. */
const LARGE = new Set<unknown>([
  'app.licences',
  'users.get',
  'users.events',
  'users.behaviours',
  'users.evidence',
] satisfies Route[]);

export type Dispatch = (sender: Sender, route: unknown, input: unknown) => Promise<Reply<unknown>>;

export interface DispatcherOptions {
  handlers: Handlers;
  /** Whether a URL is a page of ours. */
  isOwnUrl: (url: string) => boolean;
  /** Whether the application is on its way out: nothing new begins then. */
  isQuitting: () => boolean;
  log: Log;
}

/** Whether a request may be answered: from the top frame of one of our windows, showing one of our pages. */
export function callerOf(sender: Sender, isOwnUrl: (url: string) => boolean): Caller | null {
  if (sender.windowId === null || sender.url === null || !sender.isTopFrame) return null;
  return isOwnUrl(sender.url) ? { windowId: sender.windowId } : null;
}

function isRoute(route: unknown): route is Route {
  return typeof route === 'string' && Object.hasOwn(requests, route);
}

/** A route as it may be shown and logged. What is no string is named by its type: turning an object into text can throw. */
function nameOf(route: unknown): string {
  return typeof route === 'string' ? route.slice(0, 100) : `(${typeof route})`;
}

/**
 * The one way in for requests: sender check, known route, parse, run. Never rejects, because `invoke` would keep an
 * error's message only and lose its code (electron/electron#24427).
 */
export function createDispatcher({ handlers, isOwnUrl, isQuitting, log }: DispatcherOptions): Dispatch {
  async function run(sender: Sender, route: unknown, input: unknown): Promise<unknown> {
    const caller = callerOf(sender, isOwnUrl);
    if (!caller) throw new AppError('app.sender_rejected');
    if (isQuitting()) throw new AppError('app.quitting');
    if (!isRoute(route)) throw new AppError('app.unknown_request', { route: nameOf(route) });
    const parsed = requests[route].safeParse(input);
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join('.') || '-';
      throw new AppError('app.bad_request', { route, field });
    }
    // The mapped type of Handlers pairs each route with its parsed input; a route known only at run time loses the pairing.
    const handler = handlers[route] as (input: unknown, caller: Caller) => unknown;
    return handler(parsed.data, caller);
  }

  return async (sender, route, input) => {
    try {
      const data = await run(sender, route, input);
      return LARGE.has(route) ? { ok: true, json: JSON.stringify(data) } : { ok: true, data };
    } catch (error) {
      if (!(error instanceof AppError)) log.error(`request ${nameOf(route)} failed`, error);
      return { ok: false, error: toErrorInfo(error) };
    }
  };
}
