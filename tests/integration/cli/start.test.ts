import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { tempFolder } from '../../support/temp.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const START = join(PROJECT, 'tools/start.ts');

interface Started {
  child: ChildProcess;
  /** What it has written to both streams so far. */
  text(): string;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Starts a program in a folder on a machine without a display. */
function start(folder: string, program: string, args: string[], env: Record<string, string> = {}): Started {
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      ...process.env,
      INIT_CWD: folder,
      EVENTLOOM_HOME: join(folder, 'home'),
      LC_ALL: 'en_US.UTF-8',
      DISPLAY: undefined,
      WAYLAND_DISPLAY: undefined,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return {
    child,
    text: () => stdout + stderr,
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))),
  };
}

/** `node tools/start.ts --build …`, which is what `npm start` runs. */
const npmStart = (folder: string, args: string[] = [], env?: Record<string, string>): Started =>
  start(folder, process.execPath, [START, '--build', ...args], env);

const numberAfter = (text: string, pattern: RegExp): number =>
  Number((pattern.exec(text)?.[1] ?? 'none').replaceAll(',', ''));

/** Everything that the summary says in figures. */
function figuresOf(summary: string): Record<string, unknown> {
  const types = [...summary.matchAll(/^ {2}(Dealer visit|Add to cart|Purchase) +([\d,]+)$/gm)];
  return {
    users: numberAfter(summary, /^Users: ([\d,]+)\./m),
    behaviours: numberAfter(summary, /Behaviours: ([\d,]+) →/),
    events: numberAfter(summary, /→ events: ([\d,]+)\.$/m),
    conversions: numberAfter(summary, /^Conversions: ([\d,]+) /m),
    byType: Object.fromEntries(types.map(([, name = '', count = '']) => [name, Number(count)])),
  };
}

const NAMES: Record<string, string> = { 到店: 'Dealer visit', 加购: 'Add to cart', 购买: 'Purchase' };

/** The same figures, counted in a workspace. */
function countedIn(workspace: string): Record<string, unknown> {
  const db = new DatabaseSync(workspace, { readOnly: true });
  const count = (sql: string): number => Number(db.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.['n']);
  const conversion = "events WHERE category = 'conversion'";
  const types = db.prepare(`SELECT type, count(*) AS n FROM ${conversion} GROUP BY type`).all();
  const counted = {
    users: count('users'),
    behaviours: count('behaviours'),
    events: count('events'),
    conversions: count(conversion),
    byType: Object.fromEntries(types.map(({ type, n }) => [NAMES[String(type)] ?? type, Number(n)])),
  };
  db.close();
  return counted;
}

const LOG = `user_id,action,timestamp,item_id,poi_id
a,browse,2025-12-01 10:00,大众_朗逸,
a,browse,2025-12-01 10:05,大众_朗逸,
a,visit_poi,2025-12-02 14:00,,长城4S店
a,add_cart,2025-12-02 16:00,大众_朗逸,
b,search,2025-12-01 11:00,大众,
b,purchase,2025-12-03 09:00,大众_朗逸,
c,browse,2025-12-04 09:00,大众_朗逸,
`;

