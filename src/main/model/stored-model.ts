import { z } from 'zod';
import { modelSettingsSchema } from '../../shared/model.ts';
import type { ModelSettings } from '../../shared/model.ts';

/** What `model.json` keeps. */
export interface StoredModel {
  settings: ModelSettings;
  /** A prompt of the user's own; null for the built-in one. */
  promptTemplate: string | null;
}

const record = z.record(z.string(), z.unknown()).catch({});
const template = z.string().max(100_000).nullable().catch(null);

/** The model settings as they stand in a file; what does not parse takes its default, field by field. */
export function parseStoredModel(value: unknown): StoredModel {
  const stored = record.parse(value);
  const given = record.parse(stored['settings']);
  const kept = Object.entries(modelSettingsSchema.shape)
    .filter(([name, field]) => field.safeParse(given[name]).success)
    .map(([name]) => [name, given[name]]);
  return {
    settings: modelSettingsSchema.parse(Object.fromEntries(kept)),
    promptTemplate: template.parse(stored['promptTemplate'] ?? null),
  };
}
