import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Random } from '../../../src/core/sample/random.ts';
import { eventId } from '../../../src/core/store/event-id.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import type { InductionKind } from '../../../src/shared/induction.ts';
import { bundled } from '../../support/bundled.ts';
import { inductionAnswer } from '../../support/induction-script.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { putUsers, shoppers } from '../../support/shoppers.ts';
import { tempFolder } from '../../support/temp.ts';

const CHILD = fileURLToPath(bundled('induction-child'));

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

const CHARACTERS = Array.from('春夏秋冬风花雪月山水云雨竹兰梅菊琴棋书画金木火土石');
/** Names that have nothing in common but a first character each. */
const NAMES = CHARACTERS.flatMap((first) => CHARACTERS.map((second) => `${first}${second}`));
/** The lines of a request about names: `17. 春风 (engagement)`. */
const NAMED = /^(\d+)\. (\S+)/gm;

interface Case {
  kind: InductionKind;
  kills: number;
  /** Puts in what there is to ask about. */
  fill: (db: DatabaseSync) => void;
  answer: (user: string) => string;
}

const CASES: Case[] = [
  {
    kind: 'types',
    kills: 20,
    fill: (db) => putUsers(db, shoppers(80, { behaviours: 24 })),
    answer: inductionAnswer,
  },
  {
    kind: 'words',
    kills: 3,
    fill: (db) => {
      putUsers(db, [{ id: 'u', behaviours: [{ time: 0, action: 'browse' }] }]);
      // What a model has called by words outside the codebook.
      const insert = db.prepare(
        `INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
         VALUES (?, ?, 'engagement', 0, 0, 'llm', 1, '{}', '[1]')`,
      );
      NAMES.forEach((name, index) => insert.run(eventId(1, index + 1), name));
      db.exec(`UPDATE sequences SET status = 'succeeded', event_count = ${NAMES.length}, updated_at = 1`);
    },
    answer: (user) =>
      JSON.stringify({
        words: [...user.matchAll(NAMED)].map(([, n = '', name = '']) => {
          const first = name.slice(0, 1);
          return { n: Number(n), type: 0, zh: `${first}事`, en: `Matter of ${first}` };
        }),
      }),
  },
  {
    kind: 'themes',
    kills: 3,
    fill: (db) => {
      const behaviours = NAMES.map((item, index) => ({ time: index * 60_000, action: 'browse', item }));
      putUsers(db, [{ id: 'u', behaviours }]);
    },
    answer: (user) =>
      JSON.stringify({
        things: [...user.matchAll(NAMED)].map(([, n = '', name = '']) => ({
          n: Number(n),
          theme: `${name.slice(0, 1)}类`,
        })),
      }),
  },
];

it.each(CASES)(
  'an induction of $kind killed at $kills random moments ends the same, and no answer is paid for twice',
  { timeout: 240_000 },
  async ({ kind, kills, fill, answer }) => {
    const folder = tempFolder();
    const fresh = join(folder, 'fresh.db');
    const workspace = Workspace.open(fresh, true);
    fill(workspace.db);
    workspace.close();
    const random = new Random(12, 0);
    let last: string | undefined;
    const model = await startScriptedModel((_units, number) => {
      const user = model.received[number - 1]?.user ?? '';
      // While lives are killed none comes to its end by itself.
      return { text: answer(user), ms: user === last ? 5_000 : random.int(5, 60) };
    });
    const args = (name: string): string[] => [
      join(folder, `${name}.db`),
      join(folder, `${name}.yaml`),
      model.baseUrl,
      kind,
    ];
    copyFileSync(fresh, join(folder, 'undisturbed.db'));
    expect(await live(args('undisturbed'))).toMatchObject({ code: 0, stderr: '' });
    const undisturbed = model.received.splice(0).map(({ user }) => user);
    model.asked.length = 0;
    expect(undisturbed.length).toBeGreaterThanOrEqual(kind === 'types' ? 8 : 3);

    copyFileSync(fresh, join(folder, 'killed.db'));
    const seen: Line[] = [];
    last = undisturbed.at(-1);
    for (let kill = 0; kill < kills; kill += 1) {
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
    last = undefined;
    const end = await live(args('killed'));
    expect(end).toMatchObject({ code: 0, stderr: '' });
    seen.push(...end.lines);
    for (const file of ['.yaml', '-themes.yaml'])
      expect(readFileSync(join(folder, `killed${file}`), 'utf8')).toBe(
        readFileSync(join(folder, `undisturbed${file}`), 'utf8'),
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
    expect(lost.length).toBeLessThanOrEqual(kills);
    // One that was lost may have died before it left.
    expect(model.received.length).toBeLessThanOrEqual(books.length);
    expect(model.received.length).toBeGreaterThanOrEqual(answered.length);
  },
);
