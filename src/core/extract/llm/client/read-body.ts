import { createParser } from 'eventsource-parser';
import type { EventSourceParser } from 'eventsource-parser';
import { AnswerOverrun } from './answer-so-far.ts';
import type { AnswerSoFar } from './answer-so-far.ts';
import { errorInside, readErrorBody, saying, wordsInside } from './error-body.ts';
import type { ErrorSaid } from './error-body.ts';
import type { Protocol } from './protocols.ts';

/** Most bytes that are read of an error, or of a body that is no answer. */
const MAX_ERROR_BYTES = 64 * 1024;
/** Longest wait for the rest of an error body: the status is known already. */
const ERROR_GRACE_MS = 5_000;
/** Largest JSON body, and largest event of a stream. */
const MAX_JSON_CHARS = 8 * 1024 * 1024;
/** Largest stream. A token takes a few hundred bytes of it. */
const MAX_STREAM_BYTES = 64 * 1024 * 1024;
/** Most white space before the body begins. Gateways send some of it to keep the connection open. */
const MAX_BLANK_BYTES = 64 * 1024;
/** Some proxies keep the connection open after the last event. Waiting longer would end in a time-out, and a second request. */
const DONE_GRACE_MS = 250;
/** The same after the finish reason, when the usage may still follow. */
const FINISHED_GRACE_MS = 5_000;

/** The kind of a body by its content: its content type is often wrong. */
export type BodyKind = 'events' | 'json' | 'html' | 'text' | 'empty';

/** Thrown for a body that is not an answer. */
export class BodyError extends Error {
  readonly said: ErrorSaid;
  /**
   * `refusal`: an error message of the provider. `page`: a web page or a text. `unreadable`: JSON that is broken or is
   * not an answer, and that the model was probably billed for.
   */
  readonly kind: 'refusal' | 'page' | 'unreadable';

  constructor(kind: BodyError['kind'], said: ErrorSaid) {
    super('the body is no answer');
    this.kind = kind;
    this.said = said;
  }
}

export interface ReadHooks {
  /** Called once, at the first part of an answer. */
  onStarted?: (() => void) | undefined;
  /** Called when the server shows that it is alive without sending any of the answer. */
  onKeepAlive?: (() => void) | undefined;
}

/**
 * Reads the body of a successful response into `answer`: an event stream piece by piece, or one JSON value. Resolves at
 * the end of the body, soon after the end of the answer, or when the answer has become too long (finish reason `length`).
 * Rejects with BodyError if the body is not an answer, and with the error of the connection if it breaks before the
 * finish reason; `answer` then holds the part that was received.
 */
export async function readAnswer(
  body: ReadableStream<Uint8Array> | null,
  protocol: Protocol,
  answer: AnswerSoFar,
  hooks: ReadHooks,
): Promise<void> {
  if (!body) return;
  const reader = body.getReader();
  try {
    await new AnswerReader(reader, protocol, answer, hooks).read();
  } catch (error) {
    if (error instanceof AnswerOverrun) answer.finishReason = 'length';
    // What breaks after the answer has ended costs nothing but the usage.
    else if (error instanceof BodyError ? answer.finish !== 'stop' : answer.finishReason === null)
      throw error;
  } finally {
    answer.complete();
    reader.cancel().catch(() => undefined);
  }
}

/** The beginning of an error body as text. An error of the connection ends it. */
export async function readErrorText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const text = await beginningOf(reader, new TextDecoder(), '');
  reader.cancel().catch(() => undefined);
  return text;
}

