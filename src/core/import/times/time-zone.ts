import { AppError } from '../../errors.ts';

/** Zones change their offset on quarter hours only, at least since there are computers (Lord Howe: half hours). */
const BUCKET_MS = 15 * 60_000;
const BUCKETS_KEPT = 50_000;
const DAY_MS = 86_400_000;

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

  /** Wall-clock milliseconds that clocks of the zone show at an instant (milliseconds since the epoch). */
  wallClock(epochMs: number): number {
    const bucket = Math.floor(epochMs / BUCKET_MS);
    if (bucket !== this.#lastBucket) {
      this.#lastOffset = this.#offsetOf(bucket);
      this.#lastBucket = bucket;
    }
    return epochMs + this.#lastOffset;
  }

  /** The instant at which clocks of the zone show a time; of the repeated hour in autumn the first. */
  instant(wallClockMs: number): number {
    const guess = wallClockMs - this.#offsetAt(wallClockMs);
    const before = wallClockMs - this.#offsetAt(guess - DAY_MS);
    return this.#offsetAt(before) === wallClockMs - before ? before : wallClockMs - this.#offsetAt(guess);
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

  #offsetAt(epochMs: number): number {
    return this.wallClock(epochMs) - epochMs;
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
