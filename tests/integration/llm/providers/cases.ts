import type { ErrorCode } from '../../../../src/shared/errors.ts';
import type { ModelSettings } from '../../../../src/shared/model.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';
import type { Exchange, Face, RightAnswer, Usage } from '../../../support/scripted-provider.ts';

/** A provider with a habit of its own, and what a person expects of a run with it. */
export interface ProviderCase {
  face: Face;
  /** Part of the base URL after the host; `/v1` when left out. */
  path?: string;
  settings?: Partial<ModelSettings>;
  maxCost?: number;
  /** Whether answers are read with the help of other threads, for which the time of the case has to wait longer. */
  usesThreads?: boolean;
  /** Whether what stopped the run is mended then: it is resumed, and has to complete without paying anything twice. */
  isMended?: boolean;
  /** The users that the provider cannot stand; one when left out. */
  poisoned?: readonly string[];
  expect: Expectation;
}

export interface Expectation {
  /** The code of the error with which the run stops, resumably; the run completes when left out. */
  stops?: ErrorCode;
  /** Must occur in the provider's words that the stop carries. */
  words?: RegExp;
  /** Whether the stop says when the limit ends. */
  hasEnd?: boolean;
  /** The classes with which the users that the provider cannot stand may fail; no user fails when left out. */
  failsPoisoned?: FailureClass | readonly FailureClass[];
  /** The most requests that the provider may see. */
  requests?: number;
  /** The longest that the run may take, in virtual seconds. */
  seconds?: number;
  /** Of the sum billed, the share by which the sum booked may differ; 0.01 when left out. */
  money?: number;
  /** Set where the provider does not report what it bills, so that it cannot be known; `money` does not hold then. */
  unreported?: Unreported;
  /** What the run must be seen to wait for. */
  waitsFor?: FailureClass;
}

/** What is booked where the provider does not report what it bills, as shares of the sum that it bills. */
export interface Unreported {
  /** Booked as spent, or set aside for requests of which it is not known whether they were billed, at the least; 1 when left out. */
  least?: number;
  /** Booked as spent at the most. */
  most: number;
}

/** An error body of OpenAI's form. */
export const oai = (
  message: string,
  type = 'invalid_request_error',
  code: string | null = null,
  param = '',
): object => ({
  error: { message, type, code, param },
});

/** An error body of Anthropic's form. */
export const ant = (type: string, message: string): object => ({ type: 'error', error: { type, message } });

/** The first requests are answered well, the others by `then`. */
export function after(count: number, then: Face): Face {
  return (h) => (h.n <= count ? h.ok() : then(h));
}

/** Requests of these numbers are answered by `then`, the others well. */
export function only(numbers: (n: number) => boolean, then: Face): Face {
  return (h) => (numbers(h.n) ? then(h) : h.ok());
}

export const everyThird = (n: number): boolean => n % 3 === 2;

/** Requests about one user are answered by `then`, the others well. */
export function forPoisoned(then: Face): Face {
  return (h) => (h.poisoned ? then(h) : h.ok());
}

/** Answers with a status and a body. */
export function says(status: number, body: unknown, headers: Record<string, string> = {}): Face {
  return (h) => h.send(status, body, headers);
}

export const anthropic = { protocol: 'anthropic', model: 'claude-sonnet-4-5' } as const;

/** Sends keep-alives for so many milliseconds; false when the client left meanwhile. */
export async function keepAlive(h: Exchange, ms: number): Promise<boolean> {
  h.head();
  const end = h.provider.clock.now() + ms;
  while (h.provider.clock.now() < end && !h.gone) {
    h.write(': keep-alive\n\n');
    await h.sleep(2_500);
  }
  return !h.gone;
}

export const MINUTE_MS = 60_000;

/** A web page of that title. */
export const page = (title: string): string =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><p>${title}</p></body></html>`;

/** The first four requests are answered well, those in the time after that by `then`, and all others well again. */
export function downFor(ms: number, then: Face): Face {
  return after(4, (h) => {
    const { clock, memory } = h.provider;
    const since = memory.get('downSince') ?? clock.now();
    memory.set('downSince', since);
    return clock.now() - since < ms ? then(h) : h.ok();
  });
}

/** Bills and gives the right answer, to be put on the wire by hand. */
export function answerOf(h: Exchange): RightAnswer {
  const answer = h.answer();
  h.bill(answer.usage);
  return answer;
}

/** The usage as OpenAI reports it. */
export const usageOf = ({ prompt, completion }: Usage): Record<string, number> => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/** An event of an Anthropic stream. */
export const anthropicEvent = (data: { type: string } & Record<string, unknown>): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** Sends, and bills, half of the right answer in Anthropic's form, and then an error. */
export function brokenAnthropic(error: object): Face {
  return (h) => {
    const { text, usage } = h.answer();
    h.bill({ ...usage, completion: Math.floor(usage.completion / 2) });
    h.head();
    const started = { input_tokens: usage.prompt, output_tokens: 1 };
    h.write(
      anthropicEvent({ type: 'message_start', message: { role: 'assistant', content: [], usage: started } }),
    );
    const delta = { type: 'text_delta', text: text.slice(0, Math.floor(text.length / 2)) };
    h.write(anthropicEvent({ type: 'content_block_delta', index: 0, delta }));
    h.end(`event: error\ndata: ${JSON.stringify(error)}\n\n`);
  };
}
