import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Random } from '../../src/core/sample/random.ts';
import { eventId } from '../../src/core/store/event-id.ts';
import { hasUnfinishedRescue } from '../../src/core/store/rescue.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import type { ChildMessage } from './rescue-child.ts';
import { carryOut } from './rescue-life.ts';
import type { RescueEnd, RescueOrder } from './rescue-life.ts';

const CHILD = fileURLToPath(new URL('rescue-child.ts', import.meta.url));
const USERS = 400;
const BEHAVIOURS_EACH = 40;
const EVENTS_EACH = 6;
const PAGE = 4096;

export interface RescueKillReport {
  rescues: number;
  kills: number;
  /** Kills of openings that had a rescue to finish or to undo. */
  killsOfOpenings: number;
  /** Kills of rescues that left the damaged file in its place, and of those that had put the new one there. */
  killsBefore: number;
  killsAfter: number;
  /** Problems as texts; empty when every rescue ended as the undisturbed one. */
  problems: string[];
}

/**
 * Rescues a damaged workspace repeatedly in separate processes that are killed with SIGKILL, at random times and
 * between operations on files, until there were so many kills. After each kill the damaged file must still be there, under
 * one name or another; whenever the workspace opens, it must have every row that an undisturbed rescue recovers.
 * `folder` is for its files; `seed` makes the choices repeatable; `child`: the script of the processes, `rescue-child`.
 */
export async function killRescues(options: {
  folder: string;
  kills: number;
  seed: number;
  child?: string;
  onKill?: (done: number) => void;
}): Promise<RescueKillReport> {
  const { child = CHILD } = options;
  const random = new Random(options.seed, 0);
  const report: RescueKillReport = {
    rescues: 0,
    kills: 0,
    killsBefore: 0,
    killsAfter: 0,
    killsOfOpenings: 0,
    problems: [],
  };
  const damaged = damagedWorkspace(join(options.folder, 'original'));
  const undisturbed = undisturbedRescue(join(options.folder, 'undisturbed'), damaged);
  while (report.kills < options.kills) {
    report.rescues += 1;
    const folder = join(options.folder, `rescue-${report.rescues}`);
    const problem = (text: string): number => report.problems.push(`rescue ${report.rescues}: ${text}`);
    const path = place(folder, damaged);
    const withoutLinks = random.chance(0.3);
    let killsLeft = random.int(1, 4);
    let action: RescueOrder['action'] = 'rescue';
    for (let life = 0; ; life += 1) {
      const kill = killsLeft > 0 ? chooseKill(random, action, undisturbed) : null;
      const unfinished = hasUnfinishedRescue(path);
      const order = { path, action, now: life * 1000, withoutLinks, killBefore: kill?.beforeOperation ?? 0 };
      const end = kill ? await live(child, order, kill.afterMs) : carryOut(order);
      checkDamagedIsKept(folder, damaged, problem);
      if (end === null) {
        report.kills += 1;
        killsLeft -= 1;
        if (action === 'open') report.killsOfOpenings += unfinished ? 1 : 0;
        else if (readFileSync(path).equals(damaged)) report.killsBefore += 1;
        else report.killsAfter += 1;
        options.onKill?.(report.kills);
        // As after a restart of the application.
        action = 'open';
      } else if (end.outcome === 'rescued') {
        action = 'open';
      } else if (end.outcome === 'workspace.damaged' || end.outcome === 'workspace.rescue_interrupted') {
        action = 'rescue';
      } else {
        if (end.outcome !== 'opened') problem(`${action} ended with ${end.outcome}`);
        else checkOpened(path, end.backupPath, damaged, undisturbed.content, problem);
        break;
      }
    }
    checkFolder(folder, withoutLinks, problem);
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

interface Kill {
  beforeOperation: number;
  afterMs: number | null;
}

interface Undisturbed {
  content: string;
  ms: number;
  operations: number;
}

/** One in two kills falls between operations on files, which take next to no time. */
function chooseKill(random: Random, action: RescueOrder['action'], { ms, operations }: Undisturbed): Kill {
  // An opening that has something to finish does about as much as the last part of a rescue.
  const share = action === 'rescue' ? 1 : 0.5;
  return random.chance(0.5)
    ? { beforeOperation: random.int(1, Math.ceil(operations * share)), afterMs: null }
    : { beforeOperation: 0, afterMs: random.next() * ms * share };
}

function undisturbedRescue(folder: string, damaged: Buffer): Undisturbed {
  const path = place(folder, damaged);
  const order = { path, now: 0, withoutLinks: false, killBefore: 0 };
  const rescue = carryOut({ ...order, action: 'rescue' });
  const opening = carryOut({ ...order, action: 'open' });
  if (rescue.outcome !== 'rescued' || opening.outcome !== 'opened') {
    throw new Error(`the undisturbed rescue ended with ${rescue.outcome}, ${opening.outcome}`);
  }
  return { content: contentOf(path), ms: rescue.ms, operations: rescue.operations };
}

/** Executes a command in a separate process; null when that was killed. */
function live(script: string, order: RescueOrder, killAfterMs: number | null): Promise<RescueEnd | null> {
  const child = fork(script, [JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let timer: NodeJS.Timeout | undefined;
  let end: RescueEnd | null = null;
  child.on('message', (message: ChildMessage) => {
    if (message.kind === 'end') end = message.end;
    else if (killAfterMs !== null) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === null && end === null) reject(new Error(`the child ended with exit code ${code}`));
      else resolve(signal === null ? end : null);
    });
  });
}

/** A workspace with events, of which some pages of three tables are lost. */
function damagedWorkspace(folder: string): Buffer {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'w.db');
  const workspace = Workspace.open(path, true);
  fill(workspace.db);
  const leaves = workspace.db
    .prepare(
      "SELECT name, pageno FROM dbstat WHERE pagetype = 'leaf' AND name IN ('behaviours', 'events', 'answers')",
    )
    .all();
  workspace.close();
  const bytes = readFileSync(path);
  for (const table of ['behaviours', 'events', 'answers']) {
    const pages = leaves.filter(({ name }) => name === table).map(({ pageno }) => Number(pageno));
    const page = pages[Math.floor(pages.length / 2)];
    if (page === undefined) throw new Error(`${table} has no page that can be damaged`);
    bytes.fill(0xee, (page - 1) * PAGE, page * PAGE);
  }
  return bytes;
}

