import { createParser } from 'eventsource-parser';
import type { EventSourceParser } from 'eventsource-parser';
import { AnswerOverrun } from './answer-so-far.ts';
import type { AnswerSoFar } from './answer-so-far.ts';
import { errorInside, readErrorBody, saying } from './error-body.ts';
import type { ErrorSaid } from './error-body.ts';
import type { Protocol } from './protocols.ts';

/** What an error, or anything that is no answer, is read of at the most. */
const MAX_ERROR_BYTES = 64 * 1024;
/** How long the rest of an error body is waited for: its status has been told already. */
const ERROR_GRACE_MS = 5_000;
/** A whole answer in one body, and one event of a stream, are no larger. */
const MAX_JSON_CHARS = 8 * 1024 * 1024;
/** A stream has a few hundred bytes for each token; more than any answer has. */
const MAX_STREAM_BYTES = 64 * 1024 * 1024;
/** White space before anything else: a gateway sends a little of it while it waits, and no answer begins with so much. */
const MAX_BLANK_BYTES = 64 * 1024;
/** Some proxies keep the connection open after the last word; waiting on would end as a time-out, and be paid twice. */
const DONE_GRACE_MS = 250;
/** The same after the reason for the end: the usage may still be on its way. */
const FINISHED_GRACE_MS = 5_000;

/** What a body really is; what its header says is often wrong. */
export type BodyKind = 'events' | 'json' | 'html' | 'text' | 'empty';

/** Thrown for what a body says instead of an answer. */
export class BodyError extends Error {
  readonly said: ErrorSaid;
  /**
   * `refusal`: an error in words of the provider. `page`: a web page or a text. `unreadable`: JSON that is broken, or no
   * answer; the model has probably worked for it.
   */
  readonly kind: 'refusal' | 'page' | 'unreadable';

  constructor(kind: BodyError['kind'], said: ErrorSaid) {
    super('the body is no answer');
    this.kind = kind;
    this.said = said;
  }
}

export interface ReadHooks {
  /** Called once, when anything of an answer came that is no error. */
  onStarted?: (() => void) | undefined;
  /** Called when the server shows that it is alive without sending any of the answer. */
  onKeepAlive?: (() => void) | undefined;
}

/**
 * Reads the body of a successful response into `answer`: an event stream piece by piece, or one whole JSON value. Ends
 * with the body, soon after the end of the answer, or when the answer has become too long (finish reason `length`).
 * Rejects with BodyError for what is no answer, and with what broke the connection unless the answer had ended; what had
 * come is in `answer` then.
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

/** The beginning of a body as text, as far as it tells what went wrong. What breaks the connection ends it. */
export async function readErrorText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const text = await beginningOf(reader, new TextDecoder(), '');
  reader.cancel().catch(() => undefined);
  return text;
}

/** A whole body as text. Rejects with BodyError when it is larger than any that is expected, else with what broke it off. */
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
 * Tells the kind of a body from how it begins; null while too little of it is known. Blanks before it are skipped:
 * gateways send them to keep a connection open while they wait.
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
  /** Whether what was fed last held something that only keeps the connection open, and whether it held any of the answer. */
  #keptAlive = false;
  #progress = false;

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

  /** Reads as much of the body as it takes to know what it is. */
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
      // A reason that is given before the last piece is none yet.
      if (this.#answer.finishReason !== null && (finishedAt === null || this.#progress))
        finishedAt = Date.now();
      const { done, value } = await this.#next(finishedAt);
      if (done || !value) break;
      bytes += value.byteLength;
      if (bytes > MAX_STREAM_BYTES) throw new AnswerOverrun();
      this.#feed(this.#decoder.decode(value, { stream: true }));
    }
    // Not every server ends its last event with an empty line.
    this.#parser.feed(`${this.#decoder.decode()}\n\n`);
  }

  /** The next bytes, or the end when they do not come soon after the end of the answer. */
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
    const text = data.trim();
    if (text === '') {
      this.#keptAlive = true;
      return;
    }
    if (text === '[DONE]') {
      this.#answer.ended = true;
      return;
    }
    const value = parse(text);
    const inside = errorInside(value) ?? (name === 'error' ? readErrorBody(text) : null);
    if (inside) throw new BodyError('refusal', inside);
    if (value === undefined) {
      // What is lost with a chunk would be a hole in the answer; after its end it is nothing.
      if (this.#answer.finishReason !== null || this.#answer.ended) return;
      if (!/^["{[]/.test(text)) throw new BodyError('refusal', readErrorBody(text));
      throw new BodyError('unreadable', saying('a chunk of the stream cannot be read'));
    }
    this.#take(value);
  }

  /** Gives whether the value is part of an answer. Pings only keep a connection open: an error may still be on its way. */
  #take(value: unknown): boolean {
    const { text, reasoning } = this.#answer;
    if (!this.#protocol.read(value, this.#answer)) {
      // Some servers report the tokens in an event of their own.
      if (typeof value === 'object' && value !== null && 'usage' in value) this.#answer.addUsage(value.usage);
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

  /** One JSON value, or one in each line. */
  #takeWhole(text: string): void {
    const clean = text.replace(/^[\s\uFEFF]+/, '');
    const whole = parse(clean);
    const values = whole === undefined ? linesOf(clean) : [whole];
    if (values === null) throw new BodyError('unreadable', saying('instead of an answer: broken JSON'));
    let isAnswer = false;
    for (const value of values) {
      const inside = errorInside(value);
      if (inside) throw new BodyError('refusal', inside);
      isAnswer = this.#take(value) || isAnswer;
    }
    if (!isAnswer) throw new BodyError('unreadable', saying('instead of an answer: JSON that is no answer'));
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

/** As much of the rest of a body as is read of an error. */
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
    // What breaks the connection ends the body: what came before is still worth reading.
  }
  return text.slice(0, MAX_ERROR_BYTES);
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
