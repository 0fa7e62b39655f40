import { modelSettingsSchema } from '../shared/model.ts';
import type { ModelSettings } from '../shared/model.ts';
import type { Locale } from '../shared/settings.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

/** The options of `--extractor llm`, for parseArgs. */
export const MODEL_OPTIONS = {
  provider: { type: 'string' },
  'base-url': { type: 'string' },
  model: { type: 'string' },
  concurrency: { type: 'string' },
  rpm: { type: 'string' },
  tpm: { type: 'string' },
  'max-cost': { type: 'string' },
  'price-in': { type: 'string' },
  'price-out': { type: 'string' },
  currency: { type: 'string' },
  timeout: { type: 'string' },
  'max-wait': { type: 'string' },
  temperature: { type: 'string' },
  'max-output': { type: 'string' },
  context: { type: 'string' },
  prompt: { type: 'string' },
  fresh: { type: 'boolean' },
} as const;

type Values = Partial<Record<keyof typeof MODEL_OPTIONS, string | boolean>>;

const DEFAULT_URLS = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
} as const;

/** Which option stands for a field of the settings. */
const OPTION_OF: Partial<Record<string, keyof typeof MODEL_OPTIONS>> = {
  protocol: 'provider',
  baseUrl: 'base-url',
  model: 'model',
  maxConcurrency: 'concurrency',
  requestsPerMinute: 'rpm',
  tokensPerMinute: 'tpm',
  priceIn: 'price-in',
  priceOut: 'price-out',
  currency: 'currency',
  timeoutSeconds: 'timeout',
  maxWaitMinutes: 'max-wait',
  temperature: 'temperature',
  maxOutputTokens: 'max-output',
  contextTokens: 'context',
};

/** The model settings that the options say. Throws UsageError that names the option. */
export function modelSettingsOf(values: Values, locale: Locale): ModelSettings {
  const provider = values.provider ?? 'openai';
  const wanted: Record<string, unknown> = {
    protocol: provider,
    baseUrl: values['base-url'] ?? (provider === 'anthropic' ? DEFAULT_URLS.anthropic : DEFAULT_URLS.openai),
    model: values.model ?? '',
  };
  for (const [field, option] of Object.entries(OPTION_OF)) {
    const value = option === undefined ? undefined : values[option];
    if (value === undefined || field in wanted) continue;
    wanted[field] = field === 'currency' ? value : numberOf(String(value), option ?? '', locale);
  }
  if (wanted['model'] === '') throw new UsageError(text(locale, 'missingModel'));
  const parsed = modelSettingsSchema.safeParse(wanted);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  const option = OPTION_OF[field] ?? field;
  throw new UsageError(
    text(locale, 'badValue', { option: `--${option}`, value: String(values[option as keyof Values] ?? '') }),
  );
}

/** A number of an option. Throws UsageError. */
export function numberOf(value: string, option: string, locale: Locale): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) {
    throw new UsageError(text(locale, 'badValue', { option: `--${option}`, value }));
  }
  return number;
}
