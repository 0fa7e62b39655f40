import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Random } from '../../../src/core/sample/random.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import { bundled } from '../../support/bundled.ts';
import { putUsers, shoppers } from '../../support/shoppers.ts';
import { tempFolder } from '../../support/temp.ts';

const CHILD = fileURLToPath(bundled('pilot-child'));
const USERS = 40;
const PILOT = 12;
const KILLS = 6;

type Line = 'pilot' | { status: string; processedUsers: number; successCount: number; revision: number };

/** One life of the process; `kill` decides with each line when it ends. */
function live(
  args: string[],
  kill: (line: Line, now: () => void) => void = () => undefined,
): Promise<{ code: number | string | null; lines: Line[]; stderr: string }> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: Line[] = [];
  let rest = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop() ?? '';
    for (const text of whole) {
      const line = JSON.parse(text) as Line;
      lines.push(line);
      kill(line, () => child.kill('SIGKILL'));
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: signal ?? code, lines, stderr }));
  });
}

it('a run with a pilot, killed around the end of the pilot, waits there and ends as if nothing had happened', async () => {
  const folder = tempFolder();
  const fresh = join(folder, 'fresh.db');
  const workspace = Workspace.open(fresh, true);
  putUsers(workspace.db, shoppers(USERS));
  workspace.close();
  const server = await startFaultServer({ latency: 'lognormal:40:0.5', seed: 6 });
  try {
    const args = (name: string): string[] => [
      join(folder, `${name}.db`),
      join(folder, `${name}.csv`),
      `${server.url}/v1`,
      String(PILOT),
    ];
    copyFileSync(fresh, join(folder, 'undisturbed.db'));
    copyFileSync(fresh, join(folder, 'killed.db'));
    const undisturbed = await live(args('undisturbed'));
    expect(undisturbed).toMatchObject({ code: 0, stderr: '' });

    const random = new Random(9, 0);
    const seen: Line[] = [];
    expect(await live([...args('killed'), String(PILOT)])).toMatchObject({ code: 'SIGKILL', stderr: '' });
    for (let kills = 0; kills < KILLS; kills += 1) {
      // Every other life ends with the first snapshot of the whole pilot, the others a little before or after it.
      const at = kills % 2 === 0 ? PILOT : random.int(1, PILOT + 4);
      const end = await live(args('killed'), (line, now) => {
        if (line === 'pilot' || line.processedUsers < at) return;
        if (kills % 2 === 0) now();
        else setTimeout(now, random.int(0, 30));
      });
      expect(end).toMatchObject({ code: 'SIGKILL', stderr: '' });
      seen.push(...end.lines);
    }
    const last = await live(args('killed'));
    expect(last).toMatchObject({ code: 0, stderr: '' });
    seen.push(...last.lines);

    // Whoever is beyond the pilot was processed only after it was released.
    const released = seen.indexOf('pilot');
    const beyond = seen.findIndex((line) => line !== 'pilot' && line.processedUsers > PILOT);
    expect(released).toBeGreaterThan(-1);
    expect(beyond).toBeGreaterThan(released);
    expect(seen.at(-1)).toMatchObject({ status: 'completed', processedUsers: USERS, successCount: USERS });
    expect(readFileSync(join(folder, 'killed.csv'))).toEqual(readFileSync(join(folder, 'undisturbed.csv')));
  } finally {
    await server.close();
  }
});
