import { z } from 'zod';
import type { ModelSettings } from '../../../../shared/model.ts';
import { systemClock } from '../../../clock.ts';
import { ModelError } from '../types.ts';
import type { ClientConfig } from './create-client.ts';
import { errorInside, readErrorBody, saying } from './error-body.ts';
import { normaliseBaseUrl, protocolHeaders, requestUrl, visibleHeaders } from './http.ts';
import { redirectError, refusalError, toModelError } from './model-error.ts';
import type { ErrorContext } from './model-error.ts';
import { patientFetch } from './patient-fetch.ts';
import { BodyError, readErrorText, readWholeText } from './read-body.ts';
import { createRedactor } from './redact.ts';

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
  const { protocol } = config.settings;
  const apiKey = config.apiKey?.trim() || null;
  const redact = createRedactor(apiKey);
  const baseUrl = normaliseBaseUrl(config.settings.baseUrl, protocol);
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const context: ErrorContext = {
    redact,
    baseUrl,
    headers: {},
    httpStatus: null,
    now: (config.clock ?? systemClock).now(),
    partial: null,
    refused: () => ({ failure: 'bad_request', unsupported: null }),
    unexplained: () => null,
  };
  try {
    const response = await (config.fetch ?? patientFetch)(requestUrl(baseUrl, '/models'), {
      headers: protocolHeaders(protocol, baseUrl, apiKey),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    context.httpStatus = response.status;
    context.headers = visibleHeaders(response.headers, redact);
    if (response.status >= 300 && response.status < 400) {
      throw redirectError(baseUrl, response.headers.get('location'), context);
    }
    if (!response.ok) throw refusalError(readErrorBody(await readErrorText(response.body)), context);
    return namesIn(await readWholeText(response.body));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (deadline.aborted) throw new ModelError('timeout', 'no list of models within 5 seconds', context);
    throw toModelError(error, context);
  }
}

function namesIn(text: string): string[] {
  const value = parse(text);
  if (value === undefined) {
    const said = readErrorBody(text.slice(0, 64 * 1024));
    const message = said.isPage ? said.message : 'something else';
    throw new BodyError('page', saying(`instead of a list of models: ${message}`));
  }
  const inside = errorInside(value);
  if (inside) throw new BodyError('refusal', inside);
  const parsed = answerSchema.safeParse(value);
  const names = parsed.success ? parsed.data.filter((name) => name !== null && name !== '') : [];
  // Google's names carry the folder they lie in, which requests must not repeat.
  const clean = names.map((name) => String(name).replace(/^models\//, ''));
  return [...new Set(clean)].sort((a, b) => a.localeCompare(b, 'en')).slice(0, MAX_MODELS);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