describe.runIf(process.platform === 'linux')('npm start without a display', () => {
  it('imports, abstracts and shows the sample, and a second start finds it done', async () => {
    const folder = tempFolder();
    const first = await npmStart(folder).ended;
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('没有图形界面');
    expect(first.stderr).toContain('There is no display');
    expect(first.stderr).toMatch(/^Importing .* 0\.0 %/m);
    expect(first.stderr).toMatch(/^Abstracting .*\/300 users/m);
    expect(first.stdout).not.toContain('\r');
    const workspace = join(folder, 'eventloom-sample', 'workspace.eventloom');
    expect(first.stdout).toContain(`Workspace  ${workspace}`);
    expect(first.stdout).toContain(`Events     ${join(folder, 'eventloom-sample', 'events.csv')}`);
    expect(first.stdout).toMatch(/^To open the window: run npm start/m);
    const counted = countedIn(workspace);
    expect(counted).toMatchObject({ users: 300 });
    expect(figuresOf(first.stdout)).toEqual(counted);
    const exported = readFileSync(join(folder, 'eventloom-sample', 'events.csv'), 'utf8');
    expect(exported.trimEnd().split('\r\n')).toHaveLength(Number(counted['events']) + 1);

    const second = await npmStart(folder).ended;
    expect(second.code).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain('was imported before and has not changed');
    expect(countedIn(workspace)).toEqual(counted);
  });

  it('tells the events of one user in words', async () => {
    const folder = tempFolder();
    const { stdout } = await npmStart(folder).ended;
    const [, user = '', behaviours = '', events = ''] =
      /^For example user (\S+): (\d+) behaviours → (\d+) events$/m.exec(stdout) ?? [];
    const db = new DatabaseSync(join(folder, 'eventloom-sample', 'workspace.eventloom'), { readOnly: true });
    onTestFinished(() => db.close());
    const stored = db
      .prepare(
        `SELECT e.start_time AS start, e.category FROM events e JOIN users u ON u.no = e.user_no
         WHERE u.id = ? ORDER BY e.id`,
      )
      .all(user);
    expect(stored).toHaveLength(Number(events));
    expect(
      db
        .prepare('SELECT count(*) AS n FROM behaviours b JOIN users u ON u.no = b.user_no WHERE u.id = ?')
        .get(user),
    ).toEqual({ n: Number(behaviours) });
    const lines = [...stdout.matchAll(/^ {2}(\d{4}-\d\d-\d\d \d\d:\d\d)\S* +(.*)$/gm)];
    expect(lines.length).toBeGreaterThan(4);
    const times = stored.map(({ start }) =>
      new Date(Number(start)).toISOString().slice(0, 16).replace('T', ' '),
    );
    const from = times.indexOf(lines[0]?.[1] ?? '');
    expect(lines.map(([, time]) => time)).toEqual(times.slice(from, from + lines.length));
    const marked = lines.map(([, , words = '']) => words.includes('(conversion)'));
    expect(marked).toEqual(
      stored.slice(from, from + lines.length).map(({ category }) => category === 'conversion'),
    );
    expect(marked).toContain(true);
  });

  it('takes a log and profiles of the user’s own, by the real npm, and says so in Chinese', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'b.csv'), LOG);
    writeFileSync(join(folder, 'p.csv'), 'user_id,city\na,Wuhan\n');
    const args = ['--prefix', PROJECT, 'start', '--', 'b.csv', '--profiles', 'p.csv'];
    const { code, stdout, stderr } = await start(folder, 'npm', args, { LC_ALL: 'zh_CN.UTF-8' }).ended;
    expect(stderr).toContain('已导入 p.csv：新增 1 行');
    expect(code).toBe(0);
    expect(stdout).toContain('用户 3，原始行为 7 → 事件 6');
    expect(stdout).toContain('转化事件 3（其余 3 个为互动事件）');
    for (const line of ['  加购  1', '  到店  1', '  购买  1']) expect(stdout.split('\n')).toContain(line);
    expect(stdout).toMatch(/ {2}2025-12-02 14:00 +到店（转化） {2}长城4S店/);
  });

  it('makes another workspace once the log has changed, so that the result is of what is in it', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'b.csv'), LOG);
    expect(figuresOf((await npmStart(folder, ['b.csv']).ended).stdout)).toMatchObject({
      users: 3,
      events: 6,
    });
    const again = await npmStart(folder, ['b.csv']).ended;
    expect(figuresOf(again.stdout)).toMatchObject({ users: 3, behaviours: 7, events: 6 });
    writeFileSync(join(folder, 'b.csv'), `${LOG.split('\n').slice(0, 3).join('\n')}\n`);
    const changed = await npmStart(folder, ['b.csv']).ended;
    expect(changed.code).toBe(0);
    expect(figuresOf(changed.stdout)).toMatchObject({ users: 1, behaviours: 2, events: 1, conversions: 0 });
    const files = readdirSync(join(folder, 'eventloom-b')).filter((name) => name.endsWith('.eventloom'));
    expect(files).toHaveLength(2);
  });

  it('is interrupted by Ctrl-C, and the same command goes on', async () => {
    const folder = tempFolder();
    await generateSample({ users: 60, rowsPerUser: 5, seed: 7, behaviorsPath: join(folder, 'b.csv') });
    const started = npmStart(folder, ['b.csv'], { EVENTLOOM_SLOW_RULES_MS: '200' });
    await expect.poll(started.text, { timeout: 60_000 }).toMatch(/[1-9]\d*\/60 users/);
    started.child.kill('SIGINT');
    const interrupted = await started.ended;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toContain('run the same command again to go on');
    const [workspace = ''] = readdirSync(join(folder, 'eventloom-b')).filter((name) =>
      name.endsWith('.eventloom'),
    );
    const done = countedIn(join(folder, 'eventloom-b', workspace))['events'];
    expect(done).toBeGreaterThan(0);
    const resumed = await npmStart(folder, ['b.csv']).ended;
    expect(resumed.code).toBe(0);
    // It does not begin with the first user again.
    expect(resumed.stderr).toMatch(/^Abstracting .* [1-9]\d*\/60 users/m);
    const counted = countedIn(join(folder, 'eventloom-b', workspace));
    expect(figuresOf(resumed.stdout)).toEqual(counted);
    expect(counted).toMatchObject({ users: 60, behaviours: 300 });
    expect(Number(counted['events'])).toBeGreaterThan(Number(done));
  });

  it('asks no network for anything', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const folder = tempFolder();
    writeFileSync(join(folder, 'b.csv'), LOG);
    const proxies = { HTTP_PROXY: address, HTTPS_PROXY: address, ALL_PROXY: address };
    const { code } = await npmStart(folder, ['b.csv'], { ...proxies, ELECTRON_MIRROR: address }).ended;
    expect(code).toBe(0);
    expect(requests).toBe(0);
  });

  it.each([
    ['a file that is not there', ['none.csv'], 'none.csv does not exist'],
    ['a file that is no log', ['odd.csv'], 'A required column is missing'],
    ['an unknown option', ['b.csv', '--frobnicate'], 'there is no option --frobnicate'],
    ['two files', ['b.csv', 'odd.csv'], 'too many arguments: odd.csv'],
    ['a folder that cannot be made', ['b.csv', '--folder', 'b.csv/x'], 'Name another folder with --folder'],
  ])('refuses %s with exit code 2 and no stack trace', async (_what, args, expected) => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'b.csv'), LOG);
    writeFileSync(join(folder, 'odd.csv'), 'a,b\n1,2\n');
    const { code, stdout, stderr } = await npmStart(folder, args).ended;
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/\n\s+at |undefined/);
    expect(existsSync(join(folder, 'home'))).toBe(false);
  });

  it('writes over no file that is not its own', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'b.csv'), LOG);
    mkdirSync(join(folder, 'eventloom-b', 'events.csv'), { recursive: true });
    appendFileSync(join(folder, 'eventloom-b', 'events.csv', 'mine'), 'mine');
    const { code, stderr } = await npmStart(folder, ['b.csv']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('events.csv cannot be written: it is a folder');
  });
});
