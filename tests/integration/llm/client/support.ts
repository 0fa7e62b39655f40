import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createModelClient } from '../../../../src/core/extract/llm/client/create-client.ts';
import type { ClientConfig } from '../../../../src/core/extract/llm/client/create-client.ts';
import { ModelError } from '../../../../src/core/extract/llm/types.ts';
import type { ModelAnswer, ModelRequest } from '../../../../src/core/extract/llm/types.ts';
import { modelSettingsSchema } from '../../../../src/shared/model.ts';
import type { JsonMode, ModelSettings } from '../../../../src/shared/model.ts';

export const KEY = 'test-key-5f2a77c1';

export interface Seen {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export interface RawServer {
  /** With `/v1`. */
  baseUrl: string;
  /** Every request that came, in order. */
  requests: Seen[];
  close: () => Promise<void>;
}

type Reply = (response: ServerResponse, seen: Seen) => unknown;

/** A server that answers everything as told; for what no mock of a provider does. */
export async function rawServer(reply: Reply): Promise<RawServer> {
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const seen = { path: request.url ?? '', headers: request.headers, body };
      requests.push(seen);
      void reply(response, seen);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The body of a stream in OpenAI's form. */
export function events(...values: unknown[]): string {
  return values
    .map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)
    .join('');
}

export function delta(content: string | null, finishReason: string | null = null): unknown {
  return { choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason: finishReason }] };
}

export const request: ModelRequest = {
  system: 'Abstract the events.',
  user: '@u1\n2025-12-26\n#1 14:00:00 visit_poi poi=长城4S店陆家嘴旗舰店 3689s',
  schema: {
    type: 'object',
    properties: { users: { type: 'array', items: { type: 'string' } } },
    required: ['users'],
    additionalProperties: false,
  },
  asked: [],
  inputTokens: 40,
  predictedOutputTokens: 10,
  maxOutputTokens: 777,
};

export function settings(baseUrl: string, changed: Partial<ModelSettings> = {}): ModelSettings {
  return modelSettingsSchema.parse({ baseUrl, model: 'test-model', ...changed });
}

export interface Asked {
  pieces: string[];
  /** How often activity was told. */
  activity: () => number;
  /** How often a sign of life was told. */
  keepAlives: () => number;
  answer: Promise<ModelAnswer>;
}

/** Asks one question of a server. */
export function ask(
  baseUrl: string,
  options: {
    settings?: Partial<ModelSettings>;
    config?: Partial<ClientConfig>;
    mode?: JsonMode;
    signal?: AbortSignal;
  } = {},
): Asked {
  const client = createModelClient({
    settings: settings(baseUrl, options.settings),
    apiKey: KEY,
    countTokens: (text) => text.length,
    ...options.config,
  });
  const pieces: string[] = [];
  let activity = 0;
  let keepAlives = 0;
  const hooks = {
    requestId: 'request-1',
    onText: (text: string) => void pieces.push(text),
    onActivity: () => void (activity += 1),
    onKeepAlive: () => void (keepAlives += 1),
  };
  const signal = options.signal ?? new AbortController().signal;
  return {
    pieces,
    activity: () => activity,
    keepAlives: () => keepAlives,
    answer: client.ask(request, options.mode ?? 'json_object', hooks, signal),
  };
}

/** The error of a question that must fail. */
export async function failureOf(asked: Asked): Promise<ModelError> {
  const error: unknown = await asked.answer.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error('expected a ModelError', { cause: error });
  return error;
}
