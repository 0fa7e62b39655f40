import { AppError } from '../errors.ts';

/** Zones change their offset on quarter hours only, at least since there are computers (Lord Howe: half hours). */
const BUCKET_MS = 15 * 60_000;
const BUCKETS_KEPT = 50_000;

/** The zone of this system, as an IANA name. */
export function systemTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Offsets of one IANA zone, remembered, because asking Intl for every row would take longer than the import. */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
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
