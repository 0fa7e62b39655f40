import type { EngineApi } from '../core/engine/engine-api.ts';
import { runRequestSchema } from '../shared/run.ts';
import { capOf } from './arguments.ts';
import type { CliCall } from './command.ts';
import { checkKeyAddress, terminalQuestion } from './key-address.ts';
import { modelSettingsOf, modelValuesSchema } from './model-arguments.ts';
import type { Output } from './output.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

/** Sets the model of the options. Resolves to what remembers the address that the key is about to be sent to. Rejects with UsageError. */
export async function chooseModel(call: CliCall, engine: EngineApi, output: Output): Promise<() => void> {
  const values = modelValuesSchema.parse(call.values);
  const settings = modelSettingsOf(values, output.locale);
  const apiKey = call.environment['EVENTLOOM_API_KEY']?.trim() || null;
  await engine.useModel({ settings, apiKey, promptTemplate: null });
  if (apiKey === null) return () => undefined;
  const use = {
    key: apiKey,
    baseUrl: settings.baseUrl,
    confirmed: values['confirm-address'],
    ask: terminalQuestion(),
  };
  return checkKeyAddress(use, output);
}

/** The caps of the options; null for none. Throws UsageError. */
export function capsOf(call: CliCall): { maxCost: number | null; maxTokens: number | null } {
  const { locale } = call;
  const values = modelValuesSchema.parse(call.values);
  const maxCost = capOf(values, 'max-cost', runRequestSchema.shape.maxCost, locale);
  if (maxCost !== null && (values['price-in'] === undefined || values['price-out'] === undefined))
    throw new UsageError(text(locale, 'capNeedsPrice'));
  return { maxCost, maxTokens: capOf(values, 'max-total-tokens', runRequestSchema.shape.maxTokens, locale) };
}
