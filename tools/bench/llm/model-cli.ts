import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The command `extract` of the sources. */
const EXTRACT = [fileURLToPath(new URL('../../../src/cli/extract.ts', import.meta.url))];

const snapshotSchema = z.object({
  status: z.string(),
  total_users: z.number(),
  processed_users: z.number(),
  success_count: z.number(),
  failed_count: z.number(),
  progress_percent: z.number(),
  estimated_remaining_seconds: z.number().nullable(),
  total_batches: z.number(),
  start_time: z.string().nullable(),
  end_time: z.string().nullable(),
  requests: z.number(),
  retries: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
});
export type CliSnapshot = z.infer<typeof snapshotSchema>;

export interface CliRun {
  log: string;
  workspace: string;
  baseUrl: string;
  concurrency: number;
  out?: string;
  /** The script to start, and what comes before the arguments of `extract`. */
  command?: string[];
  /** Further arguments. */
  more?: string[];
  /** Called with each snapshot, as it is printed. */
  onSnapshot?: (snapshot: CliSnapshot, kill: () => void) => void;
}

export interface CliEnd {
  /** The exit code, or the signal that ended it. */
  code: number | string | null;
  last: CliSnapshot | null;
  /** From the first to the last moment of the run itself, without import and export; NaN when it did not end. */
  runMs: number;
  stderr: string;
}

/** Runs `extract --extractor llm` to its end, or to its kill. */
export function runModelCli(run: CliRun): Promise<CliEnd> {
  const { log, workspace, baseUrl, concurrency, out, command = EXTRACT, more = [], onSnapshot } = run;
  const args = ['--extractor', 'llm', '--base-url', baseUrl, '--model', 'fault-model', '--json'];
  args.push('--workspace', workspace, '--concurrency', String(concurrency), ...(out ? ['--out', out] : []));
  const child = spawn(process.execPath, [...command, log, ...args, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last: CliSnapshot | null = null;
  let rest = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    // A line that a kill cuts off is not shown.
    rest = lines.pop() ?? '';
    for (const line of lines) {
      last = snapshotSchema.parse(JSON.parse(line));
      onSnapshot?.(last, () => child.kill('SIGKILL'));
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code: signal ?? code, last, runMs: last ? runMsOf(last) : Number.NaN, stderr }),
    );
  });
}

function runMsOf({ start_time, end_time }: CliSnapshot): number {
  return start_time && end_time ? Date.parse(end_time) - Date.parse(start_time) : Number.NaN;
}

/** Throws unless a run reached its end; the caller counts failed users. */
export function finished({ code, last, stderr }: CliEnd): CliSnapshot {
  if (last?.status === 'completed') return last;
  throw new Error(`the run did not complete (${code}): ${stderr.slice(-500)}`);
}

export function removeWorkspace(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(path + suffix, { force: true });
}
