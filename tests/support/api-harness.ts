import { request } from 'node:http';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { formatMessage } from '../../src/core/i18n.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import { startApiServer } from '../../src/server/api-server.ts';
import type { ApiServer, ApiServerOptions } from '../../src/server/api-server.ts';
import { hashToken, newToken } from '../../src/server/token.ts';
import { NO_RUN } from '../../src/shared/run.ts';
import type { RunSnapshot } from '../../src/shared/run.ts';
import { EngineHarness } from './engine-harness.ts';
import { fillWorkspace } from './fill-workspace.ts';
import { schemaOf } from './openapi.ts';
import { tempFolder } from './temp.ts';

export interface CallOptions {
  /** The whole header; the right token when left out, null for none. */
  authorization?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is. */
  body?: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The answer as JSON. */
  json: { code: unknown; message?: string; data?: Record<string, unknown> };
}

export interface Progress {
  id: string;
  data: Record<string, unknown> & { revision: number; status: string; processed_users: number };
}

/** A client of the stream. */
export interface Stream {
  events: Progress[];
  /** Waits for an event. */
  until(what: (event: Progress) => boolean): Promise<Progress>;
  /** Resolves to true when the server ended it in order, false when it was cut off. */
  ended: Promise<boolean>;
  close(): void;
}

/** A real server over a real engine; both end with the test. */
export class ApiHarness {
  readonly engines: EngineHarness;
  readonly token = newToken();
  readonly failures: unknown[] = [];
  server!: ApiServer;
  #run: RunSnapshot = NO_RUN;

  private constructor(slowRulesMs: number) {
    this.engines = new EngineHarness({ slowRulesMs }, (event, payload) => {
      if (event === 'run') this.accept(payload as RunSnapshot);
    });
  }

  /** A server whose engine has no workspace yet. */
  static async start(
    options: Partial<ApiServerOptions> & { slowRulesMs?: number } = {},
  ): Promise<ApiHarness> {
    const { slowRulesMs = 0, ...server } = options;
    const harness = new ApiHarness(slowRulesMs);
    const { engine } = harness.engines;
    harness.server = await startApiServer({
      port: 0,
      tokenHash: hashToken(harness.token),
      origins: [],
      backend: {
        engine: () => engine,
        snapshot: () => harness.#run,
        runs: {
          start: async (asked) => harness.accept(await engine.startRun(asked)),
          pause: async () => harness.accept(await engine.pauseRun()),
          resume: async (asked) => harness.accept(await engine.resumeRun(asked)),
          cancel: async () => harness.accept(await engine.cancelRun()),
        },
        errorText: (error) => formatMessage('zh-CN', error),
        failed: (error) => harness.failures.push(error),
      },
      ...server,
    });
    onTestFinished(() => harness.server.stop());
    return harness;
  }

  /** Opens a workspace with so many users. */
  async fill(users: number, behavioursEach = 5): Promise<void> {
    const path = join(tempFolder(), 'test.db');
    const workspace = Workspace.open(path, true);
    fillWorkspace(workspace.db, users, behavioursEach);
    workspace.close();
    await this.engines.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    this.accept(await this.engines.engine.runSnapshot());
  }

  get run(): RunSnapshot {
    return this.#run;
  }

  accept(snapshot: RunSnapshot): RunSnapshot {
    const known = this.#run;
    if (snapshot.workspaceId === known.workspaceId && snapshot.revision <= known.revision) return known;
    this.#run = snapshot;
    this.server.runChanged();
    return snapshot;
  }

  /** Asks the server, without looking at what the description says. */
  raw(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { authorization = `Bearer ${this.token}`, headers = {}, body } = options;
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.server.port,
          method,
          path,
          headers: { ...(authorization === null ? {} : { authorization }), ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode: status = 0 } = response;
            const json = text === '' ? {} : (JSON.parse(text) as object);
            resolve({ status, headers: response.headers, text, json: json as Answer['json'] });
          });
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Asks as a client would; the answer is held against the description. */
  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    options: CallOptions = {},
  ): Promise<Answer> {
    const json: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
    const answer = await this.raw(method, path, {
      ...options,
      headers: { ...json, ...options.headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const schema = schemaOf(method, path, answer.status, String(answer.headers['content-type']));
    expectValid(schema, answer.json, `${method} ${path} ${answer.status}`);
    return answer;
  }

  async stream(headers: Record<string, string> = {}): Promise<Stream> {
    const events: Progress[] = [];
    const path = '/api/v1/events/extract/stream';
    let look = (): void => undefined;
    const parser = createParser({
      onEvent: ({ id = '', event, data }) => {
        const progress = { id, data: JSON.parse(data) as Progress['data'] };
        expectValid(schemaOf('GET', path, 200, 'text/event-stream'), progress.data, String(event));
        events.push(progress);
        look();
      },
    });
    return new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port: this.server.port,
        path,
        headers: { authorization: `Bearer ${this.token}`, ...headers },
      });
      asked.on('error', reject);
      asked.on('response', (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          reject(new Error(`status ${response.statusCode}`));
          return;
        }
        response.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk));
        response.on('error', () => undefined);
        resolve({
          events,
          until: (what) =>
            new Promise((found) => {
              look = () => {
                const event = events.find(what);
                if (event) found(event);
              };
              look();
            }),
          ended: new Promise((done) => response.on('close', () => done(response.complete))),
          close: () => asked.destroy(),
        });
      });
      asked.end();
    });
  }
}

function expectValid(schema: z.ZodType, value: unknown, what: string): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Error(`${what}: ${parsed.error.message}\n${JSON.stringify(value)}`);
}
