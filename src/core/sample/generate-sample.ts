import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { osCause } from '../os-error.ts';
import { Random } from './random.ts';
import { BEHAVIOUR_HEADER, behaviourLines } from './sample-behaviours.ts';
import { makeUser, PROFILE_HEADER, profileLine } from './sample-user.ts';

/** Text is gathered up to this many characters before it is written. */
const WRITE_CHARS = 256 * 1024;
const MOST_ROWS_PER_USER = 160;
const FEWEST_ROWS_PER_USER = 24;

export interface SampleProgress {
  usersDone: number;
  users: number;
  rows: number;
}

export interface SampleOptions {
  users: number;
  /** The same seed gives the same files, byte for byte, on every machine. */
  seed: number;
  /** Behaviours of each user; about 90, different from user to user, when left out. */
  rowsPerUser?: number;
  /** Behaviours in all, spread evenly over the users; wins over `rowsPerUser`. */
  rows?: number;
  behaviorsPath: string;
  profilesPath?: string;
  signal?: AbortSignal;
  /** Called after every piece written. */
  onProgress?: (progress: SampleProgress) => void;
}

/**
 * Writes a made-up log of car shoppers, and their profiles. The rows of a user depend on seed, index and their number only.
 * Memory stays the same for any size. Returns the number of rows. Rejects with `import.cancelled` when the signal aborts, and
 * with `sample.unwritable`; the files are then incomplete.
 */
export async function generateSample(options: SampleOptions): Promise<number> {
  const behaviours = new TextFile(options.behaviorsPath, `\uFEFF${BEHAVIOUR_HEADER}`);
  const profiles = options.profilesPath
    ? new TextFile(options.profilesPath, `\uFEFF${PROFILE_HEADER}`)
    : null;
  try {
    let rows = 0;
    for (let index = 0; index < options.users; index++) {
      const user = makeUser(options.seed, index);
      const count = rowsOf(options, index);
      profiles?.add(profileLine(user));
      behaviours.add(behaviourLines(user, count));
      rows += count;
      if (!behaviours.full && !profiles?.full) continue;
      await behaviours.write();
      await profiles?.write();
      if (options.signal?.aborted) throw new AppError('import.cancelled');
      options.onProgress?.({ usersDone: index + 1, users: options.users, rows });
    }
    await behaviours.end();
    await profiles?.end();
    options.onProgress?.({ usersDone: options.users, users: options.users, rows });
    return rows;
  } catch (error) {
    behaviours.destroy();
    profiles?.destroy();
    throw error;
  }
}

/** How many behaviours the user of an index has. */
function rowsOf({ users, seed, rows, rowsPerUser }: SampleOptions, index: number): number {
  if (rows !== undefined) return Math.floor(rows / users) + (index < rows % users ? 1 : 0);
  if (rowsPerUser !== undefined) return rowsPerUser;
  // A stream of its own: asking for another number of rows must not make another person.
  const random = new Random(seed ^ 0x5eed, index);
  return Math.round(
    (random.int(FEWEST_ROWS_PER_USER, MOST_ROWS_PER_USER) +
      random.int(FEWEST_ROWS_PER_USER, MOST_ROWS_PER_USER)) /
      2,
  );
}

/** A file that is written in large pieces, no faster than the disk takes them. */
class TextFile {
  readonly #path: string;
  readonly #stream: WriteStream;
  #pieces: string[];
  #chars: number;
  #error: Error | null = null;

  constructor(path: string, head: string) {
    this.#path = path;
    this.#stream = createWriteStream(path);
    this.#stream.on('error', (error) => (this.#error = error));
    this.#pieces = [head];
    this.#chars = head.length;
  }

  get full(): boolean {
    return this.#chars >= WRITE_CHARS;
  }

  add(text: string): void {
    this.#pieces.push(text);
    this.#chars += text.length;
  }

  async write(): Promise<void> {
    const text = this.#pieces.join('');
    this.#pieces = [];
    this.#chars = 0;
    try {
      if (this.#error) throw this.#error;
      // once() rejects when the stream fails while we wait.
      if (!this.#stream.write(text)) await once(this.#stream, 'drain');
    } catch (error) {
      throw this.#unwritable(error);
    }
  }

  async end(): Promise<void> {
    await this.write();
    try {
      this.#stream.end();
      await finished(this.#stream);
    } catch (error) {
      throw this.#unwritable(error);
    }
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #unwritable(error: unknown): AppError {
    return new AppError('sample.unwritable', { path: this.#path, ...osCause(error) }, { cause: error });
  }
}
