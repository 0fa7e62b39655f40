import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { osCause } from '../os-error.ts';
import { Random } from './random.ts';
import { BEHAVIOUR_HEADER, behaviourLines } from './sample-behaviours.ts';
import { makeUser, PROFILE_HEADER, profileLine } from './sample-user.ts';
import { LOOK_ALIKES } from './shapes/index.ts';
import type { LookAlike, ShapeName } from './shapes/index.ts';
import { ConversionCount } from './shapes/shape.ts';
import type { Conversions } from './shapes/shape.ts';

export { SHAPE_NAMES } from './shapes/index.ts';
export type { ShapeName } from './shapes/index.ts';

/** Text is gathered up to this many characters before it is written. */
const WRITE_CHARS = 256 * 1024;
/** Behaviours of a car shopper: from, to. */
const AUTO_ROWS = [24, 160] as const;

export interface SampleProgress {
  usersDone: number;
  users: number;
  rows: number;
}

export interface SampleOptions {
  users: number;
  /** The same seed gives the same files, byte for byte, on every machine. */
  seed: number;
  /** `auto` when left out. */
  shape?: ShapeName;
  /** The session gap of a look-alike, in place of the usual one of its shape. */
  gapMinutes?: number;
  /** Behaviours of each user; different from user to user, with car shoppers about 90, when left out. */
  rowsPerUser?: number;
  /** Behaviours in all, spread evenly over the users; wins over `rowsPerUser`. */
  rows?: number;
  behaviorsPath: string;
  /** Car shoppers have profiles, users of the other shapes have none. */
  profilesPath?: string;
  signal?: AbortSignal;
  /** Called after every piece written. */
  onProgress?: (progress: SampleProgress) => void;
}

export interface GeneratedSample {
  rows: number;
  conversions: Conversions;
}

/** What is written of one user. */
interface WrittenUser {
  behaviours: string;
  profile: string;
  conversions: Conversions;
}

/** The files of a shape, user by user. */
interface SampleWriter {
  header: string;
  rows: readonly [number, number];
  user: (index: number, rows: number) => WrittenUser;
}

/**
 * Writes a made-up log, and for car shoppers their profiles. The rows of a user depend on shape, seed, index and their number
 * only. Memory stays the same for any size. Rejects with `import.cancelled` when the signal aborts, and with
 * `sample.unwritable`; the files are then incomplete.
 */
export async function generateSample(options: SampleOptions): Promise<GeneratedSample> {
  const writer = writerOf(options);
  const behaviours = new TextFile(options.behaviorsPath, `\uFEFF${writer.header}`);
  const profiles = options.profilesPath
    ? new TextFile(options.profilesPath, `\uFEFF${PROFILE_HEADER}`)
    : null;
  const total = new ConversionCount();
  try {
    let rows = 0;
    for (let index = 0; index < options.users; index++) {
      const count = rowsOf(options, index, writer.rows);
      const user = writer.user(index, count);
      profiles?.add(user.profile);
      behaviours.add(user.behaviours);
      total.addAll(user.conversions);
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
    return { rows, conversions: total.counts };
  } catch (error) {
    behaviours.destroy();
    profiles?.destroy();
    throw error;
  }
}

function writerOf({ shape = 'auto', seed, gapMinutes }: SampleOptions): SampleWriter {
  return shape === 'auto' ? carShoppers(seed) : lookAlikes(shape, seed, gapMinutes);
}

function carShoppers(seed: number): SampleWriter {
  return {
    header: BEHAVIOUR_HEADER,
    rows: AUTO_ROWS,
    user: (index, rows) => {
      const user = makeUser(seed, index);
      const profile = profileLine(user);
      const { lines, conversions } = behaviourLines(user, rows);
      return { behaviours: lines, profile, conversions };
    },
  };
}

function lookAlikes(name: LookAlike, seed: number, gap: number | undefined): SampleWriter {
  const shape = LOOK_ALIKES[name];
  const gapMinutes = gap ?? shape.gapMinutes;
  return {
    header: shape.header,
    rows: shape.rows,
    user: (index, rows) => {
      const { lines, conversions } = shape.user({ index, rows, gapMinutes, random: new Random(seed, index) });
      return { behaviours: lines, profile: '', conversions };
    },
  };
}

/** How many behaviours the user of an index has. */
function rowsOf(
  { users, seed, rows, rowsPerUser }: SampleOptions,
  index: number,
  [least, most]: readonly [number, number],
): number {
  if (rows !== undefined) return Math.floor(rows / users) + (index < rows % users ? 1 : 0);
  if (rowsPerUser !== undefined) return rowsPerUser;
  // A stream of its own: asking for another number of rows must not make another person.
  const random = new Random(seed ^ 0x5eed, index);
  return Math.round((random.int(least, most) + random.int(least, most)) / 2);
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
