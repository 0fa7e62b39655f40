import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { JSONSchema7, LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ModelSettings } from '../../../../shared/model.ts';
import type { ModelRequest } from '../types.ts';
import type { RequestShape } from './request-shape.ts';

/** Names the provider options of the OpenAI-compatible package; never sent. */
const OPTIONS = 'provider';

export interface ModelSource {
  settings: ModelSettings;
  /** Normalised (base-url.ts). */
  baseUrl: string;
  apiKey: string | null;
  fetch: typeof fetch;
}

/**
 * The model of the provider package. Its methods are used directly, not through `ai`: retrying, and with it the
 * second request for one call, sits in that package's `generateText`, and the model below it knows no retry.
 */
export function providerModel(source: ModelSource, withUsage: boolean): LanguageModelV4 {
  const { settings, baseUrl, apiKey, fetch } = source;
  if (settings.protocol === 'anthropic') {
    return createAnthropic({ baseURL: baseUrl, apiKey: apiKey ?? 'none', fetch })(settings.model);
  }
  return createOpenAICompatible({
    name: OPTIONS,
    baseURL: baseUrl,
    fetch,
    includeUsage: withUsage,
    // Which form of JSON is asked for is decided by request-shape.ts.
    supportsStructuredOutputs: true,
    ...(apiKey === null ? {} : { apiKey }),
  }).chatModel(settings.model);
}

/** The options of one call. */
export function callOptions(
  settings: ModelSettings,
  request: ModelRequest,
  shape: RequestShape,
  requestId: string,
  signal: AbortSignal,
): LanguageModelV4CallOptions {
  return {
    prompt: [
      { role: 'system', content: request.system },
      { role: 'user', content: [{ type: 'text', text: request.user }] },
    ],
    ...(shape.tokenLimit === 'max_tokens' ? { maxOutputTokens: request.maxOutputTokens } : {}),
    ...(shape.tokenLimit === 'max_completion_tokens'
      ? { providerOptions: { [OPTIONS]: { max_completion_tokens: request.maxOutputTokens } } }
      : {}),
    ...(shape.temperature ? { temperature: settings.temperature } : {}),
    ...(shape.jsonMode === 'json_schema'
      ? { responseFormat: { type: 'json', name: 'events', schema: request.schema as JSONSchema7 } }
      : {}),
    ...(shape.jsonMode === 'json_object' ? { responseFormat: { type: 'json' } } : {}),
    headers: { 'X-Client-Request-Id': requestId },
    includeRawChunks: true,
    abortSignal: signal,
  };
}
