import { bodyKind } from './body-kind.ts';
import type { BodyKind } from './body-kind.ts';

/** More than any answer has: a server that sends without end must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How long the end of the body may come after the end of the answer before we end it ourselves, milliseconds. */
const DONE_GRACE_MS = 250;
const DONE = /(^|[\r\n])data:\s*(\[DONE\]|\{\s*"type"\s*:\s*"message_stop"\s*\})\s*$/;
const DONE_CHARS = 64;

/** A body whose beginning was looked at, and that can still be read from there. */
export interface OpenedBody {
  kind: BodyKind;
  /**
   * When the connection breaks, the stream ends and `broken` is told why: an error would sweep away what came before
   * it and still waits in one of the streams behind this one.
   */
  stream: (broken: (error: unknown) => void) => ReadableStream<Uint8Array>;
  /** The whole body. Rejects with what broke it off; RangeError when it is larger than 64 MiB. */
  text: () => Promise<string>;
}

/** Reads as much of a body as it takes to know what it is. */
export async function openBody(body: ReadableStream<Uint8Array> | null): Promise<OpenedBody> {
  if (!body) return { kind: 'empty', stream: () => new Blob([]).stream(), text: () => Promise.resolve('') };
  const reader = body.getReader();
  const head: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let beginning = '';
  let ended = false;
  let kind = bodyKind(beginning, ended);
  while (kind === null) {
    const { done, value } = await reader.read();
    ended = done;
    if (value) {
      head.push(value);
      beginning += decoder.decode(value, { stream: true });
    }
    kind = bodyKind(beginning, ended);
    // Blanks that say nothing are no beginning worth keeping.
    if (kind === null && beginning.trim() === '') {
      head.length = 0;
      beginning = '';
    }
  }
  return { kind, stream: (broken) => rest(head, reader, broken), text: () => readAll(head, reader) };
}

function rest(
  head: Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
  broken: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder();
  let tail = '';
  let bytes = 0;
  const next = async (): Promise<ReadResult> => {
    const early = head.shift();
    if (early) return { done: false, value: early };
    // Some proxies keep the connection open after the last word; waiting on would end as a time-out, paid twice.
    return DONE.test(tail) ? endSoon(reader) : reader.read();
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await next();
        if (done || !value) {
          controller.close();
          return;
        }
        bytes += value.byteLength;
        if (bytes > MAX_BYTES) throw new RangeError('answer larger than 64 MiB');
        tail = (tail + decoder.decode(value, { stream: true })).slice(-DONE_CHARS);
        controller.enqueue(value);
      } catch (error) {
        broken(error);
        controller.close();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

type ReadResult = { done: boolean; value?: Uint8Array };

async function endSoon(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<ReadResult>((resolve) => {
    timer = setTimeout(() => resolve({ done: true }), DONE_GRACE_MS);
  });
  // The answer is whole: what happens to the connection after it is nobody's failure.
  const next = reader.read().catch(() => ({ done: true }) as ReadResult);
  const result = await Promise.race([next, late]);
  clearTimeout(timer);
  if (result.done) reader.cancel().catch(() => undefined);
  return result;
}

async function readAll(head: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const chunks = [...head];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) {
      reader.cancel().catch(() => undefined);
      throw new RangeError('answer larger than 64 MiB');
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}
