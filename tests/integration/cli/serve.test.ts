import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { eventloom, startEventloom } from '../../support/run-cli.ts';
import type { CliProcess } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const KEY = 'sk-secret-1f0e9d8c';
const EXTRACT = '/api/v1/events/extract';

interface Serving {
  command: CliProcess;
  url: string;
  ask(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<{ status: number; json: Record<string, unknown> }>;
}

function desk(users: number): string {
  const home = tempFolder();
  const workspace = Workspace.open(join(home, 'w.db'), true);
  fillWorkspace(workspace.db, users, 5);
  workspace.close();
  return home;
}

/** Starts the server on any free port, and reads where it is and where the token lies from what it prints. */
async function serve(home: string, more: string[] = [], env: Record<string, string> = {}): Promise<Serving> {
  const command = startEventloom(home, ['serve', '--workspace', 'w.db', '--port', '0', ...more], env);
  let printed = '';
  command.child.stdout?.on('data', (chunk: string) => (printed += chunk));
  onTestFinished(() => void command.child.kill('SIGKILL'));
  await command.printed(/^Token: in .+ \(/m);
  const [, url = ''] = /^Local API: (\S+)$/m.exec(printed) ?? [];
  const [, file = ''] = /^Token: in (.+) \(/m.exec(printed) ?? [];
  const token = readFileSync(file, 'utf8').trim();
  return {
    command,
    url,
    ask: async (method, path, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(url + path, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    },
  };
}

const progress = async ({ ask }: Serving): Promise<Record<string, unknown>> =>
  (await ask('GET', `${EXTRACT}/progress`)).json['data'] as Record<string, unknown>;

it('a run that is served ends with the server, and goes on with the next one', async () => {
  const home = desk(100);
  const slow = { EVENTLOOM_SLOW_RULES_MS: '100' };
  const first = await serve(home, [], slow);
  const file = join(home, 'api-token');
  const token = readFileSync(file, 'utf8').trim();
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);

  expect((await first.ask('POST', `${EXTRACT}/start`)).status).toBe(200);
  const stream = await fetch(`${first.url}${EXTRACT}/stream`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await expect.poll(async () => (await progress(first))['processed_users']).toBeGreaterThanOrEqual(10);
  expect((await fetch(`${first.url}${EXTRACT}/progress`)).status).toBe(401);

  first.command.child.kill('SIGTERM');
  const ended = await first.command.ended;
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(ended.stdout + ended.stderr).not.toContain(token);
  // In order: to its last byte, not cut off.
  expect(await stream.text()).toMatch(/^id: \d+\nevent: progress\ndata: [\s\S]*\n\n$/);
  await expect(first.ask('GET', `${EXTRACT}/progress`)).rejects.toThrow();

  const second = await serve(home, [], slow);
  expect(await progress(second)).toMatchObject({ run_id: 1, total_users: 100 });
  await expect.poll(async () => (await progress(second))['status']).toBe('completed');
  expect(await progress(second)).toMatchObject({ run_id: 1, success_count: 100, progress_percent: 100 });
  expect(readFileSync(file, 'utf8').trim()).toBe(token);
  second.command.child.kill('SIGINT');
  expect((await second.command.ended).code).toBe(0);

  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const taken = await eventloom(home, ['serve', '--workspace', 'w.db', '--port', String(port)]);
  expect([taken.code, taken.stdout]).toEqual([2, '']);
  expect(taken.stderr).toContain(`Another program uses port ${port}`);
});

it('a run with a model has the key of the environment and the caps of the command', async () => {
  const home = desk(6);
  const model = await startFaultServer({ key: KEY, seed: 3 });
  onTestFinished(() => model.close());
  const options = ['--model', 'fault-model', '--base-url', `${model.url}/v1`, '--max-total-tokens', '10'];
  const served = await serve(home, [...options, '--token-file', 'my-token'], { EVENTLOOM_API_KEY: KEY });
  expect(existsSync(join(home, 'my-token'))).toBe(true);
  expect((await served.ask('POST', `${EXTRACT}/start`, { extractor: 'llm' })).status).toBe(200);
  await expect.poll(async () => (await progress(served))['status']).toBe('failed');
  expect(await progress(served)).toMatchObject({
    error_code: 'run.budget_reached',
    max_total_tokens: 10,
    resumable: true,
  });
  expect((await served.ask('POST', `${EXTRACT}/resume`, { max_total_tokens: 1_000_000 })).status).toBe(200);
  await expect.poll(async () => (await progress(served))['status']).toBe('completed');
  expect(await progress(served)).toMatchObject({ success_count: 6, model: 'fault-model', extractor: 'llm' });
  expect(model.journal.totals().requests).toBeGreaterThan(0);
  served.command.child.kill('SIGTERM');
  const { stdout, stderr } = await served.command.ended;
  expect(stdout + stderr).not.toContain(KEY);
});
