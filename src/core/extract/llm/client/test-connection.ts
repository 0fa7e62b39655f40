import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { FailureClass, JsonMode, ModelTestReport } from '../../../../shared/model.ts';
import { toErrorInfo } from '../../../errors.ts';
import { ModelError } from '../types.ts';
import type { ModelAnswer, ModelRequest } from '../types.ts';
import { createModelClient } from './create-client.ts';
import type { ClientConfig } from './create-client.ts';

/** Enough for a model that thinks before it answers. */
const MAX_OUTPUT_TOKENS = 1_024;
const DEFAULT_TIMEOUT_MS = 60_000;
/** One for each parameter that can be refused, and the last. */
const MAX_REQUESTS = 9;

/** The property is named in the schema only, not in the prompt: an answer that contains it was constrained by the schema. */
const schema = {
  type: 'object',
  properties: { connection_test_passed: { type: 'boolean' } },
  required: ['connection_test_passed'],
  additionalProperties: false,
};
const schemaAnswer = z.strictObject({ connection_test_passed: z.boolean() });

const request: ModelRequest = {
  system: 'You answer in JSON only.',
  user: 'This is a connection test. Answer with one small JSON object that says that you can be reached.',
  schema,
  asked: [],
  inputTokens: 32,
  predictedOutputTokens: 16,
  maxOutputTokens: MAX_OUTPUT_TOKENS,
};

/**
 * Sends one tiny request and tells what it found out. Only when the server refuses a parameter of it (a JSON mode,
 * the temperature …) is it sent again without that, as a run would do.
 * Never rejects for what the provider does: that is in the report (`model.<class>`). Rejects with the reason of the signal.
 */
export async function testConnection(
  config: ClientConfig,
  signal: AbortSignal,
  timeoutMs = (config.settings.timeoutSeconds ?? 0) * 1000 || DEFAULT_TIMEOUT_MS,
): Promise<ModelTestReport> {
  signal.throwIfAborted();
  try {
    return await ask(config, signal, timeoutMs);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ModelError) return failed(error, config);
    return { ...NOTHING_KNOWN, error: toErrorInfo(error) };
  }
}

async function ask(config: ClientConfig, signal: AbortSignal, timeoutMs: number): Promise<ModelTestReport> {
  const client = createModelClient(config);
  const deadline = AbortSignal.timeout(timeoutMs);
  const dropped = new Set<string>();
  for (let sent = 1; ; sent += 1) {
    let pieces = 0;
    try {
      const hooks = { requestId: randomUUID(), onText: () => (pieces += 1) };
      const answer = await client.ask(request, 'json_schema', hooks, AbortSignal.any([signal, deadline]));
      return succeeded(answer, pieces, dropped, config.apiKey !== null);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (deadline.aborted) throw new ModelError('timeout', `no answer within ${timeoutMs / 1000} seconds`);
      const parameter = error instanceof ModelError ? error.unsupported : null;
      if (parameter === null || sent === MAX_REQUESTS) throw error;
      client.drop(parameter);
      dropped.add(parameter);
    }
  }
}

const NOTHING_KNOWN: ModelTestReport = {
  reachable: false,
  keyAccepted: null,
  modelExists: null,
  jsonMode: null,
  streaming: null,
  usageReported: null,
  latencyMs: null,
  error: null,
};

function succeeded(
  answer: ModelAnswer,
  pieces: number,
  dropped: ReadonlySet<string>,
  hasKey: boolean,
): ModelTestReport {
  return {
    reachable: true,
    keyAccepted: hasKey ? true : null,
    modelExists: true,
    jsonMode: honouredMode(answer, dropped),
    streaming: pieces > 1 || /event-stream/i.test(answer.headers['content-type'] ?? ''),
    usageReported: answer.usage.reported,
    latencyMs: answer.latencyMs,
    error: null,
  };
}

/** The JSON mode that the answer complies with; null if there is no text to judge. */
function honouredMode(answer: ModelAnswer, dropped: ReadonlySet<string>): JsonMode | null {
  const text = answer.text.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
  if (text === '') return null;
  if (dropped.has('response_format')) return 'none';
  const value = parse(text);
  if (dropped.has('json_schema')) return typeof value === 'object' && value !== null ? 'json_object' : 'none';
  return schemaAnswer.safeParse(value).success ? 'json_schema' : 'none';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Failures that a server reports only after it has accepted the key. */
const AFTER_THE_KEY: readonly FailureClass[] = [
  'quota',
  'usage_limit',
  'model_unknown',
  'rate_limited',
  'forbidden',
  'too_long',
  'refused',
  'bad_request',
];

function failed(error: ModelError, { settings, apiKey }: ClientConfig): ModelTestReport {
  const { failure } = error;
  const keyTaken = apiKey !== null && AFTER_THE_KEY.includes(failure);
  return {
    ...NOTHING_KNOWN,
    reachable: error.httpStatus !== null,
    keyAccepted: failure === 'unauthorized' ? false : keyTaken || null,
    modelExists: failure === 'model_unknown' ? false : null,
    error: {
      code: `model.${failure}`,
      params: { detail: error.message, url: settings.baseUrl, model: settings.model },
    },
  };
}
