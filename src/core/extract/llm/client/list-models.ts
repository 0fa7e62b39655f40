import { z } from 'zod';
import type { ModelSettings } from '../../../../shared/model.ts';
import { systemClock } from '../../../clock.ts';
import { ModelError } from '../types.ts';
import { normaliseBaseUrl } from './base-url.ts';
import type { ClientConfig } from './create-client.ts';
import { errorInside, readErrorBody } from './error-body.ts';
import { visibleHeaders } from './exchange.ts';
import { createRedactor } from './redact.ts';
import { saidError, SaidError, toModelError } from './to-model-error.ts';
import type { ErrorContext } from './to-model-error.ts';

const TIMEOUT_MS = 5_000;
const MAX_MODELS = 5_000;

const entry = z.union([
  z.string(),
  z.looseObject({ id: z.string() }).transform(({ id }) => id),
  z.looseObject({ name: z.string() }).transform(({ name }) => name),
]);
const entries = z.array(entry.nullable().catch(null));
/** `data` by OpenAI and Anthropic, `models` by Ollama and Google, a bare list by some gateways. */
const answerSchema = z.union([
  z.looseObject({ data: entries }).transform(({ data }) => data),
  z.looseObject({ models: entries }).transform(({ models }) => models),
  entries,
]);

/** What is needed to ask a provider for its models. */
export type ListModelsConfig = Pick<ClientConfig, 'apiKey' | 'fetch' | 'clock'> & {
  settings: Pick<ModelSettings, 'baseUrl' | 'protocol'>;
};

/**
 * The names of the models that the server says it has, sorted. Waits five seconds at the most. Rejects with
 * ModelError (`timeout` when nothing came), with AppError `model.bad_base_url`, or with the reason of the signal.
 */
export async function listModels(config: ListModelsConfig, signal?: AbortSignal): Promise<string[]> {
  const apiKey = config.apiKey?.trim() || null;
  const redact = createRedactor(apiKey);
  const url = `${normaliseBaseUrl(config.settings.baseUrl, config.settings.protocol)}/models`;
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const context: ErrorContext = {
    redact,
    headers: {},
    httpStatus: null,
    now: (config.clock ?? systemClock).now(),
    partial: null,
    sent: () => null,
  };
  try {
    const response = await (config.fetch ?? fetch)(url, {
      headers: keyHeaders(config.settings.protocol, apiKey),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    context.httpStatus = response.status;
    context.headers = visibleHeaders(response.headers, redact);
    const text = await response.text();
    if (!response.ok) throw new SaidError(readErrorBody(text));
    return namesIn(text);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (deadline.aborted) throw new ModelError('timeout', 'no list of models within 5 seconds', context);
    throw error instanceof SaidError ? saidError(error.said, context) : toModelError(error, context);
  }
}

function keyHeaders(protocol: ModelSettings['protocol'], apiKey: string | null): Record<string, string> {
  if (protocol === 'anthropic') {
    return { 'anthropic-version': '2023-06-01', ...(apiKey === null ? {} : { 'x-api-key': apiKey }) };
  }
  return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
}

function namesIn(text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SaidError({
      message: 'no list of models but something else',
      code: '',
      type: '',
      param: '',
      status: 500,
    });
  }
  const inside = errorInside(value);
  if (inside) throw new SaidError(inside);
  const parsed = answerSchema.safeParse(value);
  const names = parsed.success ? parsed.data.filter((name) => name !== null && name !== '') : [];
  // Google's names carry the folder they lie in, which requests must not repeat.
  const clean = names.map((name) => String(name).replace(/^models\//, ''));
  return [...new Set(clean)].sort((a, b) => a.localeCompare(b, 'en')).slice(0, MAX_MODELS);
}
