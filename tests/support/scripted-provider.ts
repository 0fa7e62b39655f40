import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { Clock } from '../../src/core/clock.ts';
import { Random } from '../../src/core/sample/random.ts';
import { compose } from '../../tools/fault-server/compose.ts';
import { promptUnits } from '../../tools/fault-server/prompt-units.ts';
import type { PromptUnit } from '../../tools/fault-server/prompt-units.ts';
import { firstTokens, tokensOf } from '../../tools/fault-server/tokens.ts';
import { anthropicWire } from '../../tools/fault-server/wire-anthropic.ts';
import { openaiWire } from '../../tools/fault-server/wire-openai.ts';
import type { ChatRequest, Wire } from '../../tools/fault-server/wire.ts';

/** Occurs in every behaviour of the user whose requests the provider refuses. */
export const POISON = '毒药';

export interface Usage {
  prompt: number;
  completion: number;
}

/** A right answer to a request, before it is put on the wire. */
export interface RightAnswer {
  text: string;
  finish: 'stop' | 'length';
  usage: Usage;
}

export interface OkOptions {
  /** Changes the text of the answer. */
  map?: (text: string) => string;
  headers?: Record<string, string>;
  /** The usage as the provider reports it; null for none. */
  reported?: (usage: Usage) => Record<string, unknown> | null;
  /** The usage as the provider bills it. */
  billed?: (usage: Usage) => Usage;
  /** Virtual milliseconds before the answer starts. */
  delayMs?: number;
}

/** How a provider answers one request. */
export type Face = (exchange: Exchange) => void | Promise<void>;

/**
 * A model provider on 127.0.0.1 whose answers are all written by a test: status, headers, body, events, time. It counts
 * billed tokens. Time is that of the given clock.
 */
export class ScriptedProvider {
  readonly clock: Clock;
  readonly startedAt: number;
  /** Requests so far, and of each its status (null while it has none). */
  readonly statuses: (number | null)[] = [];
  /** Virtual times at which requests arrived. */
  readonly arrivals: number[] = [];
  readonly billed: Usage = { prompt: 0, completion: 0 };
  /** State that a face keeps from request to request. */
  readonly memory = new Map<string, number>();
  inFlight = 0;
  /** The right answer to a request that is not about events of users; null where it is. */
  readonly said: (user: string) => string | null;
  readonly #face: Face;
  readonly #server: Server;

