import { getModelCapabilities, supportsNativeStructuredOutputSchema } from '@ai-sdk/anthropic/internal';
import type { JSONSchema7 } from '@ai-sdk/provider';
import type { JsonMode, ModelSettings } from '../../../../shared/model.ts';
import type { RequestParameter } from '../types.ts';
import type { RefusedParameter } from './classify-error.ts';

/** Which parameters a request carries. */
export interface RequestShape {
  jsonMode: JsonMode;
  temperature: boolean;
  tokenLimit: 'max_tokens' | 'max_completion_tokens' | null;
  /** Whether usage is asked for in the stream. */
  usage: boolean;
}

/** OpenAI's reasoning models take one temperature only, and say so with a 400. */
const REASONING_MODEL = /^(o\d|gpt-(?:[5-9]|\d\d))(?!.*-chat)/i;

/** What a request should carry: what the settings and the caller want, less what the model or server does not take. */
export function requestShape(
  settings: ModelSettings,
  jsonMode: JsonMode,
  schema: Record<string, unknown>,
  dropped: ReadonlySet<RequestParameter>,
): RequestShape {
  if (settings.protocol === 'anthropic') {
    return {
      jsonMode:
        jsonMode === 'json_schema' && nativeSchema(settings.model, schema, dropped) ? 'json_schema' : 'none',
      temperature: !dropped.has('temperature'),
      tokenLimit: 'max_tokens',
      usage: true,
    };
  }
  const name = settings.model.slice(settings.model.lastIndexOf('/') + 1);
  const reasoning = REASONING_MODEL.test(name);
  return {
    jsonMode: reducedMode(jsonMode, dropped),
    temperature: !reasoning && !dropped.has('temperature'),
    tokenLimit: tokenLimit(reasoning || settings.preset === 'openai', dropped),
    usage: !dropped.has('stream_options'),
  };
}

/** What of the request the server complained about; null when the request carried no such thing. */
export function sentParameter(
  refused: RefusedParameter | null,
  shape: RequestShape,
): RequestParameter | null {
  if (refused === 'response_format') {
    if (shape.jsonMode === 'none') return null;
    return shape.jsonMode === 'json_schema' ? 'json_schema' : 'response_format';
  }
  if (refused === 'max_tokens') return shape.tokenLimit;
  if (refused === 'temperature') return shape.temperature ? 'temperature' : null;
  return refused === 'stream_options' && shape.usage ? 'stream_options' : null;
}

function reducedMode(asked: JsonMode, dropped: ReadonlySet<RequestParameter>): JsonMode {
  if (dropped.has('response_format')) return 'none';
  return asked === 'json_schema' && dropped.has('json_schema') ? 'json_object' : asked;
}

/** A server that does not know the one name may know the other. */
function tokenLimit(newName: boolean, dropped: ReadonlySet<RequestParameter>): RequestShape['tokenLimit'] {
  const names = newName
    ? (['max_completion_tokens', 'max_tokens'] as const)
    : (['max_tokens', 'max_completion_tokens'] as const);
  return names.find((name) => !dropped.has(name)) ?? null;
}

/**
 * Whether Anthropic's own structured output can be used. The package's substitute, a forced tool call, is not: it
 * holds the text back until the message is over, so that an answer that breaks off is lost whole.
 */
function nativeSchema(
  model: string,
  schema: Record<string, unknown>,
  dropped: ReadonlySet<RequestParameter>,
): boolean {
  return (
    !dropped.has('json_schema') &&
    !dropped.has('response_format') &&
    getModelCapabilities(model).supportsStructuredOutput &&
    supportsNativeStructuredOutputSchema(schema as JSONSchema7)
  );
}
