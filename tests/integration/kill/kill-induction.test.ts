import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Random } from '../../../src/core/sample/random.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { inductionAnswer } from '../../support/induction-script.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { putUsers, shoppers } from '../../support/shoppers.ts';
import { tempFolder } from '../../support/temp.ts';

const CHILD = fileURLToPath(new URL('induction-child.ts', import.meta.url));
const KILLS = 20;

interface Line {
  status: string;
  step: number;
  usersDone: number;
  requests: number;
  revision: number;
}

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

it('an induction killed at 20 random moments ends with the same codebook, and no answer is paid for twice', async () => {
  const folder = tempFolder();
  const fresh = join(folder, 'fresh.db');
  const workspace = Workspace.open(fresh, true);
  putUsers(workspace.db, shoppers(80, { behaviours: 24 }));
  workspace.close();
  const random = new Random(12, 0);
  let isKilling = false;
  const model = await startScriptedModel((units, number) => {
    const isReview = units.length === 0;
    // While lives are killed none comes to its end by itself.
    const ms = isReview && isKilling ? 5_000 : random.int(5, 60);
    return { text: inductionAnswer(model.received[number - 1]?.user ?? ''), ms };
  });
  const args = (name: string): string[] => [
    join(folder, `${name}.db`),
    join(folder, `${name}.yaml`),
    model.baseUrl,
  ];
  copyFileSync(fresh, join(folder, 'undisturbed.db'));
  expect(await live(args('undisturbed'))).toMatchObject({ code: 0, stderr: '' });
  const undisturbed = model.received.splice(0).map(({ user }) => user);
  model.asked.length = 0;
  expect(undisturbed.length).toBeGreaterThanOrEqual(8);

  copyFileSync(fresh, join(folder, 'killed.db'));
  const seen: Line[] = [];
  isKilling = true;
  for (let kills = 0; kills < KILLS; kills += 1) {
    const from = seen.at(-1)?.step ?? 0;
    const at = Math.min(undisturbed.length - 1, from + (random.next() < 0.4 ? 1 : 0));
    const delay = random.int(0, 70);
    let isDue = false;
    const end = await live(args('killed'), ({ status, step }, now) => {
      if (isDue || step < at || status !== 'running') return;
      isDue = true;
      setTimeout(now, delay);
    });
    seen.push(...end.lines);
    expect(end).toMatchObject({ code: 'SIGKILL', stderr: '' });
  }
  isKilling = false;
  const last = await live(args('killed'));
  expect(last).toMatchObject({ code: 0, stderr: '' });
  seen.push(...last.lines);
  expect(readFileSync(join(folder, 'killed.yaml'), 'utf8')).toBe(
    readFileSync(join(folder, 'undisturbed.yaml'), 'utf8'),
  );

  // What windows saw of it never went back.
  const steps = seen.map(({ step }) => step);
  expect(steps.slice(0, -1)).toEqual(steps.slice(0, -1).toSorted((a, b) => a - b));

  // Every request is on the books; each step has one answer, and what was asked again had none: it was in flight at a kill.
  const db = new DatabaseSync(join(folder, 'killed.db'), { readOnly: true });
  const books = db
    .prepare(
      'SELECT q.state AS state, p.user AS user FROM requests q JOIN sent_prompts p ON p.request_id = q.id ORDER BY q.id',
    )
    .all() as { state: string; user: string }[];
  db.close();
  const answered = books.filter(({ state }) => state === 'answered').map(({ user }) => user);
  expect(answered).toEqual(undisturbed);
  const lost = books.filter(({ state }) => state !== 'answered');
  expect(lost.every(({ state }) => state === 'lost')).toBe(true);
  expect(lost.length).toBeLessThanOrEqual(KILLS);
  // One that was lost may have died before it left.
  expect(model.received.length).toBeLessThanOrEqual(books.length);
  expect(model.received.length).toBeGreaterThanOrEqual(answered.length);
});
