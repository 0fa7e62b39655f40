import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ZodError, z } from 'zod';
import { systemClock } from '../../src/core/clock.ts';
import { deliver } from './deliver.ts';
import type { Journal } from './journal.ts';
import type { Control, FaultServerOptions } from './options.ts';
import { Port } from './port.ts';
import { Provider } from './provider.ts';
import { anthropicWire } from './wire-anthropic.ts';
import { openaiWire } from './wire-openai.ts';
import type { Wire } from './wire.ts';

export interface FaultServer {
  /** Without a path; an OpenAI client's base URL is `${url}/v1`. */
  readonly url: string;
  readonly journal: Journal;
  /** Throws ZodError when the control is none. Done when it has taken effect. */
  control(control: Control): Promise<void>;
  /** Ends all connections, too. */
  close(): Promise<void>;
}

/**
 * A server for chat models on 127.0.0.1 that answers from the prompt alone, with seeded faults: the same requests
 * with the same seed get the same results. Throws ZodError when the options are none, rejects when the port is taken.
 */
export async function startFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const {
    mix,
    outage,
    outageSeconds,
    face,
    poison,
    limits,
    rateHeaders,
    latency,
    slowdown,
    retryAfterSeconds,
  } = options;
  const server = new Server(options);
  await server.open();
  try {
    await server.control({
      ...{
        mix,
        outage,
        outageSeconds,
        face,
        poison,
        limits,
        rateHeaders,
        latency,
        slowdown,
        retryAfterSeconds,
      },
    });
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

class Server implements FaultServer {
  readonly #provider: Provider;
  readonly #clock;
  readonly #port: Port;
  /** Aborted when another outage, or none, takes the place of the one in force. */
  #outage = new AbortController();

  constructor(options: FaultServerOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#provider = new Provider(options, this.#clock.now());
    this.#port = new Port(options.port ?? 0, (request, response) => {
      // A client that disconnects while sending gets no response.
      this.#route(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return this.#port.url;
  }

  get journal(): Journal {
    return this.#provider.journal;
  }

  open(): Promise<void> {
    return this.#port.open();
  }

  async control(control: Control): Promise<void> {
    this.#provider.control(control, this.#clock.now());
    if (control.outage === undefined) return;
    this.#outage.abort();
    this.#outage = new AbortController();
    if (control.outage === 'refuse') await this.#port.close();
    else await this.#port.open();
    if (control.outage !== null && control.outageSeconds !== undefined) {
      void this.#endOutageAfter(control.outageSeconds * 1000, this.#outage.signal);
    }
  }

  async close(): Promise<void> {
    this.#outage.abort();
    await this.#port.close();
  }

  async #endOutageAfter(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal);
    if (!signal.aborted) await this.control({ outage: null });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = this.#clock.now();
    const body = await text(request);
    const path = (request.url ?? '').replace(/\?.*$/, '');
    const wire = wireOf(path);
    if (request.method === 'POST' && wire) await this.#chat(wire, body, request, response, arrivedAt);
    else if (request.method === 'POST' && path === '/control') await this.#takeControl(body, response);
    else if (request.method === 'GET' && path.endsWith('/models')) this.#listModels(request, response);
    else if (request.method === 'GET' && path === '/journal') {
      const { journal } = this.#provider;
      const short = request.url?.includes('entries=0') ?? false;
      sendJson(response, 200, { totals: journal.totals(), ...(short ? {} : { entries: journal.entries }) });
    } else sendJson(response, 404, { error: { message: `There is nothing at ${path}`, code: 'not_found' } });
  }

  async #chat(
    wire: Wire,
    body: string,
    request: IncomingMessage,
    response: ServerResponse,
    arrivedAt: number,
  ): Promise<void> {
    const { entry, delivery } = this.#provider.receive(wire, {
      body: parseJson(body),
      requestId: header(request, 'x-client-request-id'),
      key: keyOf(request),
      now: arrivedAt,
    });
    let delivered = false;
    try {
      delivered = await deliver(response, delivery, arrivedAt, this.#clock);
    } finally {
      entry.status = response.headersSent ? delivery.status : null;
      const answered = entry.served && delivery.status === 200;
      this.journal.end(entry, this.#clock.now(), delivered && answered);
    }
  }

  #listModels(request: IncomingMessage, response: ServerResponse): void {
    const refused = this.#provider.refusalFor(keyOf(request), '');
    if (refused) {
      response.writeHead(refused.error.status, { 'content-type': 'application/json' });
      response.end(openaiWire.error(refused.error));
      return;
    }
    const data = this.#provider.models.map((id) => ({ id, object: 'model', type: 'model', created: 0 }));
    sendJson(response, 200, { object: 'list', data, has_more: false });
  }

  async #takeControl(body: string, response: ServerResponse): Promise<void> {
    try {
      const control = z.record(z.string(), z.unknown()).parse(parseJson(body));
      // A closed port cannot answer: the control is confirmed first, and applied once the confirmation is sent.
      if (control['outage'] === 'refuse') {
        await new Promise<void>((resolve) => sendJson(response, 200, { ok: true }, resolve));
        await this.control(control as Control);
        return;
      }
      await this.control(control as Control);
      sendJson(response, 200, { ok: true });
    } catch (error) {
      if (!(error instanceof ZodError)) throw error;
      sendJson(response, 400, { error: { message: z.prettifyError(error), code: 'bad_control' } });
    }
  }
}

function wireOf(path: string): Wire | null {
  if (path.endsWith('/chat/completions')) return openaiWire;
  return path.endsWith('/messages') ? anthropicWire : null;
}

function keyOf(request: IncomingMessage): string | null {
  const bearer = header(request, 'authorization')?.replace(/^Bearer /i, '');
  return header(request, 'x-api-key') ?? bearer ?? null;
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown, sent?: () => void): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value), sent);
}
