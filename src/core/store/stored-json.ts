import { AppError } from '../errors.ts';

/** A value of a workspace that this program has not written: it was made, or changed, by another one. */
export class StrangeValue extends Error {}

/** How many characters what is stored as one JSON text may have; it is parsed as a whole whenever it is looked at. */
export const STORED_LIMITS = {
  /** A version of the event types, or of what was decided of themes. */
  version: 8_000_000,
  question: 1_000_000,
  /** How a file of thousands of columns was read, what was told of it, or why a row was rejected. */
  reading: 4_000_000,
  /** The questions and selections that are saved, together. */
  questions: 16_000_000,
  /** What is noted beside a question: a title, a name, the revision of the data. */
  note: 10_000,
} as const;

/** Parses a stored JSON text. Throws what `knownErrors` tells as workspace.bad_value, also for one that is too long to be ours. */
export function storedJson(json: unknown, most: number): unknown {
  return JSON.parse(storedText(json, most));
}

/** A stored text. Throws what `knownErrors` tells as workspace.bad_value for one that is too long to be ours. */
export function storedText(text: unknown, most: number): string {
  if (typeof text !== 'string' || text.length > most) throw new StrangeValue('too long');
  return text;
}

/** Something as a JSON text that `storedJson` will read. Throws workspace.value_too_large. */
export function jsonToStore(value: unknown, most: number): string {
  const json = JSON.stringify(value);
  if (json.length > most) throw new AppError('workspace.value_too_large', { size: json.length, limit: most });
  return json;
}

/** Parses a stored JSON object. Throws what `knownErrors` tells as workspace.bad_value. */
export function storedRecord(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new StrangeValue('no object');
  return value as Record<string, unknown>;
}

/** Parses a stored JSON object of texts, as the further columns of a behaviour are. */
export function storedTexts(json: string): Record<string, string> {
  const value = storedRecord(json);
  // By hand: a run reads millions of them.
  for (const name in value) if (typeof value[name] !== 'string') throw new StrangeValue('no text');
  return value as Record<string, string>;
}

/** Parses a stored JSON array of whole numbers, as the evidence of an event is. */
export function storedNumbers(json: string): number[] {
  const value: unknown = JSON.parse(json);
  if (!Array.isArray(value) || !value.every(Number.isSafeInteger)) throw new StrangeValue('no numbers');
  return value as number[];
}