function fill(db: DatabaseSync): void {
  db.exec(`
    BEGIN;
    INSERT INTO imports (kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows, imported_at)
      VALUES ('behaviours', 'w.csv', 1, 'x', 0, ${USERS * BEHAVIOURS_EACH}, ${USERS * BEHAVIOURS_EACH}, 0, 0, 0);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${USERS})
      INSERT INTO users (no, id) SELECT i, 'u' || i FROM n;
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${USERS * BEHAVIOURS_EACH} - 1)
      INSERT INTO behaviours (id, user_no, time, action, item)
      SELECT i + 1, i % ${USERS} + 1, i * 1000, 'browse', 'item ' || i % 97 FROM n;
    INSERT INTO sequences (user_no, status, behaviour_count, event_count)
      SELECT no, 'succeeded', ${BEHAVIOURS_EACH}, ${EVENTS_EACH} FROM users;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS_EACH})
      INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
      SELECT no * ${eventId(1, 0)} + i, '看车', iif(i % 3 = 0, 'conversion', 'engagement'), i, i, 'rule', 1, '{}', '[1]'
      FROM users, n ORDER BY 1;
    INSERT INTO answers (key, verdict, complete, created_at)
      SELECT lower(hex(zeroblob(4)) || printf('%056x', id * 7919)), '{}', 1, 0 FROM behaviours LIMIT 500;
    COMMIT;
  `);
}

function place(folder: string, damaged: Buffer): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'w.db');
  writeFileSync(path, damaged);
  return path;
}

const isBackup = (name: string): boolean => /^w\.damaged-.*\.db$/.test(name);

/** The damaged file must be there whole, in its place or under another name. */
function checkDamagedIsKept(folder: string, damaged: Buffer, problem: (text: string) => unknown): void {
  const kept = readdirSync(folder).filter((name) => name === 'w.db' || isBackup(name));
  if (!kept.some((name) => readFileSync(join(folder, name)).equals(damaged)))
    problem('the damaged file is lost');
}

function checkOpened(
  path: string,
  backupPath: string | null,
  damaged: Buffer,
  expected: string,
  problem: (text: string) => unknown,
): void {
  if (contentOf(path) !== expected) problem('the workspace differs from the undisturbed one');
  if (backupPath === null) problem('nothing says where the damaged file is');
  else if (!readFileSync(backupPath).equals(damaged))
    problem(`${basename(backupPath)} is not the damaged file`);
}

/** Nothing of an interrupted rescue may be left, except copies on disks without hard links. */
function checkFolder(folder: string, withoutLinks: boolean, problem: (text: string) => unknown): void {
  const names = readdirSync(folder);
  const others = names.filter((name) => !isBackup(name) && name !== 'w.db' && name !== 'w.db-lock');
  if (others.length > 0) problem(`left behind: ${others.join(', ')}`);
  const backups = names.length - others.length - 2;
  if (backups > 1 && !withoutLinks) problem(`${backups} copies of the damaged file`);
}

/** A digest of every row that a rescue recovers. */
function contentOf(path: string): string {
  const db = new DatabaseSync(path);
  const hash = createHash('sha256');
  try {
    for (const table of [
      'users',
      'behaviours',
      'sequences',
      'events',
      'answers',
      'imports',
      'profiles',
      'runs',
    ]) {
      for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY 1`).iterate())
        hash.update(JSON.stringify(row));
    }
    return hash.digest('hex');
  } finally {
    db.close();
  }
}
