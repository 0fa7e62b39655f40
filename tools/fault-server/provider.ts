import { compose } from './compose.ts';
import type { Spoken } from './damage.ts';
import type { Delivery } from './deliver.ts';
import { FACES } from './faces.ts';
import { answerDelivery, errorDelivery, faceDelivery, faultDelivery } from './fates.ts';
import { contentKey, FaultSource } from './faults.ts';
import type { FaultKind } from './faults.ts';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { drawTiming } from './latency.ts';
import { Limiter } from './limiter.ts';
import { changed, INITIAL_SETTINGS } from './options.ts';
import type { Control, FaultServerOptions, Settings } from './options.ts';
import { promptUnits } from './prompt-units.ts';
import type { PromptUnit } from './prompt-units.ts';
import { rateHeaders } from './rate-headers.ts';
import { errorOf, keyRefusal, outageRefusal, tooLong } from './refusals.ts';
import type { Refused } from './refusals.ts';
import { RequestGuard } from './request-guard.ts';
import { COUNTS } from './tokens.ts';
import type { ChatRequest, Wire } from './wire.ts';

/** Tokens that roles and chat format add to the texts. */
const ENVELOPE_TOKENS = 8;
/** Faults before the model is called. */
const UNSERVED: readonly (FaultKind | null)[] = ['rate_limit', 'server_error', 'html_200'];
/** Faults where nothing of the answer reaches the client; it is not generated. */
const UNSPOKEN: readonly (FaultKind | null)[] = [...UNSERVED, 'hang'];
/** Hidden thoughts are this many times as long as the answer. */
const HIDDEN_SHARE = 4;
const NOTHING_SAID: Spoken = { text: '', reasoning: '', finish: 'stop' };

export interface Arrival {
  /** The body as sent. */
  body: unknown;
  requestId: string | null;
  key: string | null;
  now: number;
}

/** Decides the response to each request. Has no sockets and never waits. */
export class Provider {
  readonly journal = new Journal();
  readonly #options: FaultServerOptions;
  readonly #startedAt: number;
  readonly #faults: FaultSource;
  readonly #guard = new RequestGuard();
  readonly #count: (text: string) => number;
  #settings: Settings = INITIAL_SETTINGS;
  #limiter: Limiter | null = null;

  constructor(options: FaultServerOptions, now: number) {
    this.#options = options;
    this.#startedAt = now;
    this.#count = COUNTS[options.counts ?? 'own'];
    this.#faults = new FaultSource(options.seed ?? 1, options.draw ?? 'arrival');
  }

  get settings(): Settings {
    return this.#settings;
  }

  get models(): readonly string[] {
    return this.#options.models ?? ['fault-model'];
  }

