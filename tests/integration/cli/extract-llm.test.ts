import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { FaultServerOptions } from '../../../tools/fault-server/options.ts';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../tools/fault-server/server.ts';
import { jsonLines, runCli } from '../../support/run-cli.ts';
import type { CliResult } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const KEY = 'sk-secret-77c1e5f2';
const PRICES = ['--price-in', '100', '--price-out', '400'];

interface Desk {
  home: string;
  server: FaultServer;
  /** Runs `extract behaviors.csv --extractor llm …` with the key in the environment. */
  extract: (...more: string[]) => Promise<CliResult>;
}

async function desk(users: number, server: FaultServerOptions = {}): Promise<Desk> {
  const home = tempFolder();
  await generateSample({ users, rowsPerUser: 20, seed: 7, behaviorsPath: join(home, 'behaviors.csv') });
  const model = await startFaultServer({ key: KEY, seed: 3, ...server });
  onTestFinished(() => model.close());
  const base = ['behaviors.csv', '--extractor', 'llm', '--model', 'fault-model', '--json'];
  return {
    home,
    server: model,
    extract: (...more) =>
      runCli(home, [...base, '--base-url', `${model.url}/v1`, ...more], { EVENTLOOM_API_KEY: KEY }),
  };
}

const lastOf = ({ stdout }: CliResult): Record<string, unknown> => jsonLines(stdout).at(-1) ?? {};

/** Everything that the command left behind or said. */
function traces(home: string, { stdout, stderr }: CliResult): string {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return [
    stdout,
    stderr,
    ...files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')),
  ].join('\n');
}

