import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.ts';

/** The command line as tests start it; `from-sources.test.ts` starts that of the sources. */
const CLI = fileURLToPath(bundled('cli'));
/** The command `extract`, before its arguments. */
export const EXTRACT = [CLI, 'extract'];

export interface CliResult {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface CliProcess {
  child: ChildProcess;
  /** Resolves when the process has ended. */
  ended: Promise<CliResult>;
  /** Resolves once stdout matches; rejects when the process ends without that. Snapshots are coalesced: no number is sure to be printed. */
  printed(pattern: RegExp): Promise<void>;
}

/** Starts `extract` as a shell would. `home` is where it keeps workspaces that were not named. */
export function startCli(home: string, args: string[], env: Record<string, string> = {}): CliProcess {
  return startEventloom(home, ['extract', ...args], env);
}

/** Runs a command of the command line to its end: the name of the command, then its arguments. */
export function eventloom(home: string, args: string[], language = 'en_US.UTF-8'): Promise<CliResult> {
  return startEventloom(home, args, { LC_ALL: language }).ended;
}

/** Starts a command that goes on until it is ended. */
export function startEventloom(
  home: string,
  args: string[],
  env: Record<string, string> = {},
  script = CLI,
): CliProcess {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: home,
    env: { ...process.env, INIT_CWD: home, EVENTLOOM_HOME: home, LC_ALL: 'en_US.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return {
    child,
    ended: new Promise((resolve) =>
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
    ),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(stdout)) resolve();
        };
        look();
        child.stdout.on('data', look);
        child.on('close', () =>
          reject(new Error(`ended without printing ${String(pattern)}:\n${stdout}\n${stderr}`)),
        );
      }),
  };
}

/** Runs `extract` to its end. */
export function runCli(home: string, args: string[], env: Record<string, string> = {}): Promise<CliResult> {
  return startCli(home, args, env).ended;
}

/** The JSON objects that the command printed, one per line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
