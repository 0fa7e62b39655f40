import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is on the PATH, if it is. */
export function programPath(name: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether a program is on the PATH. */
export function hasProgram(name: string): boolean {
  return programPath(name) !== undefined;
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, for two minutes at the most. Throws when it cannot be started. */
export function run(program: string, args: string[], environment: Record<string, string> = {}): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    timeout: 120_000,
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

/** Runs a program and gives what it printed. Throws with its complaint unless it ends with 0. */
export function output(program: string, args: string[], environment: Record<string, string> = {}): string {
  const { code, stdout, stderr } = run(program, args, environment);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
  return stdout;
}
