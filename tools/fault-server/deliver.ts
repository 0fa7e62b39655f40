import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

/** What is sent, and when. */
export interface Delivery {
  /** Null for none: the writes only pass their time. */
  status: number | null;
  headers: Record<string, string>;
  /** `atMs` from the arrival of the request; the status goes out with the first. */
  writes: { atMs: number; text: string }[];
  /** After the last write: the regular end, a reset connection, or nothing on an open one. */
  ending: 'end' | 'reset' | 'silence';
}

/**
 * Sends a delivery. Resolves at its end (for silence: when the client has disconnected) to whether all of it was written
 * to a connection that was still open.
 */
export async function deliver(
  response: ServerResponse,
  delivery: Delivery,
  arrivedAt: number,
  clock: Clock,
): Promise<boolean> {
  const left = new AbortController();
  const { socket } = response;
  const closed = new Promise<false>((resolve) => {
    response.once('close', () => {
      left.abort();
      resolve(false);
    });
  });
  for (const [index, { atMs, text }] of delivery.writes.entries()) {
    const wait = arrivedAt + atMs - clock.now();
    if (wait > 0) await clock.sleep(wait, left.signal);
    if (left.signal.aborted) return false;
    const last = index === delivery.writes.length - 1 && delivery.ending === 'end';
    // A client that has just died has closed its socket: read that before its answer counts as delivered.
    if (last) await setImmediate();
    if (left.signal.aborted || !socket || socket.destroyed) return false;
    if (delivery.status === null) continue;
    if (!response.headersSent) response.writeHead(delivery.status, delivery.headers);
    if (last) return ended(response, text, closed);
    response.write(text);
  }
  if (delivery.ending === 'reset') socket?.resetAndDestroy();
  else await closed;
  return false;
}

function ended(response: ServerResponse, text: string, closed: Promise<false>): Promise<boolean> {
  const written = new Promise<boolean>((resolve) => {
    response.end(text, () => resolve(response.errored === null));
  });
  return Promise.race([written, closed]);
}
