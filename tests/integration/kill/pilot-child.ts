import { DatabaseSync } from 'node:sqlite';
import { createEngine } from '../../../src/core/engine/engine.ts';
import { modelSettingsSchema } from '../../../src/shared/model.ts';
import { runRequestSchema } from '../../../src/shared/run.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { ENGINE_OPTIONS } from '../../support/bundled.ts';

/**
 * Runs a pilot and then the rest in a process of its own, for a test that kills it. Prints each snapshot, and
 * `"pilot"` before it releases the rest; writes the events when the run is complete. With `killAt` the process kills
 * itself as soon as the commit returns that brings the run to so many processed users.
 */
const [path = '', out = '', baseUrl = '', pilotUsers = '', killAt] = process.argv.slice(2);
if (killAt !== undefined) {
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
    exec.call(this, sql);
    if (sql !== 'COMMIT') return;
    const row = this.prepare('SELECT max(processed_users) AS processed FROM runs').get();
    if (Number(row?.['processed']) >= Number(killAt)) process.kill(process.pid, 'SIGKILL');
  };
}
const say = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

let waiting: (() => void) | null = null;
let last: RunSnapshot | null = null;
const engine = createEngine(ENGINE_OPTIONS, (event, payload) => {
  // A workspace that is closed shows no run.
  if (event !== 'run' || (payload as RunSnapshot).workspaceId === '') return;
  last = payload as RunSnapshot;
  const { status, processedUsers, successCount, revision } = last;
  say({ status, processedUsers, successCount, revision });
  waiting?.();
});

async function until(holds: (snapshot: RunSnapshot) => boolean): Promise<void> {
  while (!last || !holds(last)) await new Promise<void>((resolve) => (waiting = resolve));
}

const settings = modelSettingsSchema.parse({
  baseUrl,
  model: 'fault-model',
  maxConcurrency: 4,
  maxOutputTokens: 512,
});
await engine.useModel({ settings, apiKey: 'sk-test', promptTemplate: null });
await engine.openWorkspace({ path, create: false, resumePolicy: 'resume' });
const found = await engine.runSnapshot();
// A run that died often waits for its user.
if (found.status === 'interrupted') await engine.resumeRun();
if (found.runId === null) {
  const scope = { kind: 'remaining' as const };
  await engine.startRun(runRequestSchema.parse({ scope, extractor: 'llm', pilotUsers: Number(pilotUsers) }));
}
await until(({ status }) => status === 'paused' || status === 'completed' || status === 'failed');
if (last?.['status'] === 'paused') {
  say('pilot');
  await engine.resumeRun();
}
await until(({ status }) => status === 'completed' || status === 'failed');
await engine.exportEvents(out);
await engine.closeWorkspace();
