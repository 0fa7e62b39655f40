/** A value of a workspace that this program has not written: it was made, or changed, by another one. */
export class StrangeValue extends Error {}

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
