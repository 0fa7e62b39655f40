import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../tools/fault-server/server.ts';
import { runCli } from '../../support/run-cli.ts';
import type { CliResult } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const KEY = 'sk-secret-77c1e5f2';
const RECORD = 'key-addresses.json';

async function server(): Promise<FaultServer> {
  const started = await startFaultServer({ seed: 3 });
  onTestFinished(() => started.close());
  return started;
}

function homeWithLog(): string {
  const home = tempFolder();
  writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\nu1,browse,2025-12-01 10:00\n');
  return home;
}

interface Call {
  workspace: string;
  more?: string[];
  key?: string;
  language?: string;
}

/** Runs `extract` with a model at an address, in a workspace of its own. */
function ask(
  home: string,
  baseUrl: string,
  { workspace, more = [], key = KEY, language = 'en_US.UTF-8' }: Call,
): Promise<CliResult> {
  const args = ['b.csv', '--extractor', 'llm', '--model', 'fault-model', '--base-url', baseUrl];
  const env = { LC_ALL: language, ...(key === '' ? {} : { EVENTLOOM_API_KEY: key }) };
  return runCli(home, [...args, '--workspace', workspace, ...more], env);
}

/** What a server was sent: how many requests. */
const requestsOf = ({ journal }: FaultServer): number => journal.entries.length;

describe('the key of the environment', () => {
  it('goes to the address it was first used with, and to another one only when that is confirmed', async () => {
    const [known, other] = [await server(), await server()];
    const home = homeWithLog();
    expect(await ask(home, `${known.url}/v1`, { workspace: 'a.db' })).toMatchObject({ code: 0 });
    expect(requestsOf(known)).toBe(1);

    const refused = await ask(home, `${other.url}/v1`, { workspace: 'b.db' });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    for (const part of [known.url, other.url, '--confirm-address', '--base-url'])
      expect(refused.stderr).toContain(part);
    expect(requestsOf(other)).toBe(0);
    expect(readdirSync(home)).not.toContain('b.db');

    const chinese = await ask(home, `${other.url}/v1`, { workspace: 'b.db', language: 'zh_CN.UTF-8' });
    expect(chinese.stderr).toContain(`一直用于 ${known.url}，没有发送到新地址 ${other.url}`);

    const confirmed = await ask(home, `${other.url}/v1`, { workspace: 'b.db', more: ['--confirm-address'] });
    expect(confirmed).toMatchObject({ code: 0 });
    expect(requestsOf(other)).toBe(1);
    // What was confirmed stays so, and the first address is not forgotten.
    expect(await ask(home, `${other.url}/v1`, { workspace: 'c.db' })).toMatchObject({ code: 0 });
    expect(await ask(home, `${known.url}/v1`, { workspace: 'd.db' })).toMatchObject({ code: 0 });
  });

  it('is nowhere in the record of its addresses, which only its owner can read', async () => {
    const home = homeWithLog();
    const { url } = await server();
    await ask(home, `${url}/v1`, { workspace: 'a.db' });
    const record = readFileSync(join(home, RECORD), 'utf8');
    expect(record).toContain(url);
    expect(record).not.toContain(KEY);
    expect(record).not.toContain(Buffer.from(KEY).toString('base64'));
  });

  it('may go to another address when it is another key, and no key needs no confirmation', async () => {
    const [known, other] = [await server(), await server()];
    const home = homeWithLog();
    await ask(home, `${known.url}/v1`, { workspace: 'a.db' });
    const more = { workspace: 'b.db', key: 'sk-another-0001' };
    expect(await ask(home, `${other.url}/v1`, more)).toMatchObject({ code: 0 });
    expect(await ask(home, `${known.url}/v1`, { workspace: 'c.db', key: '' })).toMatchObject({ code: 0 });
  });

  it('belongs to the address by whatever name: a host is not another one under a path', async () => {
    const { url } = await server();
    const home = homeWithLog();
    await ask(home, `${url}/v1`, { workspace: 'a.db' });
    expect((await ask(home, `${url}/v1/`, { workspace: 'b.db' })).code).toBe(0);
    const local = url.replace('127.0.0.1', 'localhost');
    expect((await ask(home, `${local}/v1`, { workspace: 'c.db' })).code).toBe(2);
  });

  it('is not used while the record cannot be read', async () => {
    const used = await server();
    const home = homeWithLog();
    writeFileSync(join(home, RECORD), '{ half');
    const result = await ask(home, `${used.url}/v1`, { workspace: 'a.db' });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(join(home, RECORD));
    expect(result.stderr).toContain('Repair or delete the file');
    expect(requestsOf(used)).toBe(0);
  });
});
