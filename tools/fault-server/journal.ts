import type { FaultKind } from './faults.ts';

/** Why the server did not call its model. */
export type Refusal = 'limit' | 'outage' | 'face' | 'key' | 'model' | 'too_long' | 'bad_request';

export interface JournalEntry {
  /** From 1, in order of arrival. */
  arrival: number;
  /** `x-client-request-id`; null when there was none. */
  requestId: string | null;
  /** When it arrived, and when it was over; milliseconds since the epoch. Null while it is in work. */
  time: number;
  endTime: number | null;
  fault: FaultKind | null;
  refusal: Refusal | null;
  /** Null when no status was sent. */
  status: number | null;
  /** Names the prompt: the same prompt, the same key. */
  content: string;
  units: number;
  behaviours: number;
  stream: boolean;
  /** Whether it came before the end of a Retry-After that its sender had received. */
  early: boolean;
  /** Whether the model was called: true for resets, stalls and hangs too, false for what was refused before. */
  served: boolean;
  inputTokens: number;
  /** Of the answer the model made; 0 when it made none. */
  outputTokens: number;
  /**
   * Whether all of the model's answer was written to a socket that was still open. Only such a request is billed:
   * the cost of another one is known to the server alone.
   */
  billed: boolean;
}

export interface JournalTotals {
  requests: number;
  inFlight: number;
  maxInFlight: number;
  /** By status sent; `none` for those without. */
  byStatus: Record<string, number>;
  byFault: Partial<Record<FaultKind, number>>;
  byRefusal: Partial<Record<Refusal, number>>;
  early: number;
  /** Requests whose very prompt had been billed before. */
  billedAgain: number;
  billedRequests: number;
  billedInputTokens: number;
  billedOutputTokens: number;
  /** Of all prompts, refused ones too. */
  receivedInputTokens: number;
  /** Of the prompts that the model processed. */
  servedInputTokens: number;
  firstTime: number | null;
  lastTime: number | null;
}

/** What the server received and sent; the client's ledger is checked against it. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  #arrivals = 0;
  #inFlight = 0;
  #maxInFlight = 0;

  /** The entry that is given is completed as the request goes on. */
  begin(
    request: Pick<JournalEntry, 'requestId' | 'time' | 'content' | 'units' | 'behaviours' | 'stream'> &
      Pick<JournalEntry, 'early' | 'inputTokens'>,
  ): JournalEntry {
    const entry: JournalEntry = {
      ...request,
      arrival: ++this.#arrivals,
      endTime: null,
      fault: null,
      refusal: null,
      status: null,
      served: false,
      outputTokens: 0,
      billed: false,
    };
    this.entries.push(entry);
    this.#inFlight++;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
    return entry;
  }

  end(entry: JournalEntry, now: number, billed: boolean): void {
    if (entry.endTime !== null) return;
    entry.endTime = now;
    entry.billed = billed;
    this.#inFlight--;
  }

  /** Removes finished requests; the numbering continues. */
  clear(): void {
    const open = this.entries.filter(({ endTime }) => endTime === null);
    this.entries.splice(0, this.entries.length, ...open);
    this.#maxInFlight = this.#inFlight;
  }

  totals(): JournalTotals {
    const totals: JournalTotals = {
      requests: this.entries.length,
      inFlight: this.#inFlight,
      maxInFlight: this.#maxInFlight,
      byStatus: {},
      byFault: {},
      byRefusal: {},
      early: 0,
      billedAgain: 0,
      billedRequests: 0,
      billedInputTokens: 0,
      billedOutputTokens: 0,
      receivedInputTokens: 0,
      servedInputTokens: 0,
      firstTime: this.entries[0]?.time ?? null,
      lastTime: null,
    };
    const billed = new Set<string>();
    for (const entry of this.entries) {
      add(totals, entry);
      if (!entry.billed) continue;
      if (billed.has(entry.content)) totals.billedAgain++;
      billed.add(entry.content);
    }
    return totals;
  }
}

function add(totals: JournalTotals, entry: JournalEntry): void {
  const status = String(entry.status ?? 'none');
  totals.byStatus[status] = (totals.byStatus[status] ?? 0) + 1;
  if (entry.fault) totals.byFault[entry.fault] = (totals.byFault[entry.fault] ?? 0) + 1;
  if (entry.refusal) totals.byRefusal[entry.refusal] = (totals.byRefusal[entry.refusal] ?? 0) + 1;
  if (entry.early) totals.early++;
  totals.receivedInputTokens += entry.inputTokens;
  if (entry.served) totals.servedInputTokens += entry.inputTokens;
  if (entry.billed) {
    totals.billedRequests++;
    totals.billedInputTokens += entry.inputTokens;
    totals.billedOutputTokens += entry.outputTokens;
  }
  totals.lastTime = Math.max(totals.lastTime ?? 0, entry.endTime ?? entry.time);
}
