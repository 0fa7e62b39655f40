import { resolve } from 'node:path';
import { API_PORTS, DEFAULT_API_PORT } from '../shared/local-api-limits.ts';
import { originSchema } from '../shared/local-api.ts';
import type { ModelSettings } from '../shared/model.ts';
import { EXTRACTOR_IDS, runRequestSchema } from '../shared/run.ts';
import type { ExtractorId } from '../shared/run.ts';
import type { RulesChoice } from '../shared/workspace.ts';
import { capOf, rulesOf } from './arguments.ts';
import { stringOption } from './command.ts';
import type { CliCall } from './command.ts';
import { modelSettingsOf, modelValuesSchema } from './model-arguments.ts';
import { text } from './texts.ts';
import { defaultTokenFile } from './token-file.ts';
import { UsageError } from './usage-error.ts';

export interface ServeArguments {
  workspace: string;
  port: number;
  tokenFile: string;
  newToken: boolean;
  origins: string[];
  rules: RulesChoice;
  /** Of runs that name none. */
  extractor: ExtractorId;
  /** Null when none is set up. */
  model: ModelSettings | null;
  /** Of runs that name none. */
  maxCost: number | null;
  maxTokens: number | null;
  prompt: string | null;
  confirmAddress: boolean;
}

/** What `serve` was called with. Throws UsageError. */
export function parseServeArguments(call: CliCall): ServeArguments {
  const { locale, directory } = call;
  if (call.args.length > 0) throw new UsageError(text(locale, 'tooMany', { extra: call.args.join(' ') }));
  const file = (name: string): string => resolve(directory, name);
  const workspace = stringOption(call, 'workspace');
  if (workspace === null) throw new UsageError(text(locale, 'missingWorkspaceOption'));
  const values = modelValuesSchema.parse(call.values);
  const extractor = EXTRACTOR_IDS.find((id) => id === (values.extractor ?? 'rules'));
  if (!extractor) throw new UsageError(text(locale, 'unknownExtractor', { name: values.extractor ?? '' }));
  const model = extractor === 'llm' || values.model !== undefined ? modelSettingsOf(values, locale) : null;
  const maxCost = capOf(values, 'max-cost', runRequestSchema.shape.maxCost, locale);
  if (maxCost !== null && (!model || model.priceIn === null || model.priceOut === null))
    throw new UsageError(text(locale, 'capNeedsPrice'));
  const tokenFile = stringOption(call, 'token-file');
  const prompt = stringOption(call, 'prompt');
  return {
    workspace: file(workspace),
    port: portOf(call),
    tokenFile: tokenFile === null ? defaultTokenFile(call.environment) : file(tokenFile),
    newToken: call.values['new-token'] === true,
    origins: originsOf(call),
    rules: rulesOf(stringOption(call, 'rules') ?? undefined, file),
    extractor,
    model,
    maxCost,
    maxTokens: capOf(values, 'max-total-tokens', runRequestSchema.shape.maxTokens, locale),
    prompt: prompt === null ? null : file(prompt),
    confirmAddress: values['confirm-address'],
  };
}

function portOf(call: CliCall): number {
  const value = stringOption(call, 'port');
  if (value === null) return DEFAULT_API_PORT;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= API_PORTS.most) return port;
  const limits = { option: '--port', least: 0, most: String(API_PORTS.most), value };
  throw new UsageError(text(call.locale, 'notWhole', limits));
}

function originsOf(call: CliCall): string[] {
  const origins = (stringOption(call, 'origin') ?? '').split(',').map((origin) => origin.trim());
  const named = origins.filter((origin) => origin !== '');
  const bad = named.find((origin) => !originSchema.safeParse(origin).success);
  if (bad === undefined) return named;
  throw new UsageError(text(call.locale, 'badValue', { option: '--origin', value: bad }));
}