  private constructor(face: Face, clock: Clock, said: (user: string) => string | null) {
    this.#face = face;
    this.said = said;
    this.clock = clock;
    this.startedAt = clock.now();
    this.#server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
      this.#receive(request, response).catch(() => response.destroy());
    });
  }

  static async open(
    face: Face,
    clock: Clock,
    said: (user: string) => string | null = () => null,
  ): Promise<ScriptedProvider> {
    const provider = new ScriptedProvider(face, clock, said);
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  /** Without a path. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse((await readText(incoming)) || '{}');
    const wire = incoming.url?.includes('/messages') ? anthropicWire : openaiWire;
    const request = wire.parse(body);
    const n = this.statuses.push(null);
    this.arrivals.push(this.clock.now());
    this.inFlight += 1;
    const exchange = new Exchange(
      this,
      n,
      wire,
      request,
      body as Record<string, unknown>,
      incoming,
      response,
    );
    try {
      await this.#face(exchange);
    } finally {
      this.inFlight -= 1;
      this.statuses[n - 1] = response.headersSent ? response.statusCode : null;
    }
  }
}

/** One request, and the means to answer it. */
export class Exchange {
  readonly provider: ScriptedProvider;
  /** The number of the request, from 1. */
  readonly n: number;
  readonly body: Record<string, unknown>;
  readonly url: string;
  readonly #wire: Wire;
  readonly #request: ChatRequest | null;
  readonly #response: ServerResponse;

  constructor(
    provider: ScriptedProvider,
    n: number,
    wire: Wire,
    request: ChatRequest | null,
    body: Record<string, unknown>,
    incoming: IncomingMessage,
    response: ServerResponse,
  ) {
    this.provider = provider;
    this.n = n;
    this.body = body;
    this.url = incoming.url ?? '';
    this.#wire = wire;
    this.#request = request;
    this.#response = response;
  }

  get path(): string {
    return this.url.replace(/\?.*$/, '');
  }

  /** True when the client has closed the connection. */
  get gone(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** Virtual milliseconds since the provider was started. */
  get elapsedMs(): number {
    return this.provider.clock.now() - this.provider.startedAt;
  }

  /** Whether the request is about the user whose requests the provider refuses. */
  get poisoned(): boolean {
    return this.prompt.includes(POISON);
  }

  get prompt(): string {
    return `${this.#request?.system ?? ''}\n${this.#request?.user ?? ''}`;
  }

  /** The users, or parts of users, that the request is about. */
  get units(): PromptUnit[] {
    return promptUnits(this.#request?.user ?? '');
  }

  /** The output limit that the request carries. */
  get outputLimit(): number {
    return this.#request?.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  }

  sleep(ms: number): Promise<void> {
    return this.provider.clock.sleep(ms);
  }

  /** The answer of the model, within the output limit less `spent` tokens of thoughts. */
  answer(spent = 0): RightAnswer {
    const request = this.#request;
    if (!request) throw new Error('not a chat request');
    const text =
      this.provider.said(request.user) ??
      compose({ ...request, maxOutputTokens: null }, promptUnits(request.user), null, new Random(1, 0)).text;
    const most = Math.max(0, this.outputLimit - spent);
    const cut = tokensOf(text) > most;
    const said = cut ? firstTokens(text, most) : text;
    const prompt = tokensOf(this.prompt) + 8;
    return { text: said, finish: cut ? 'length' : 'stop', usage: { prompt, completion: tokensOf(said) } };
  }

  bill({ prompt, completion }: Usage): void {
    this.provider.billed.prompt += prompt;
    this.provider.billed.completion += completion;
  }

  /** Sends a right answer, streamed if the request says so. */
  async ok({ map, headers = {}, reported, billed, delayMs = 0 }: OkOptions = {}): Promise<void> {
    const answer = this.answer();
    const text = map ? map(answer.text) : answer.text;
    if (delayMs > 0) await this.sleep(delayMs);
    if (this.gone) return;
    this.bill((billed ?? ((usage) => usage))(answer.usage));
    const wired = {
      id: String(this.n),
      model: 'm',
      text,
      reasoning: '',
      finish: answer.finish,
      inputTokens: answer.usage.prompt,
      outputTokens: answer.usage.completion,
      usage: reported === undefined,
    };
    const stream = this.body['stream'] === true;
    this.head(200, { 'content-type': stream ? 'text/event-stream' : 'application/json', ...headers });
    if (!stream) return this.end(this.#wire.whole(wired));
    for (const write of this.#wire.stream(wired, 3)) {
      const usage = reported?.(answer.usage);
      // The usage goes out before the end mark.
      this.write(
        usage ? write.replace('data: [DONE]', `${event({ choices: [], usage })}data: [DONE]`) : write,
      );
    }
    this.end();
  }

  head(status = 200, headers: Record<string, string> = { 'content-type': 'text/event-stream' }): void {
    this.#response.writeHead(status, headers);
  }

  write(data: string | Uint8Array): void {
    if (!this.gone) this.#response.write(data);
  }

  end(data: string | Uint8Array = ''): void {
    if (!this.gone) this.#response.end(data);
  }

  /** Resets the connection. */
  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }

  /** Sends a whole body: JSON, or a page when it is a string. */
  send(status: number, body: unknown, headers: Record<string, string> = {}): void {
    const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json';
    this.head(status, { 'content-type': type, ...headers });
    this.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

/** A data event of a stream. */
export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** A chunk of an OpenAI stream. */
export function chunk(
  delta: Record<string, unknown>,
  finish: string | null = null,
  more: object = {},
): string {
  return event({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  });
}

/** The chunk of an OpenAI stream that reports the usage. */
export function usageChunk({ prompt, completion }: Usage, more: Record<string, unknown> = {}): string {
  return event({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      ...more,
    },
  });
}

export const DONE = 'data: [DONE]\n\n';