  /** Throws ZodError when the control is none; then nothing has changed. */
  control(control: Control, now: number): void {
    const settings = changed(this.#settings, control);
    if (settings.limits !== this.#settings.limits) {
      this.#limiter = settings.limits && new Limiter(settings.limits, now);
    }
    this.#settings = settings;
    if (control.clearJournal) this.journal.clear();
  }

  /** Why any request with this key is refused just now; null when it is not. */
  refusalFor(key: string | null, model: string): Refused | null {
    return outageRefusal(this.#settings.outage, model) ?? keyRefusal(this.#options.key ?? null, key);
  }

  /** Accepts a request, and returns its line in the journal and its delivery. */
  receive(wire: Wire, arrival: Arrival): { entry: JournalEntry; delivery: Delivery } {
    const { now } = arrival;
    const request = wire.parse(arrival.body);
    const units = request ? promptUnits(request.user) : [];
    const inputTokens = request
      ? this.#count(request.system) + this.#count(request.user) + ENVELOPE_TOKENS
      : 0;
    const entry = this.journal.begin({
      requestId: arrival.requestId,
      time: now,
      content: request ? contentKey(request.system, request.user) : '',
      units: units.length,
      behaviours: units.reduce((sum, unit) => sum + unit.behaviours.length, 0),
      stream: request?.stream ?? false,
      early: this.#guard.isEarly(now),
      inputTokens,
    });
    const delivery = request
      ? this.#judge(wire, request, units, arrival, entry)
      : this.#refuse(wire, { refusal: 'bad_request', error: errorOf(400) }, entry, now);
    return { entry, delivery };
  }

  #judge(
    wire: Wire,
    request: ChatRequest,
    units: PromptUnit[],
    { key, now }: Arrival,
    entry: JournalEntry,
  ): Delivery {
    const refused = this.refusalFor(key, request.model) ?? this.#unfit(request, entry.inputTokens);
    if (refused) return this.#refuse(wire, refused, entry, now);
    const { face } = this.#settings;
    if (face && entry.arrival > face.after) {
      entry.refusal = 'face';
      return faceDelivery(FACES[face.name], this.#headers(wire, entry, now), this.#options.errorMs ?? 10);
    }
    const admission = this.#limiter?.admit(now, entry.inputTokens);
    if (admission && !admission.admitted) {
      const limited: Refused = { refusal: 'limit', error: errorOf(429) };
      return this.#refuse(wire, limited, entry, now, admission.retryAfterSeconds);
    }
    return this.#serve(wire, request, units, entry, now);
  }

  #unfit(request: ChatRequest, inputTokens: number): Refused | null {
    const { strictModel, contextTokens } = this.#options;
    if (this.#poisonIn(request) === 'bad_request') return { refusal: 'bad_request', error: errorOf(400) };
    if (strictModel && !this.models.includes(request.model)) {
      return { refusal: 'model', error: errorOf(404, request.model) };
    }
    const tokens = inputTokens + (request.maxOutputTokens ?? 0);
    return contextTokens !== undefined && tokens > contextTokens ? tooLong(contextTokens, tokens) : null;
  }

  #poisonIn({ user }: ChatRequest): NonNullable<Settings['poison']>['fate'] | null {
    const { poison } = this.#settings;
    return poison && user.includes(poison.text) ? poison.fate : null;
  }

  #refuse(
    wire: Wire,
    { refusal, error }: Refused,
    entry: JournalEntry,
    now: number,
    retryAfterSeconds = this.#settings.retryAfterSeconds,
  ): Delivery {
    entry.refusal = refusal;
    const atMs = this.#options.errorMs ?? 10;
    const wait = error.status === 429 ? retryAfterSeconds : null;
    this.#tellToWait(now + atMs, wait);
    return errorDelivery(wire, error, this.#headers(wire, entry, now), atMs, wait);
  }

  #serve(wire: Wire, request: ChatRequest, units: PromptUnit[], entry: JournalEntry, now: number): Delivery {
    const { mix, latency, slowdown, retryAfterSeconds } = this.#settings;
    const { fault: drawn, random, timing } = this.#faults.draw(mix, entry.arrival, entry.content);
    const poison = this.#poisonIn(request);
    const fault = poison === null || poison === 'bad_request' ? drawn : poison;
    const spoken = UNSPOKEN.includes(fault)
      ? NOTHING_SAID
      : compose(request, units, fault, random, this.#options.form, this.#count);
    const outputTokens = this.#count(spoken.text) + this.#count(spoken.reasoning);
    const hiddenTokens = fault === 'hidden_thoughts' ? HIDDEN_SHARE * outputTokens : 0;
    entry.fault = fault;
    entry.served = !UNSERVED.includes(fault);
    entry.outputTokens = outputTokens + hiddenTokens;
    if (entry.served) this.#limiter?.settle(now, outputTokens);
    const { usage = 'asked', writes = 3, stream = true, errorMs = 10 } = this.#options;
    const answer = {
      ...spoken,
      id: String(entry.arrival),
      model: request.model,
      inputTokens: entry.inputTokens,
      outputTokens,
      hiddenTokens,
      usage: usage === 'always' || (usage === 'asked' && (request.usageAsked || !request.stream)),
    };
    const passage = {
      wire,
      stream: stream && request.stream,
      writes,
      headers: this.#headers(wire, entry, now),
      timing: drawTiming(
        latency,
        slowdown,
        { outputTokens, arrival: entry.arrival, sinceStartMs: now - this.#startedAt },
        timing,
      ),
    };
    if (fault === 'rate_limit') this.#tellToWait(now + errorMs, retryAfterSeconds);
    const error = { atMs: errorMs, retryAfterSeconds };
    return (fault && faultDelivery(fault, answer, passage, error, random)) ?? answerDelivery(answer, passage);
  }

  #tellToWait(sentAt: number, seconds: number | null): void {
    if (seconds !== null) this.#guard.refused(sentAt, seconds * 1000);
  }

  #headers(wire: Wire, entry: JournalEntry, now: number): Record<string, string> {
    const limits =
      this.#limiter && this.#settings.rateHeaders ? rateHeaders(this.#limiter, wire.name, now) : {};
    return { 'x-request-id': `req_${entry.arrival}`, ...limits };
  }
}
