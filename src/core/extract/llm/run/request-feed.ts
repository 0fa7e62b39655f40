import type { RequestDetail, RequestSummary, RequestWatch } from '../../../../shared/model.ts';
import type { Clock } from '../../../clock.ts';
import type { RequestLedger } from '../../ports.ts';
import { summaryOf } from '../../request-summary.ts';

/** How often windows are told what changed: often enough to read along. */
const TELL_EVERY_MS = 250;
/** Of a running answer no more than this is kept for the eye. */
const SHOWN_CHARS = 200_000;

/** What is known of a request in flight and not stored yet. */
interface InFlight {
  text: string;
  reasoning: string;
  firstTokenMs: number | null;
  startTime: number;
}

export interface RequestFeedOptions {
  clock: Clock;
  requests: () => RequestLedger;
  onRequests: (changed: RequestSummary[]) => void;
  onRequest: (watched: RequestDetail) => void;
}

/**
 * Tells windows of requests: which are new or changed, and what comes of those that are watched. What no window shows is
 * not read from the ledger.
 */
export class RequestFeed {
  readonly #options: RequestFeedOptions;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #changed = new Set<number>();
  #listed = false;
  #watched = new Set<number>();
  #telling = false;

  constructor(options: RequestFeedOptions) {
    this.#options = options;
  }

  /** From now on only this is told. */
  watch({ list, ids }: RequestWatch): void {
    this.#listed = list;
    this.#watched = new Set(ids);
  }

  started(id: number): void {
    const startTime = this.#options.clock.now();
    this.#inFlight.set(id, { text: '', reasoning: '', firstTokenMs: null, startTime });
    this.#touch(id);
  }

  text(id: number, delta: string, kind: 'text' | 'reasoning'): void {
    const request = this.#inFlight.get(id);
    if (!request) return;
    const first = request.firstTokenMs === null;
    request.firstTokenMs ??= this.#options.clock.now() - request.startTime;
    if (kind === 'text') request.text = (request.text + delta).slice(0, SHOWN_CHARS);
    else request.reasoning = (request.reasoning + delta).slice(0, SHOWN_CHARS);
    // The list shows that an answer has begun, and nothing of its text.
    if (first || this.#watched.has(id)) this.#touch(id);
  }

  /** The request is answered, judged, or has failed: what there is to say of it is in the ledger. */
  ended(id: number): void {
    this.#inFlight.delete(id);
    this.#touch(id);
  }

  latest(limit: number): RequestSummary[] {
    return this.#options
      .requests()
      .latest(limit)
      .map((summary) => ({ ...summary, ...this.#live(summary) }));
  }

  get(id: number): RequestDetail | null {
    const stored = this.#options.requests().get(id);
    if (!stored) return null;
    const request = this.#inFlight.get(id);
    if (!request) return stored;
    return { ...stored, ...this.#live(stored), answer: request.text, reasoning: request.reasoning };
  }

  #live(stored: RequestSummary): Partial<RequestSummary> {
    const request = this.#inFlight.get(stored.id);
    if (!request || request.firstTokenMs === null) return {};
    return { state: 'streaming', firstTokenMs: request.firstTokenMs };
  }

  #touch(id: number): void {
    if (!this.#listed && !this.#watched.has(id)) return;
    this.#changed.add(id);
    if (this.#telling) return;
    this.#telling = true;
    void this.#options.clock.sleep(TELL_EVERY_MS).then(() => this.#tell());
  }

  #tell(): void {
    this.#telling = false;
    // What was shown when it changed may be shown no more.
    const ids = [...this.#changed]
      .filter((id) => this.#listed || this.#watched.has(id))
      .sort((a, b) => a - b);
    this.#changed.clear();
    try {
      const details = ids.map((id) => this.get(id)).filter((detail) => detail !== null);
      if (this.#listed && details.length > 0) this.#options.onRequests(details.map(summaryOf));
      for (const detail of details) if (this.#watched.has(detail.id)) this.#options.onRequest(detail);
    } catch {
      // The workspace was closed meanwhile: nobody looks at its requests any more.
    }
  }
}
