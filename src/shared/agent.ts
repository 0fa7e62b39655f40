import type { ProfileField } from './users.ts';

/** One part of the label of a user. */
export interface AgentPart {
  /** Names of a field of the profile, in any language; the first that the profile has counts. Case does not matter. */
  fields: string[];
  /** Numbers are given as bands of so many, e.g. 37 as 30–39 with 10; null: as they are. */
  band: number | null;
}

const SEPARATOR = ' · ';
/** Of a value: a label is short. */
const VALUE_CHARS = 30;
const NUMBER = /^\d{1,6}(?:\.\d+)?$/;

/** Who acts, in a few words from the profile: `30–39 · 女 · 教师`. Null when the profile says nothing of it. */
export function agentOf(
  profile: readonly ProfileField[] | null,
  template: readonly AgentPart[],
): string | null {
  const values = new Map<string, string>();
  for (const { name, value } of profile ?? []) {
    const key = name.trim().toLowerCase();
    if (!values.has(key)) values.set(key, value.trim());
  }
  const parts = template.flatMap(({ fields, band }) => {
    const value = fields.map((field) => values.get(field.toLowerCase())).find((each) => each);
    return value ? [shown(value, band)] : [];
  });
  return parts.length > 0 ? parts.join(SEPARATOR) : null;
}

function shown(value: string, band: number | null): string {
  if (band !== null && NUMBER.test(value)) {
    const from = Math.floor(Number(value) / band) * band;
    return band === 1 ? String(from) : `${from}–${from + band - 1}`;
  }
  const characters = Array.from(value);
  return characters.length > VALUE_CHARS ? `${characters.slice(0, VALUE_CHARS).join('')}…` : value;
}
