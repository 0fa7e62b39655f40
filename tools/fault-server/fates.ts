import type { Random } from '../../src/core/sample/random.ts';
import type { Delivery } from './deliver.ts';
import type { Face } from './faces.ts';
import type { FaultKind } from './faults.ts';
import type { Timing } from './latency.ts';
import { errorOf } from './refusals.ts';
import { pieces } from './wire.ts';
import type { Wire, WireAnswer, WireError } from './wire.ts';

const HTML_PAGE =
  '<!DOCTYPE html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n';
/** White space without end, and an answer many times as long as its limit. */
const ENDLESS_WRITES = 400;
const BLANKS = '\n'.repeat(1_000);
/** How long comments keep a connection open, and how often they come, in milliseconds. */
const KEPT_ALIVE_MS = 300;
const KEEP_ALIVE_EVERY_MS = 50;
/** What ends a stream, in both protocols. */
const STREAM_END = /data: \[DONE\]\n\n|event: message_(?:delta|stop)\ndata: .*\n\n/g;
/** In so many parts is an answer that breaks off. */
const BROKEN_PARTS = 6;

/** How an answer is sent. */
export interface Passage {
  wire: Wire;
  /** Whether it is streamed. */
  stream: boolean;
  /** Writes of a stream. */
  writes: number;
  headers: Record<string, string>;
  timing: Timing;
}

/** An error in the words of the protocol. `retryAfterSeconds`: null for no such header. */
export function errorDelivery(
  wire: Wire,
  error: WireError,
  headers: Record<string, string>,
  atMs: number,
  retryAfterSeconds: number | null = null,
): Delivery {
  const all = retryAfterSeconds === null ? headers : { ...headers, 'retry-after': String(retryAfterSeconds) };
  return page(error.status, 'application/json', wire.error(error), all, atMs);
}

/** A refusal in the words of some provider. */
export function faceDelivery(face: Face, headers: Record<string, string>, atMs: number): Delivery {
  const body = typeof face.body === 'string' ? face.body : JSON.stringify(face.body);
  const type = face.contentType ?? 'application/json';
  return page(face.status, type, body, { ...headers, ...face.headers }, atMs);
}

/** A whole answer. */
export function answerDelivery(answer: WireAnswer, passage: Passage, contentType?: string): Delivery {
  const { wire, stream, headers, timing } = passage;
  if (!stream) {
    return page(200, contentType ?? 'application/json', wire.whole(answer), headers, timing.totalMs);
  }
  const parts = wire.stream(answer, passage.writes);
  return {
    status: 200,
    headers: { 'content-type': contentType ?? 'text/event-stream', ...headers },
    writes: timed(parts, timing),
    ending: 'end',
  };
}

/** The delivery for a fault of the transfer, or one before the model is asked; null for a fault of the answer itself. */
export function faultDelivery(
  fault: FaultKind,
  answer: WireAnswer,
  passage: Passage,
  error: { atMs: number; retryAfterSeconds: number | null },
  random: Random,
): Delivery | null {
  const { wire, headers, timing } = passage;
  switch (fault) {
    case 'rate_limit':
      return errorDelivery(wire, errorOf(429), headers, error.atMs, error.retryAfterSeconds);
    case 'server_error':
      return random.pick([
        () => errorDelivery(wire, errorOf(500), headers, error.atMs),
        () => page(502, 'text/html', HTML_PAGE, headers, error.atMs),
        () => page(503, 'text/plain', 'upstream connect error or disconnect', headers, error.atMs),
      ])();
    case 'reset':
      return random.chance(0.5)
        ? nothing([{ atMs: timing.firstMs, text: '' }], 'reset')
        : brokenOff(answer, passage, 'reset', random);
    case 'stall':
      return brokenOff(answer, passage, 'silence', random);
    case 'hang':
      return nothing([], 'silence');
    case 'html_200':
      return page(200, 'text/html', HTML_PAGE, headers, timing.totalMs);
    case 'wrong_type':
      return answerDelivery(
        answer,
        passage,
        random.pick(['text/plain', 'text/html', 'application/octet-stream']),
      );
    case 'draft_no_finish':
      return cutOff(answer, passage);
    case 'in_list':
      return page(200, 'application/json', `[${wire.whole(answer)}]`, headers, timing.totalMs);
    case 'keep_alive':
      return keptAlive(answer, passage);
    case 'blanks':
      return endless({ ...answer, text: BLANKS }, passage);
    case 'overlong':
      return endless(answer, passage);
    default:
      return null;
  }
}

/** The whole text, and a regular end of the connection instead of one of the stream. */
function cutOff(answer: WireAnswer, passage: Passage): Delivery {
  const delivery = answerDelivery(answer, { ...passage, stream: true });
  return {
    ...delivery,
    writes: delivery.writes.map((write) => ({ ...write, text: write.text.replace(STREAM_END, '') })),
  };
}

function keptAlive(answer: WireAnswer, passage: Passage): Delivery {
  const delivery = answerDelivery(answer, { ...passage, stream: true });
  const comments = Array.from({ length: KEPT_ALIVE_MS / KEEP_ALIVE_EVERY_MS }, (_, at) => ({
    atMs: at * KEEP_ALIVE_EVERY_MS,
    text: ': keep-alive\n\n',
  }));
  const later = delivery.writes.map(({ atMs, text }) => ({ atMs: atMs + KEPT_ALIVE_MS, text }));
  return { ...delivery, writes: [...comments, ...later] };
}

/** The text of the answer, repeated without end. */
function endless(answer: WireAnswer, passage: Passage): Delivery {
  const { writes, ...delivery } = cutOff(
    { ...answer, finish: null, usage: false },
    { ...passage, writes: 1 },
  );
  const [{ atMs, text } = { atMs: 0, text: '' }] = writes;
  return {
    ...delivery,
    writes: Array.from({ length: ENDLESS_WRITES }, (_, at) => ({ atMs: atMs + at, text })),
    ending: 'silence',
  };
}

function brokenOff(
  answer: WireAnswer,
  passage: Passage,
  ending: 'reset' | 'silence',
  random: Random,
): Delivery {
  const { wire, stream, headers, timing } = passage;
  const whole = stream ? '' : wire.whole(answer);
  const parts = stream ? wire.stream(answer, BROKEN_PARTS) : pieces(whole, BROKEN_PARTS);
  const writes = timed(parts, timing);
  const kept = random.int(1, writes.length - 1);
  return {
    status: 200,
    headers: stream
      ? { 'content-type': 'text/event-stream', ...headers }
      : { 'content-type': 'application/json', ...lengthOf(whole), ...headers },
    // The connection breaks when the next part would have gone out.
    writes: writes.slice(0, kept + 1).map((write, at) => (at === kept ? { ...write, text: '' } : write)),
    ending,
  };
}

function nothing(writes: Delivery['writes'], ending: Delivery['ending']): Delivery {
  return { status: null, headers: {}, writes, ending };
}

function page(
  status: number,
  contentType: string,
  body: string,
  headers: Record<string, string>,
  atMs: number,
): Delivery {
  return {
    status,
    headers: { 'content-type': contentType, ...lengthOf(body), ...headers },
    writes: [{ atMs, text: body }],
    ending: 'end',
  };
}

function lengthOf(body: string): Record<string, string> {
  return { 'content-length': String(Buffer.byteLength(body)) };
}

function timed(parts: string[], { firstMs, totalMs }: Timing): Delivery['writes'] {
  const last = parts.length - 1;
  return parts.map((text, at) => ({
    atMs: last === 0 ? totalMs : firstMs + ((totalMs - firstMs) * at) / last,
    text,
  }));
}
