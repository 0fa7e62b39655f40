import type { ModelProtocol } from '../../../../shared/model.ts';
import { openBody } from './answer-body.ts';
import { errorInside, readErrorBody } from './error-body.ts';
import type { ErrorSaid } from './error-body.ts';
import { SaidError } from './to-model-error.ts';
import { streamOfWhole } from './whole-answer.ts';

/** What became known of one HTTP exchange below the provider package, which keeps it to itself. */
export interface Exchange {
  httpStatus: number | null;
  headers: Record<string, string>;
  /** Called when a stream of an answer is announced. */
  accepted?: () => void;
  /** What broke the connection off in the middle of a stream; undefined when nothing did. */
  broken?: unknown;
}

/** Headers that are there to hold secrets. */
const HIDDEN = new Set(['set-cookie', 'authorization', 'proxy-authenticate', 'www-authenticate']);
const EVENT_STREAM = { 'content-type': 'text/event-stream' };

/**
 * A `fetch` for the provider packages that notes status and headers in `exchange` and hands on nothing but event
 * streams: an answer in one JSON body is turned into one, and everything else (error statuses, error bodies with
 * status 200, pages of a gateway) is thrown as SaidError. Redirects are not followed: they would carry the prompt,
 * and with some protocols the key, to a host that nobody chose.
 */
export function answeringFetch(
  fetchFn: typeof fetch,
  protocol: ModelProtocol,
  exchange: (signal: AbortSignal) => Exchange | undefined,
  withKey: boolean,
  redact: (text: string) => string,
): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    // The Anthropic package insists on a key; a server without one must not see the stand-in.
    if (!withKey) headers.delete('x-api-key');
    const response = await fetchFn(input, { ...init, headers, redirect: 'manual' });
    const noted = init?.signal ? exchange(init.signal) : undefined;
    if (noted) {
      noted.httpStatus = response.status;
      noted.headers = visibleHeaders(response.headers, redact);
    }
    if (!response.ok) throw new SaidError(await refusal(response));
    if (response.headers.get('content-type')?.startsWith(EVENT_STREAM['content-type'])) noted?.accepted?.();
    const body = await openBody(response.body);
    if (body.kind === 'events' || body.kind === 'empty') {
      const stream = body.stream((error) => {
        if (noted) noted.broken = error;
      });
      return new Response(stream, { headers: EVENT_STREAM });
    }
    return new Response(eventsIn(await body.text(), body.kind === 'json', protocol), {
      headers: EVENT_STREAM,
    });
  };
}

/** Headers with lower-case names, without those that hold secrets, and redacted: some gateways echo what they were sent. */
export function visibleHeaders(headers: Headers, redact: (text: string) => string): Record<string, string> {
  const visible = [...headers].filter(([name]) => !HIDDEN.has(name));
  return Object.fromEntries(visible.map(([name, value]) => [name, redact(value)]));
}

async function refusal(response: Response): Promise<ErrorSaid> {
  const said = readErrorBody(await response.text().catch(() => ''));
  const location = response.headers.get('location');
  return location && response.status < 400
    ? { ...said, message: `redirected to ${withoutQuery(location)}` }
    : said;
}

function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/, '');
}

function eventsIn(text: string, isJson: boolean, protocol: ModelProtocol): string {
  const value = isJson ? parse(text) : undefined;
  const inside = errorInside(value);
  if (inside) throw new SaidError(inside);
  const events = streamOfWhole(value, protocol);
  if (events !== null) return events;
  const what = isJson
    ? value === undefined
      ? 'broken JSON'
      : 'JSON that is no answer'
    : readErrorBody(text).message;
  // 500: whatever the status said, the server did not do its work.
  throw new SaidError({
    message: `instead of an answer: ${what}`,
    code: '',
    type: '',
    param: '',
    status: 500,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}
