import { createHash } from 'node:crypto';
import { Random } from '../../src/core/sample/random.ts';

/** What can go wrong with a request, in the order of the slices that a mix gives them. */
export const FAULT_KINDS = [
  /** 429 with Retry-After. */
  'rate_limit',
  /** 500 with JSON, 502 with an HTML page, 503 with a plain text. */
  'server_error',
  /** The connection is reset, before the answer or amid it. */
  'reset',
  /** Part of the answer, then nothing on an open connection. */
  'stall',
  /** Nothing at all on an open connection. */
  'hang',
  /** One to three users are left out. */
  'omit',
  /** The answer ends at some place with the reason `length`. */
  'cut',
  /** The answer says `stop` but is no valid JSON. */
  'bad_json',
  /** A user is in the answer twice, or one who is not in the request. */
  'wrong_ids',
  /** A draft inside <think>, a fence around the answer, or both. */
  'think_or_fence',
  /** A draft inside <think> and a fence. */
  'think_and_fence',
  /** Conversions are called engagement. */
  'demote',
  /** No content. */
  'empty',
  /** A thought and no answer. */
  'thought_only',
  /** The right body under a wrong content type. */
  'wrong_type',
  /** 200 with an HTML page. */
  'html_200',
  /** A draft in a thought without marks, and the reason `insufficient_system_resource` for its end. */
  'draft_abort',
  /** The same without any reason, and without the end of the stream. */
  'draft_no_finish',
  /** A whole answer without a reason for its end. */
  'no_finish',
  /** The whole answer in the field for thoughts. */
  'in_reasoning',
  /** The whole answer in the arguments of a call. */
  'in_tool_call',
  /** The whole answer in a list, as one JSON body. */
  'in_list',
  /** Thoughts that are billed and counted in the total only. */
  'hidden_thoughts',
  /** Comments that keep the connection open, before the answer. */
  'keep_alive',
  /** White space without end. */
  'blanks',
  /** An answer that goes on as if there were no limit. */
  'overlong',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How many of 100 requests each fault hits; the others are answered well. */
export type FaultMix = Partial<Record<FaultKind, number>>;

export const MIXES = {
  none: {},
  F: {
    rate_limit: 20,
    server_error: 10,
    reset: 5,
    stall: 5,
    omit: 10,
    cut: 5,
    bad_json: 5,
    wrong_ids: 3,
    think_or_fence: 15,
    demote: 5,
  },
  hostile8: { hang: 10, empty: 15, thought_only: 10, think_and_fence: 20, cut: 5, omit: 5 },
} as const satisfies Record<string, FaultMix>;
export type MixName = keyof typeof MIXES;

export interface Draw {
  fault: FaultKind | null;
  /** For the choices within the fault. */
  random: Random;
  /** For the time it takes: the same whatever the fault. */
  timing: Random;
}

/**
 * Draws faults. By `arrival` the n-th request always has the same fate, whatever its content; by `content` the k-th request
 * with the same prompt has, so that a run is reproducible in whatever order its requests arrive.
 */
export class FaultSource {
  readonly #seed: number;
  readonly #by: 'arrival' | 'content';
  readonly #attempts = new Map<string, number>();

  constructor(seed: number, by: 'arrival' | 'content') {
    this.#seed = seed;
    this.#by = by;
  }

  /** `content`: from contentKey. Counts as an attempt with this content. */
  draw(mix: FaultMix, arrival: number, content: string): Draw {
    const index = this.#by === 'arrival' ? arrival : this.#indexOf(content);
    const random = new Random(this.#seed, index);
    return { fault: pick(mix, random.next() * 100), random, timing: new Random(~this.#seed, index) };
  }

  #indexOf(content: string): number {
    const attempt = (this.#attempts.get(content) ?? 0) + 1;
    this.#attempts.set(content, attempt);
    return Number.parseInt(sha256(`${content} ${attempt}`).slice(0, 8), 16);
  }
}

/** Names a prompt: the same text, the same key. */
export function contentKey(system: string, user: string): string {
  return sha256(`${system}\u0000${user}`).slice(0, 16);
}

function pick(mix: FaultMix, at: number): FaultKind | null {
  let edge = 0;
  for (const kind of FAULT_KINDS) {
    edge += mix[kind] ?? 0;
    if (at < edge) return kind;
  }
  return null;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
