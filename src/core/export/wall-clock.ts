import { TimeZone } from '../import/times/time-zone.ts';

/** Zones change their offset on quarter hours only. */
const BUCKET_MS = 15 * 60_000;
const BUCKETS_KEPT = 50_000;

/** Wall-clock times of a log (see Behaviour.time) as instants of a zone, and as texts. */
export class WallClock {
  readonly zone: string;
  readonly #zone: TimeZone;
  /** Offsets by quarter hour of the wall clock: to ask the zone for each of millions of times would take longer than the export. */
  readonly #offsets = new Map<number, number>();

  /** Throws `import.bad_time_zone` when the system does not know the name. */
  constructor(zone: string) {
    this.zone = zone;
    this.#zone = new TimeZone(zone);
  }

  /** Milliseconds since the epoch at which clocks of the zone show a time; of the repeated hour in autumn the first. */
  instant(wall: number): number {
    return wall - this.#offset(wall);
  }

  /** `+08:00`: the offset from UTC that the zone has at a time. */
  offset(wall: number): string {
    const minutes = Math.round(this.#offset(wall) / 60_000);
    const pad = (value: number): string => String(value).padStart(2, '0');
    const size = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
  }

  /** `UTC+08:00`: a text that a spreadsheet takes neither for a time nor for a formula. */
  named(wall: number): string {
    return `UTC${this.offset(wall)}`;
  }

  /** `2026-02-03T09:05:00.000+08:00`, always with milliseconds. */
  iso(wall: number): string {
    return `${new Date(wall).toISOString().slice(0, -1)}${this.offset(wall)}`;
  }

  #offset(wall: number): number {
    const bucket = Math.floor(wall / BUCKET_MS);
    const known = this.#offsets.get(bucket);
    if (known !== undefined) return known;
    const start = bucket * BUCKET_MS;
    const offset = start - this.#zone.instant(start);
    if (this.#offsets.size >= BUCKETS_KEPT) this.#offsets.clear();
    this.#offsets.set(bucket, offset);
    return offset;
  }
}
