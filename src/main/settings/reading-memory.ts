import { z } from 'zod';
import { rememberedReadingSchema } from '../../shared/import.ts';
import type { RememberedReading } from '../../shared/import.ts';
import type { Log } from '../log/rotating-log.ts';
import type { ValueStore } from './value-store.ts';

/** How many readings are kept; the one that was used longest ago goes first. */
const READINGS_KEPT = 100;

const memorySchema = z.object({
  readings: z.array(z.object({ shape: z.string().max(100), reading: rememberedReadingSchema })).catch([]),
});

/** How the user has had files of a shape read, so that the next one of that shape is read so at once. */
export class ReadingMemory {
  readonly #store: ValueStore;
  readonly #log: Log;

  constructor(store: ValueStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** The reading of files of a shape; null when none is known. */
  of(shape: string): RememberedReading | null {
    return this.#readings().find((known) => known.shape === shape)?.reading ?? null;
  }

  /** Keeps a reading for files of a shape; null: forgets the one that is kept. A failed write costs the memory only. */
  keep(shape: string, reading: RememberedReading | null): void {
    const others = this.#readings().filter((known) => known.shape !== shape);
    const readings = reading ? [{ shape, reading }, ...others].slice(0, READINGS_KEPT) : others;
    try {
      this.#store.write({ readings });
    } catch (error) {
      this.#log.error('the readings of files cannot be kept', error);
    }
  }

  #readings(): z.infer<typeof memorySchema>['readings'] {
    const parsed = memorySchema.safeParse(this.#store.read());
    return parsed.success ? parsed.data.readings : [];
  }
}