describe('extract --extractor llm', () => {
  it('tells what a run would take without one, and asks once how the provider counts where it is told to', async () => {
    const { server, extract } = await desk(30);
    const rough = await extract('--estimate', ...PRICES);
    expect(rough).toMatchObject({ code: 0 });
    expect(lastOf(rough)).toMatchObject({ estimate: { users: 30, behaviours: 600, basis: 'default' } });
    expect(rough.stderr).toContain('--test-connection');
    expect(rough.stderr).toContain('30%');
    expect(server.journal.totals().requests).toBe(0);

    const counted = await extract('--estimate', '--test-connection', ...PRICES);
    expect(lastOf(counted)).toMatchObject({ estimate: { users: 30, basis: 'counted' } });
    expect(counted.stderr).not.toContain('30%');
    expect(server.journal.totals().requests).toBe(1);
    expect(lastOf(counted)['estimate']).not.toEqual({
      ...(lastOf(rough)['estimate'] as object),
      basis: 'counted',
    });

    // It is remembered with the workspace.
    const again = await extract('--estimate', ...PRICES);
    expect(lastOf(again)).toEqual(lastOf(counted));
    expect(server.journal.totals().requests).toBe(1);
  });

  it('tells what the model did and cost, as the server counted it, and the key nowhere', async () => {
    const { home, server, extract } = await desk(40, { mix: { omit: 30, think_or_fence: 20 } });
    const result = await extract('--out', 'events.csv', '--concurrency', '3', ...PRICES, '--currency', 'USD');
    expect(result).toMatchObject({ code: 0, signal: null });
    const totals = server.journal.totals();
    const last = lastOf(result);
    expect(last).toMatchObject({
      status: 'completed',
      total_users: 40,
      success_count: 40,
      failed_count: 0,
      model: 'fault-model',
      requests: totals.requests,
      input_tokens: totals.billedInputTokens,
      output_tokens: totals.billedOutputTokens,
      currency: 'USD',
      cached_users: 0,
      unsupported_events: 0,
      low_coverage_users: 0,
    });
    expect(last['cost']).toBeCloseTo(
      (totals.billedInputTokens * 100 + totals.billedOutputTokens * 400) / 1e6,
      9,
    );
    expect(last['guardrail_events']).toBeTypeOf('number');
    expect(last['retries']).toBeGreaterThan(0);
    expect(last['retries_by_reason']).toEqual({ missing_user: last['retries'] });
    expect(totals.maxInFlight).toBeLessThanOrEqual(3);
    expect(readFileSync(join(home, 'events.csv'), 'utf8')).toContain(',llm,');
    expect(traces(home, result)).not.toContain(KEY);
  });

  it('stops at the cap with an exit code of its own, and goes on with a higher one', async () => {
    const { home, server, extract } = await desk(60);
    const stopped = await extract(...PRICES, '--max-cost', '3', '--out', 'events.csv');
    expect(stopped.code).toBe(5);
    expect(readFileSync(join(home, 'events.csv'), 'utf8')).toContain(',llm,');
    expect(lastOf(stopped)).toMatchObject({
      status: 'failed',
      error_code: 'run.budget_reached',
      failed_count: 0,
      other_share: expect.any(Number) as number,
      detail: 'standard',
    });
    const written = readFileSync(join(home, 'events.csv'), 'utf8').trim().split('\n').length - 1;
    expect(lastOf(stopped)['events']).toBe(written);
    expect(lastOf(stopped)['types']).toBeGreaterThan(1);
    expect(Number(lastOf(stopped)['cost'])).toBeLessThanOrEqual(3);
    expect(Number(lastOf(stopped)['processed_users'])).toBeGreaterThan(0);
    const resumed = await extract(...PRICES, '--max-cost', '1000');
    expect(resumed.code).toBe(0);
    expect(lastOf(resumed)).toMatchObject({ status: 'completed', run_id: 1, success_count: 60 });
    expect(server.journal.totals().billedAgain).toBe(0);
  });

  it('stops at a cap in tokens, which needs no prices', async () => {
    const { server, extract } = await desk(60);
    const stopped = await extract('--max-total-tokens', '20000');
    expect(stopped.code).toBe(5);
    expect(stopped.stderr).toContain('--max-total-tokens');
    const last = lastOf(stopped);
    expect(last).toMatchObject({ status: 'failed', error_code: 'run.budget_reached', failed_count: 0 });
    expect(Number(last['input_tokens']) + Number(last['output_tokens'])).toBeLessThanOrEqual(20_000);
    expect(Number(last['processed_users'])).toBeGreaterThan(0);
    expect(await extract('--max-total-tokens', '9000000')).toMatchObject({ code: 0 });
    expect(server.journal.totals().billedAgain).toBe(0);
  });

  it('says what to do about a key that is rejected, without repeating it, and goes on with a good one', async () => {
    const { home, server, extract } = await desk(10, { outage: '401' });
    const rejected = await extract();
    expect(rejected.code).toBe(4);
    expect(lastOf(rejected)).toMatchObject({
      status: 'failed',
      error_code: 'model.unauthorized',
      failed_count: 0,
      ...{ events: 0, types: 0, other_share: 0, detail: 'standard' },
    });
    expect(rejected.stderr).toContain('Key rejected');
    expect(server.journal.entries).toHaveLength(1);
    expect(traces(home, rejected)).not.toContain(KEY);
    await server.control({ outage: null });
    expect(await extract()).toMatchObject({ code: 0 });
  });

  it('asks nothing twice, unless it is told to', async () => {
    const { home, server, extract } = await desk(10);
    await extract();
    const once = server.journal.entries.length;
    expect(await extract()).toMatchObject({ code: 0 });
    expect(server.journal.entries).toHaveLength(once);
    expect((await extract('--fresh')).stderr).toContain('--fresh is about users not abstracted yet');
    expect(server.journal.entries).toHaveLength(once);
    const user = readFileSync(join(home, 'behaviors.csv'), 'utf8').split('\n')[1]?.split(',')[0] ?? '';
    const cached = await extract('--users', user);
    expect(lastOf(cached)).toMatchObject({ total_users: 1, success_count: 1, cached_users: 1, requests: 0 });
    const fresh = await extract('--users', user, '--fresh');
    expect(lastOf(fresh)).toMatchObject({ total_users: 1, success_count: 1, cached_users: 0, requests: 1 });
    expect(server.journal.entries).toHaveLength(once + 1);
  });

  it.each<[string, FaultServerOptions, string[]]>([
    ['answers in one piece and with objects', { form: 'object', stream: false }, []],
    ['speaks the protocol of Anthropic', {}, ['--provider', 'anthropic']],
    ['tells no usage', { usage: 'never' }, []],
  ])('understands a server that %s', async (_what, server, more) => {
    const { home, extract } = await desk(12, server);
    const result = await extract('--out', 'events.jsonl', ...more);
    expect(result).toMatchObject({ code: 0 });
    expect(lastOf(result)).toMatchObject({ success_count: 12, cost: null });
    expect(Number(lastOf(result)['output_tokens'])).toBeGreaterThan(0);
    const evidence = jsonLines(readFileSync(join(home, 'events.jsonl'), 'utf8')).flatMap(
      (event) => event['behavior_ids'],
    );
    expect(new Set(evidence).size).toBe(12 * 20);
    expect(evidence).toHaveLength(12 * 20);
  });

  const mistakes: [string, string[], string][] = [
    ['no model', ['--extractor', 'llm'], '--model'],
    ['a cap below nothing', ['--extractor', 'llm', '--model', 'm', '--max-total-tokens=-1'], '-1'],
    ['a cap without a model', ['--max-total-tokens', '1000'], '--max-total-tokens'],
    ['a cap without prices', ['--extractor', 'llm', '--model', 'm', '--max-cost', '1'], '--price-in'],
    ['a number that is none', ['--extractor', 'llm', '--model', 'm', '--rpm', 'many'], '--rpm'],
    ['a concurrency of none', ['--extractor', 'llm', '--model', 'm', '--concurrency', '0'], '--concurrency'],
    ['an unknown provider', ['--extractor', 'llm', '--model', 'm', '--provider', 'acme'], '--provider'],
    ['a key on the command line', ['--extractor', 'llm', '--model', 'm', '--api-key', 'k'], '--api-key'],
    ['an address that is none', ['--extractor', 'llm', '--model', 'm', '--base-url', 'nowhere'], 'nowhere'],
    ['a missing prompt', ['--extractor', 'llm', '--model', 'm', '--prompt', 'none.md'], 'none.md'],
    [
      'a prompt without its placeholders',
      ['--extractor', 'llm', '--model', 'm', '--prompt', 'b.csv'],
      '{rules}',
    ],
  ];
  it.each(mistakes)('refuses %s with exit code 2 and no stack trace', async (_name, args, expected) => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\nu1,browse,2025-12-01 10:00\n');
    const result = await runCli(home, ['b.csv', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(expected);
    expect(result.stderr).not.toMatch(/\n\s+at |undefined/);
  });
});
