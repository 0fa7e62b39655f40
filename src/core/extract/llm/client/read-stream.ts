import { InvalidResponseDataError, JSONParseError } from '@ai-sdk/provider';
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { errorInside } from './error-body.ts';
import { StreamFacts } from './stream-facts.ts';
import { SaidError } from './to-model-error.ts';

/** An answer as far as it has come. */
export class AnswerSoFar {
  text = '';
  reasoning = '';
  readonly facts = new StreamFacts();
}

/**
 * Reads a stream of a provider package into `answer`, piece by piece, each told to `onPiece`; `onStart` is told of the
 * first event that is no error. Ends with the stream,
 * also with one that gives no reason for its end. Rejects with SaidError for an error inside the stream, and with
 * what broke the connection; what had come is in `answer` then.
 */
export async function readStream(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  answer: AnswerSoFar,
  onPiece: (delta: string, kind: 'text' | 'reasoning') => void,
  onStart: () => void = () => undefined,
): Promise<void> {
  let started = false;
  let raw: unknown;
  let unread: ReturnType<StreamFacts['note']> = null;
  const add = (delta: string, kind: 'text' | 'reasoning'): void => {
    if (delta === '') return;
    answer[kind] += delta;
    onPiece(delta, kind);
  };
  for await (const part of stream) {
    if (part.type === 'raw') {
      raw = part.rawValue;
      unread = answer.facts.note(raw);
      if (!started && isOfAnswer(raw)) {
        started = true;
        onStart();
      }
    } else if (part.type === 'text-delta') {
      add(part.delta, 'text');
    } else if (part.type === 'reasoning-delta') {
      add(part.delta, 'reasoning');
    } else if (part.type === 'error') {
      const inside = errorInside(raw);
      if (inside) throw new SaidError(inside);
      if (isHarmless(part.error)) continue;
      // A chunk that only the package's schema minds; what is lost with it would be a hole in the JSON.
      if (!unread) throw new SaidError(UNREADABLE);
      add(unread.reasoning, 'reasoning');
      add(unread.text, 'text');
    }
  }
}

/** Pings only keep a connection open: an error may still be on its way. */
function isOfAnswer(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null || errorInside(raw) !== null) return false;
  return !('type' in raw && raw.type === 'ping');
}

const UNREADABLE = {
  message: 'a chunk of the stream cannot be read',
  code: '',
  type: '',
  param: '',
  status: 500,
};

/** The end without a reason is told by its absence; an empty `data:` line keeps a connection open. */
function isHarmless(error: unknown): boolean {
  if (JSONParseError.isInstance(error)) return /^\s*(\[DONE\]\s*)?$/.test(error.text);
  return InvalidResponseDataError.isInstance(error) && /finish reason/.test(error.message);
}
