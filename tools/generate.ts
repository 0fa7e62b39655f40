import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatMessage, localeOfEnvironment } from '../src/core/i18n.ts';
import { toErrorInfo } from '../src/core/errors.ts';
import { checkTarget } from '../src/core/export/write-whole.ts';
import { generateSample } from '../src/core/sample/generate-sample.ts';
import type { SampleProgress } from '../src/core/sample/generate-sample.ts';

const USAGE = `Writes a made-up behaviour log of car shoppers, for trying EventLoom and for measuring it.

  npm run generate -- --users N --out FILE [--seed N] [--rows N] [--profiles FILE]

  --users N        how many users, 1 to 100,000,000
  --out FILE       the log to write (CSV)
  --seed N         0 to 4,294,967,295; the same seed gives the same files (default 1)
  --rows N         how many rows in all, at most 1,000,000,000 (default: about 92 for each user)
  --profiles FILE  writes the profiles of the users too (CSV)
`;

const MOST_USERS = 100_000_000;
const MOST_ROWS = 1_000_000_000;
const MOST_SEED = 2 ** 32 - 1;

class UsageError extends Error {}

interface Arguments {
  users: number;
  seed: number;
  rows?: number;
  behaviorsPath: string;
  profilesPath?: string;
}

function readArguments(): Arguments | null {
  const { values } = parseStrictly();
  if (values.help) return null;
  if (values.users === undefined) throw new UsageError('--users is missing');
  if (values.out === undefined) throw new UsageError('--out is missing');
  return {
    users: wholeNumber('--users', values.users, 1, MOST_USERS),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, MOST_SEED),
    ...(values.rows === undefined ? {} : { rows: wholeNumber('--rows', values.rows, 1, MOST_ROWS) }),
    behaviorsPath: fromCallersFolder('--out', values.out),
    ...(values.profiles === undefined
      ? {}
      : { profilesPath: fromCallersFolder('--profiles', values.profiles) }),
  };
}

function parseStrictly() {
  try {
    return parseArgs({
      options: {
        users: { type: 'string' },
        seed: { type: 'string' },
        rows: { type: 'string' },
        out: { type: 'string' },
        profiles: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}

/** npm runs scripts in the folder of the package; INIT_CWD is where the user was. */
function fromCallersFolder(name: string, path: string): string {
  if (path === '') throw new UsageError(`${name} needs a file name`);
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

function showProgress({ usersDone, users, rows }: SampleProgress): void {
  const percent = Math.floor((usersDone / users) * 100);
  process.stderr.write(`\r${percent} %  ${usersDone} users, ${rows} rows`);
}

async function main(): Promise<number> {
  const args = readArguments();
  if (args === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const onTerminal = process.stderr.isTTY;
  try {
    for (const path of [args.behaviorsPath, args.profilesPath]) {
      if (path !== undefined) checkTarget(path, 'export.unwritable');
    }
    const rows = await generateSample({
      ...args,
      signal: abort.signal,
      ...(onTerminal ? { onProgress: showProgress } : {}),
    });
    if (onTerminal) process.stderr.write('\n');
    console.log(`${rows} rows of ${args.users} users: ${args.behaviorsPath}`);
    return 0;
  } catch (error) {
    if (onTerminal) process.stderr.write('\n');
    if (abort.signal.aborted) return 130;
    console.error(formatMessage(localeOfEnvironment(process.env), toErrorInfo(error)));
    return 2;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
