import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { TimeZone } from '../core/import/times/time-zone.ts';
import { workspaceFileIn } from '../core/store/workspace-files.ts';
import { DETAILS } from '../shared/abstraction.ts';
import type { Detail } from '../shared/abstraction.ts';
import type { ModelSettings } from '../shared/model.ts';
import { EXTRACTOR_IDS, runRequestSchema } from '../shared/run.ts';
import type { ExtractorId, RunScope } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import { RULES_PACKS } from '../shared/workspace.ts';
import type { RulesChoice } from '../shared/workspace.ts';
import { dataFolder } from './folders.ts';
import { modelSettingsOf, modelValuesSchema, numberOf } from './model-arguments.ts';
import {
  profilesReadingOf,
  profilesValuesSchema,
  readingOf,
  readingValuesSchema,
} from './reading-arguments.ts';
import type { FileReading } from './reading-arguments.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

export interface ExtractArguments {
  json: boolean;
  /** The behaviour log; null for the generated sample. */
  input: string | null;
  profiles: string | null;
  workspace: string | null;
  out: string | null;
  /** Write the number of its stage with each event. */
  stages: boolean;
  rules: RulesChoice;
  badRows: string | null;
  timeZone: string | null;
  reading: FileReading;
  profilesReading: FileReading;
  scope: RunScope;
  extractor: ExtractorId;
  /** How much joins into one event; that of the latest run when left out. */
  detail: Detail | undefined;
  /** Null for an extractor without a model. */
  model: ModelSettings | null;
  maxCost: number | null;
  /** Tokens of prompts and answers together. */
  maxTokens: number | null;
  /** A prompt file of the user's own. */
  prompt: string | null;
  /** Send requests even where an answer is cached. */
  fresh: boolean;
  /** The key of the environment may go to an address that it was not used with before. */
  confirmAddress: boolean;
  /** Tell what the run would take, and start none. */
  estimate: boolean;
  /** Send a tiny request first. */
  testConnection: boolean;
}

const option = z.string().optional();
const valuesSchema = modelValuesSchema.extend({
  ...readingValuesSchema.shape,
  ...profilesValuesSchema.shape,
  profiles: option,
  workspace: option,
  out: option,
  stages: z.boolean().default(false),
  rules: option,
  users: option,
  detail: option,
  'retry-failed': z.boolean().default(false),
  redo: z.boolean().default(false),
  'bad-rows': option,
  'time-zone': option,
  json: z.boolean().default(false),
});

/**
 * What `extract` was called with: its input file (null: the sample) and the values of its options. File names are resolved
 * against `directory`. Throws UsageError.
 */
export function parseArguments(
  input: string | null,
  given: Record<string, unknown>,
  directory: string,
  locale: Locale,
): ExtractArguments {
  const values = valuesSchema.parse(given);
  const problem = (key: Parameters<typeof text>[1], params: Record<string, string> = {}): never => {
    throw new UsageError(text(locale, key, params));
  };
  const file = (name: string | undefined, named: string): string | null => {
    if (name === '') problem('emptyName', { option: named });
    return name === undefined ? null : resolve(directory, name);
  };
  const extractor =
    EXTRACTOR_IDS.find((id) => id === (values.extractor ?? 'rules')) ??
    problem('unknownExtractor', { name: values.extractor ?? '' });
  const detail =
    values.detail === undefined
      ? undefined
      : (DETAILS.find((name) => name === values.detail) ??
        problem('badValue', { option: '--detail', value: values.detail }));
  const model = extractor === 'llm' ? modelSettingsOf(values, locale) : null;
  const maxCost = capOf(values, 'max-cost', runRequestSchema.shape.maxCost, locale);
  if (maxCost !== null && (!model || model.priceIn === null || model.priceOut === null))
    problem('capNeedsPrice');
  const maxTokens = capOf(values, 'max-total-tokens', runRequestSchema.shape.maxTokens, locale);
  if (maxTokens !== null && !model) problem('tokenCapNeedsModel');
  for (const option of ['estimate', 'test-connection'] as const)
    if (values[option] && !model) problem('onlyWithModel', { option: `--${option}` });
  const ofProfiles = Object.keys(profilesValuesSchema.shape).find((name) => given[name] !== undefined);
  if (ofProfiles !== undefined && values.profiles === undefined)
    problem('onlyWithProfiles', { option: `--${ofProfiles}` });
  if (values.stages && values.out === undefined) problem('stagesNeedsOut');
  const scopes = [values.users !== undefined, values['retry-failed'], values.redo];
  if (scopes.filter(Boolean).length > 1) problem('usersAndRetry');
  const userIds = values.users
    ?.split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (userIds?.length === 0) problem('emptyUsers');
  const others: RunScope = {
    kind: values['retry-failed'] ? 'failed' : values.redo ? 'all' : 'remaining',
  };
  return {
    json: values.json,
    input: file(input ?? undefined, text(locale, 'inputFile')),
    profiles: file(values.profiles, '--profiles'),
    workspace: file(values.workspace, '--workspace'),
    out: file(values.out, '--out'),
    stages: values.stages,
    rules: rulesOf(values.rules, (name) => file(name, '--rules')),
    badRows: file(values['bad-rows'], '--bad-rows'),
    timeZone: zoneOf(values['time-zone'], locale),
    reading: readingOf(values, locale),
    profilesReading: profilesReadingOf(values, locale),
    scope: userIds ? { kind: 'users', userIds } : others,
    extractor,
    detail,
    model,
    maxCost,
    maxTokens,
    prompt: file(values.prompt, '--prompt'),
    fresh: values.fresh,
    confirmAddress: values['confirm-address'],
    estimate: values.estimate,
    testConnection: values['test-connection'],
  };
}

/** A pack by its name, else a file; the general pack when nothing is said. `./auto` is a file of that name. */
export function rulesOf(name: string | undefined, file: (name: string) => string | null): RulesChoice {
  const pack = RULES_PACKS.find((id) => id === name);
  const path = pack || name === undefined ? null : file(name);
  return path === null ? { pack: pack ?? 'general' } : { path };
}

/** The value of a cap, checked by the schema of the run request; null for none. */
export function capOf(
  values: { 'max-cost'?: string | undefined; 'max-total-tokens'?: string | undefined },
  name: 'max-cost' | 'max-total-tokens',
  schema: z.ZodType<number | null>,
  locale: Locale,
): number | null {
  const value = values[name];
  if (value === undefined) return null;
  const cap = schema.safeParse(numberOf(value, name, locale));
  if (cap.success) return cap.data;
  throw new UsageError(text(locale, 'badValue', { option: `--${name}`, value }));
}

/** A time zone that the system supports. Checked first, so that no import fails half-way. */
export function zoneOf(zone: string | undefined, locale: Locale): string | null {
  if (zone === undefined) return null;
  try {
    new TimeZone(zone);
    return zone;
  } catch {
    throw new UsageError(text(locale, 'badValue', { option: '--time-zone', value: zone }));
  }
}

/**
 * Names the content of a file without reading it: the same for the same unchanged file. A workspace that carries it is
 * found again by the same command, and another one is used once the file has changed.
 */
export function fileKey(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return createHash('sha256').update(`${path}\0${size}\0${mtimeMs}`).digest('hex').slice(0, 12);
}

/** The workspace of an input (null: of the sample) when none is named. */
export function defaultWorkspace(input: string | null): string {
  const name = input === null ? 'sample' : `${basename(input, extname(input))}-${fileKey(input)}`;
  return workspaceFileIn(join(dataFolder(), 'cli'), name);
}
