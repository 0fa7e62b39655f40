import type { LiveFigures, RunDesk, StreamingExtractor } from '../../src/core/extract/extractor.ts';

/** A streaming extractor whose `drive` is written by a test. */
export class ScriptedStream implements StreamingExtractor {
  readonly id = 'llm';
  readonly version = 'scripted stream 1';
  readonly model = { name: 'scripted', currency: 'CNY', priced: false };
  readonly maxBehavioursPerUser = 1000;
  drive: (desk: RunDesk) => Promise<void>;

  constructor(drive: (desk: RunDesk) => Promise<void>) {
    this.drive = drive;
  }

  roughBatches(users: number): number {
    return users;
  }

  live(): LiveFigures {
    return {
      concurrency: 1,
      inFlight: 0,
      throttledUntil: null,
      throttledBy: null,
      throttledDetail: null,
      waitingSince: null,
      unfinishedSince: null,
      pacedUntil: null,
    };
  }
}
