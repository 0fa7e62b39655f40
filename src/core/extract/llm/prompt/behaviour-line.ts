import type { BehaviourInput } from '../../extractor.ts';
import { cleanName } from './clean-value.ts';
import { linePart } from './line-parts.ts';
import type { LinePart } from './line-parts.ts';

/** Room for the columns without a role, in characters: no rule looks at them, and a log can have hundreds. */
const EXTRA_CHARS = 1_000;
/** `#`, the number, the blank, and the clock time. */
const TOKENS_BEFORE_FIELDS = 8;

/** A behaviour as it stands in the prompt, without its number. */
export interface BehaviourLine {
  /** `2025-12-26`: stands on a line of its own wherever it changes. */
  date: string;
  /** `14:00:00 visit_poi poi=长城4S店 3689s`. */
  text: string;
  /** Of the whole line with its line break and a number of at most three digits. */
  tokens: number;
}

/** Everything that is known of a behaviour, in one line. Values can hold anything and are made harmless (cleanValue). */
export function behaviourLine(behaviour: BehaviourInput): BehaviourLine {
  const [date = '', clock = ''] = new Date(behaviour.time).toISOString().split('T');
  let text = clock.slice(0, 8);
  let tokens = TOKENS_BEFORE_FIELDS;
  let lineBreak = 1;
  for (const part of partsOf(behaviour)) {
    text += part.text;
    tokens += part.tokens;
    lineBreak = part.tokensAtEnd - part.tokens;
  }
  return { date, text, tokens: tokens + lineBreak };
}

function partsOf(behaviour: BehaviourInput): LinePart[] {
  const parts: LinePart[] = [];
  const add = (prefix: string, value: string | null): void => {
    const part = value === null ? null : linePart(prefix, value);
    if (part && part.text !== '') parts.push(part);
  };
  add('', behaviour.action);
  add('', behaviour.text);
  add('item=', behaviour.item);
  add('app=', behaviour.app);
  add('media=', behaviour.media);
  add('poi=', behaviour.poi);
  if (behaviour.extra) parts.push(...extraParts(behaviour.extra));
  if (behaviour.duration !== null) add('', `${Math.round(behaviour.duration * 1000) / 1000}s`);
  return parts;
}

function extraParts(extra: Record<string, string>): LinePart[] {
  const parts: LinePart[] = [];
  let room = EXTRA_CHARS;
  for (const [name, value] of Object.entries(extra)) {
    const label = cleanName(name);
    const part = linePart(label === '' ? '' : `${label}=`, value);
    if (part.text === '') continue;
    room -= part.text.length;
    if (room < 0) return [...parts, linePart('', '…')];
    parts.push(part);
  }
  return parts;
}
