import type { ErrorInfo } from '../../../shared/errors.ts';
import { AppError } from '../../errors.ts';

/** Zones change their offset on quarter hours only, at least since there are computers (Lord Howe: half hours). */
const BUCKET_MS = 15 * 60_000;
const BUCKETS_KEPT = 50_000;
const DAY_MS = 86_400_000;
/** Clocks that are put back are put back by less than this: three hours. */
const FOLD_BUCKETS = 12;
/** Into how much of the end of the hour before it a repeated hour is put. */
const SQUEEZED_MS = 1000;

/** A time that clocks of a zone show twice: the second time, as instants. */
interface Fold {
  start: number;
  lengthMs: number;
}

/** The zone of this system, as an IANA name. */
export function systemTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Offsets of one IANA zone, remembered, because asking Intl for every row would take longer than the import. */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  readonly #others = new Map<string, TimeZone | null>();
  #lastBucket = Number.NaN;
  #lastOffset = 0;
  #lastFold: Fold | null = null;
  #repeated = 0;

  /** Throws `import.bad_time_zone` when the system does not know the name. */
  constructor(name: string) {
    this.name = name;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    } catch (error) {
      throw new AppError('import.bad_time_zone', { zone: name }, { cause: error });
    }
  }

  /** Whether any time needed the zone to be read. */
  get used(): boolean {
    return !Number.isNaN(this.#lastBucket);
  }

  /** How many instants `wallClock` was asked for that lie in a repeated hour. */
  get repeated(): number {
    return this.#repeated;
  }

  /**
   * Wall-clock milliseconds that clocks of the zone show at an instant (milliseconds since the epoch). When clocks are put back in
   * autumn, they show an hour twice. The second one is put into the last second of the first, so that a later instant never comes
   * before an earlier one; `repeated` counts these.
   */
  wallClock(epochMs: number): number {
    const bucket = Math.floor(epochMs / BUCKET_MS);
    if (bucket !== this.#lastBucket) {
      this.#lastOffset = this.#offsetOf(bucket);
      this.#lastFold = this.#foldAt(bucket);
      this.#lastBucket = bucket;
    }
    if (this.#lastFold === null) return epochMs + this.#lastOffset;
    this.#repeated += 1;
    const { start, lengthMs } = this.#lastFold;
    const squeezed = Math.floor(((epochMs - start) * SQUEEZED_MS) / lengthMs);
    return start + this.#lastOffset + lengthMs - SQUEEZED_MS + squeezed;
  }

  /** What clocks of the zone are ahead of UTC at an instant, in milliseconds. */
  offsetAt(epochMs: number): number {
    return this.#offsetOf(Math.floor(epochMs / BUCKET_MS));
  }

  /** The instant at which clocks of the zone show a time; of the repeated hour in autumn the first. */
  instant(wallClockMs: number): number {
    const guess = wallClockMs - this.offsetAt(wallClockMs);
    const before = wallClockMs - this.offsetAt(guess - DAY_MS);
    return this.offsetAt(before) === wallClockMs - before ? before : wallClockMs - this.offsetAt(guess);
  }

  /** Another zone by its IANA name; null when the system does not know it. */
  named(name: string): TimeZone | null {
    const known = this.#others.get(name);
    if (known !== undefined) return known;
    let zone: TimeZone | null = null;
    try {
      zone = new TimeZone(name);
    } catch {
      // A word that looks like the name of a zone.
    }
    this.#others.set(name, zone);
    return zone;
  }

  /** The repeated time that a bucket lies in; null for none. */
  #foldAt(bucket: number): Fold | null {
    const offset = this.#offsetOf(bucket);
    if (this.#offsetOf(bucket - FOLD_BUCKETS) <= offset) return null;
    let first = bucket;
    while (this.#offsetOf(first - 1) === offset) first -= 1;
    const lengthMs = this.#offsetOf(first - 1) - offset;
    return (bucket - first) * BUCKET_MS < lengthMs ? { start: first * BUCKET_MS, lengthMs } : null;
  }

  #offsetOf(bucket: number): number {
    const known = this.#offsets.get(bucket);
    if (known !== undefined) return known;
    const parts = this.#format.formatToParts(bucket * BUCKET_MS);
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name);
    const seconds = Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60 + Number(match?.[4] ?? 0);
    const offset = (match?.[1] === '-' ? -seconds : seconds) * 1000;
    if (this.#offsets.size >= BUCKETS_KEPT) this.#offsets.clear();
    this.#offsets.set(bucket, offset);
    return offset;
  }
}

/** What is told of times that lay in an hour that clocks of the zone show twice. */
export function repeatedHourNotes({ name, repeated }: Pick<TimeZone, 'name' | 'repeated'>): ErrorInfo[] {
  if (repeated === 0) return [];
  return [{ code: 'import.note.repeated_hour', params: { zone: name, count: repeated } }];
}