/** A whole body as text. Rejects with BodyError when it is too large, and with the error of the connection. */
export async function readWholeText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  try {
    return await restOf(reader, new TextDecoder(), '', MAX_JSON_CHARS);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/**
 * The kind of a body by its beginning; null while more of it is needed. White space before it is skipped: gateways send
 * it to keep the connection open.
 */
export function bodyKind(beginning: string, ended: boolean): BodyKind | null {
  const text = beginning.replace(/^[\s\uFEFF]+/, '');
  if (text === '') return ended ? 'empty' : null;
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  if (text.startsWith('<')) return 'html';
  if (EVENT_FIELD.test(text)) return 'events';
  const undecided = EVENT_NAMES.some((name) => name.startsWith(text.trimEnd()));
  return undecided && !ended ? null : 'text';
}

/** What some servers send instead of a comment. */
const KEEP_ALIVE = /^(ping|heart-?beat|keep-?alive)$/i;
const EVENT_FIELD = /^(:|(data|event|id|retry)\s*(:|[\r\n]))/;
const EVENT_NAMES = ['data', 'event', 'id', 'retry'];

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type ReadResult = { done: boolean; value?: Uint8Array | undefined };

class AnswerReader {
  readonly #reader: Reader;
  readonly #protocol: Protocol;
  readonly #answer: AnswerSoFar;
  readonly #hooks: ReadHooks;
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  /** Whether the text fed last contained a keep-alive, and whether it contained a part of the answer. */
  #keptAlive = false;
  #progress = false;
  /** What an event said that is neither part of an answer nor an error. */
  #aside: ErrorSaid | null = null;

  constructor(reader: Reader, protocol: Protocol, answer: AnswerSoFar, hooks: ReadHooks) {
    this.#reader = reader;
    this.#protocol = protocol;
    this.#answer = answer;
    this.#hooks = hooks;
    this.#parser = createParser({
      maxBufferSize: MAX_JSON_CHARS,
      onEvent: ({ event, data }) => this.#takeEvent(event, data),
      onComment: () => (this.#keptAlive = true),
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded')
          throw new BodyError('unreadable', saying('an endless event'));
      },
    });
  }

  async read(): Promise<void> {
    const { kind, text, ended } = await this.#beginning();
    if (kind === 'events') await this.#readEvents(text, ended);
    else if (kind === 'json')
      this.#takeWhole(await restOf(this.#reader, this.#decoder, text, MAX_JSON_CHARS));
    else if (kind !== 'empty') this.#refuse(await beginningOf(this.#reader, this.#decoder, text), kind);
  }

  /** Reads the body until its kind is known. */
  async #beginning(): Promise<{ kind: BodyKind; text: string; ended: boolean }> {
    let text = '';
    let blanks = 0;
    for (;;) {
      const { done, value } = await this.#reader.read();
      text += done ? this.#decoder.decode() : this.#decoder.decode(value, { stream: true });
      const kind = bodyKind(text, done);
      if (kind !== null) return { kind, text, ended: done };
      if (text.trim() !== '') continue;
      this.#hooks.onKeepAlive?.();
      blanks += value?.byteLength ?? 0;
      text = '';
      if (blanks > MAX_BLANK_BYTES) throw new BodyError('page', saying('nothing but white space'));
    }
  }

  async #readEvents(beginning: string, ended: boolean): Promise<void> {
    this.#feed(beginning);
    let bytes = 0;
    let finishedAt: number | null = null;
    while (!ended) {
      // Some servers send a finish reason with every piece: the grace period starts anew with each.
      if (this.#answer.finishReason !== null && (finishedAt === null || this.#progress))
        finishedAt = Date.now();
      const { done, value } = await this.#next(finishedAt);
      if (done || !value) break;
      bytes += value.byteLength;
      if (bytes > MAX_STREAM_BYTES) throw new AnswerOverrun();
      this.#feed(this.#decoder.decode(value, { stream: true }));
    }
    // Some servers do not end the last event with an empty line.
    this.#parser.feed(`${this.#decoder.decode()}\n\n`);
    if (!this.#answer.begun && this.#aside) throw new BodyError('refusal', this.#aside);
  }

  /** The next bytes. After the end of the answer it only waits for the grace period, then reports the end of the body. */
  #next(finishedAt: number | null): Promise<ReadResult> {
    if (this.#answer.ended) return readWithin(this.#reader, DONE_GRACE_MS);
    if (finishedAt === null) return this.#reader.read();
    return readWithin(this.#reader, finishedAt + FINISHED_GRACE_MS - Date.now());
  }

  #feed(text: string): void {
    this.#progress = false;
    this.#keptAlive = text !== '' && text.trim() === '';
    this.#parser.feed(text);
    const isOver = this.#answer.ended || this.#answer.finishReason !== null;
    if (this.#keptAlive && !this.#progress && !isOver) this.#hooks.onKeepAlive?.();
    this.#answer.checkLength();
  }

  #takeEvent(name: string | undefined, data: string): void {
    // Some gateways write the name of the field twice.
    const text = data.replace(/^(\s*data:)+/, '').trim();
    if (text === '' || KEEP_ALIVE.test(text)) {
      this.#keptAlive = true;
      return;
    }
    if (/^"?\[?done\]?"?$/i.test(text)) {
      this.#answer.ended = true;
      return;
    }
    const quoted = parse(text);
    // Some gateways encode the chunk twice.
    const value = typeof quoted === 'string' ? (parse(quoted) ?? quoted) : quoted;
    const lines = value === undefined ? eventsIn(text) : null;
    if (lines) {
      lines.forEach((line, index) => this.#takeEvent(index === lines.length - 1 ? name : undefined, line));
      return;
    }
    const inside = errorInside(value) ?? (name === 'error' ? readErrorBody(text) : null);
    if (inside) throw new BodyError('refusal', inside);
    if (value === undefined) {
      // A lost chunk is a hole in the answer. After the end of the answer it does not matter.
      if (this.#answer.finishReason !== null || this.#answer.ended) return;
      if (!/^["{[]/.test(text)) throw new BodyError('refusal', readErrorBody(text));
      throw new BodyError('unreadable', saying('a chunk of the stream cannot be read'));
    }
    this.#take(value);
  }

  /** Returns whether the value is part of an answer. A ping is no proof that the request was accepted: an error may still follow. */
  #take(value: unknown): boolean {
    const { text, reasoning } = this.#answer;
    if (!this.#protocol.read(value, this.#answer)) {
      // Some servers report the tokens in an event of their own.
      if (typeof value === 'object' && value !== null && 'usage' in value) this.#answer.addUsage(value.usage);
      this.#aside ??= wordsInside(value);
      return false;
    }
    const isPing = typeof value === 'object' && value !== null && 'type' in value && value.type === 'ping';
    if (isPing) this.#keptAlive = true;
    else if (!this.#answer.begun) {
      this.#answer.begun = true;
      this.#hooks.onStarted?.();
    }
    this.#progress ||= this.#answer.text !== text || this.#answer.reasoning !== reasoning;
    return true;
  }

  /** Reads a body of one JSON value, or of one in each line. */
  #takeWhole(text: string): void {
    const clean = text.replace(/^[\s\uFEFF]+/, '');
    const whole = parse(clean);
    const values = whole === undefined ? linesOf(clean) : [unboxed(whole)];
    if (values === null) throw new BodyError('unreadable', saying('instead of an answer: broken JSON'));
    let isAnswer = false;
    for (const value of values) {
      const inside = errorInside(value);
      if (inside) throw new BodyError('refusal', inside);
      isAnswer = this.#take(value) || isAnswer;
    }
    if (isAnswer) return;
    const said = wordsInside(values[0]);
    const message = `instead of an answer: ${said?.message ?? 'JSON that is no answer'}`;
    throw new BodyError('unreadable', { ...(said ?? saying('')), message });
  }

  #refuse(text: string, kind: 'html' | 'text'): void {
    const said = readErrorBody(text);
    const message = said.isPage || kind === 'text' ? said.message : 'HTML page';
    throw new BodyError('page', { ...said, message: `instead of an answer: ${message}` });
  }
}

/** The rest of a body. Rejects with BodyError when it is longer than so many characters. */
async function restOf(
  reader: Reader,
  decoder: TextDecoder,
  beginning: string,
  most: number,
): Promise<string> {
  let text = beginning;
  for (;;) {
    const { done, value } = await reader.read();
    text += done ? decoder.decode() : decoder.decode(value, { stream: true });
    if (done) return text;
    if (text.length > most) throw new BodyError('unreadable', saying('a body without end'));
  }
}

/** The rest of a body, up to the size that is read of an error. */
async function beginningOf(reader: Reader, decoder: TextDecoder, beginning: string): Promise<string> {
  const until = Date.now() + ERROR_GRACE_MS;
  let text = beginning;
  try {
    while (text.length < MAX_ERROR_BYTES) {
      const { done, value } = await readWithin(reader, until - Date.now());
      if (done || !value) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // The part of the body before the connection broke is used.
  }
  return text.slice(0, MAX_ERROR_BYTES);
}

/** The data of several events that no empty line divides, one in a line; null where it is not so. */
function eventsIn(text: string): string[] | null {
  const lines = text.split('\n').map((line) => line.replace(/^(\s*data:)+/, '').trim());
  const isEach = lines.every((line) => line === '' || line === '[DONE]' || /^\{.*\}$/.test(line));
  return lines.length > 1 && isEach ? lines : null;
}

/** The body of a response that a gateway of functions hands on as it is: `{"statusCode": 200, "body": "…"}`. */
function unboxed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('body' in value)) return value;
  const { body, ...around } = value;
  const inner = typeof body === 'string' ? parse(body) : undefined;
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? { ...around, ...inner }
    : value;
}

/** The JSON values in the lines of a text; null when one of them is none. */
function linesOf(text: string): unknown[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = lines.length > 1 ? lines.map(parse) : [];
  return values.length === 0 || values.includes(undefined) ? null : values;
}

async function readWithin(reader: Reader, ms: number): Promise<ReadResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<ReadResult>((resolve) => {
    timer = setTimeout(() => resolve({ done: true }), Math.max(0, ms));
  });
  try {
    return await Promise.race([reader.read() as Promise<ReadResult>, late]);
  } finally {
    clearTimeout(timer);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
