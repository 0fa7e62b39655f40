import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import { jsonLines, startCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

describe('a run that waits for its service', () => {
  it('says so in the JSON and, as the wait is long, in a line of its own though there is no terminal', async () => {
    const home = tempFolder();
    await generateSample({ users: 5, rowsPerUser: 5, seed: 7, behaviorsPath: join(home, 'b.csv') });
    const model = await startFaultServer({ seed: 3, outage: '429', retryAfterSeconds: 600 });
    onTestFinished(() => model.close());
    const args = ['b.csv', '--extractor', 'llm', '--model', 'fault-model', '--base-url', `${model.url}/v1`];
    const command = startCli(home, [...args, '--json']);
    await command.printed(/"throttled_by":"usage_limit"/);
    command.child.kill('SIGINT');
    const { code, stdout, stderr } = await command.ended;
    expect(code).toBe(130);
    const waiting = jsonLines(stdout).find((snapshot) => snapshot['throttled_until'] !== null);
    expect(waiting).toMatchObject({ status: 'running', throttled_by: 'usage_limit' });
    expect(waiting).toHaveProperty('throttled_detail');
    expect(waiting).toHaveProperty('waiting_since');
    const lines = stderr.split('\n').filter((line) => line.startsWith('Waiting for the service'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/usage limit reached; next try at (\d{4}-\d\d-\d\d )?\d\d:\d\d/);
  });
});
