/**
 * `node tools/package/start-packed.ts <program>`: starts a packed application as its user would, which the fuses allow in no other
 * way, and waits for what it leaves on the disk. First a command, then the window. Exit code 1 when either fails.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const POLL_MS = 250;

/** Waits for a condition. Throws when it does not come, or the program has ended before it. */
async function until(what: string, holds: () => boolean, ended: () => number | null): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !holds(); await wait(POLL_MS)) {
    const code = ended();
    if (code !== null) throw new Error(`the program ended with ${code} before ${what}`);
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
  }
}

async function runCommand(program: string, args: string[], folder: string): Promise<void> {
  const child = spawn(program, ['--', ...args], {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, EVENTLOOM_HOME: folder },
    timeout: PATIENCE_MS,
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
}

async function startWindow(program: string, userData: string): Promise<void> {
  const child = spawn(program, [], {
    stdio: 'inherit',
    env: { ...process.env, EVENTLOOM_USER_DATA: userData },
  });
  let code: number | null = null;
  child.once('exit', (exitCode, signal) => (code = exitCode ?? (signal === null ? 0 : 128)));
  try {
    const logs = join(userData, 'logs');
    const log = (): string =>
      existsSync(logs)
        ? readdirSync(logs)
            .map((name) => readFileSync(join(logs, name), 'utf8'))
            .join('')
        : '';
    const ended = (): number | null => code;
    await until('the log of the start', () => log().includes('started'), ended);
    await until('a workspace', () => existsSync(join(userData, 'workspaces', 'default.eventloom')), ended);
    if (/\berror\b/i.test(log())) throw new Error(`the log has an error:\n${log()}`);
  } finally {
    child.kill('SIGKILL');
  }
}

const [program] = process.argv.slice(2);
if (program === undefined) throw new Error('Which program? node tools/package/start-packed.ts <program>');
const folder = mkdtempSync(join(tmpdir(), 'eventloom-packed-'));
try {
  await runCommand(program, ['generate', '--users', '20', '--out', 'log.csv'], folder);
  await runCommand(program, ['extract', 'log.csv', '--out', 'events.csv'], folder);
  const events = readFileSync(join(folder, 'events.csv'), 'utf8').trim().split('\n').length - 1;
  if (events < 20) throw new Error(`extract gave ${events} events`);
  await startWindow(program, join(folder, 'user'));
  console.log(`The command made ${events} events, and the window has opened a workspace.`);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
