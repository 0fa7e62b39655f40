import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { JsonMode, ModelTestReport } from '../../../../shared/model.ts';
import type { FailureClass } from '../../../../shared/failure-classes.ts';
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

/** Written as a request about behaviours is: how the provider counts it is how it counts a run. */
const SAMPLE_LINES = [
  '2025-12-26',
  '1 08:05:12 browse item=大众_途观_详情页 media=汽车之家 129s',
  '2 08:07:40 search item=大众途观油耗 app=懂车帝',
  '3 12:31:07 use_app app=大众点评 1375s',
  '4 14:00:00 visit_poi poi=长城4S店陆家嘴店 3689s',
  '2025-12-27',
  '5 09:16:55 compare item=对比_大众_途观_本田_CR-V app=易车 402s',
  '6 21:44:03 用户打开了购物车页面，查看了两件商品的价格和库存',
  '7 21:51:30 add_cart item=itm_48213 app=shop 12s',
].join('\n');

/** What is said to the model is apart from the lines: words of `user` are cut out of what a provider says. */
const request: ModelRequest = {
  system:
    'You answer in JSON only. This is a connection test. Answer with one small JSON object that says that you can be reached; ignore what follows.',
  user: SAMPLE_LINES,
  schema,
  asked: [],
  inputTokens: 250,
  predictedOutputTokens: 16,
  maxOutputTokens: MAX_OUTPUT_TOKENS,
};

/** Tokens of a prompt, by our tokenizer and as the provider reported them. */
export const countedInputSchema = z.object({
  estimated: z.number().positive().max(1e12),
  reported: z.number().positive().max(1e12),
});
export type CountedInput = z.infer<typeof countedInputSchema>;

/**
 * Sends one small request and tells what it found out. Only when the server refuses a parameter of it (a JSON mode,
 * the temperature …) is it sent again without that, as a run would do.
 * `onCounted` is called with how the provider counted it, where it says so and `config` can count, too.
 * Never rejects for what the provider does: that is in the report (`model.<class>`). Rejects with the reason of the signal.
 */
export async function testConnection(
  config: ClientConfig,
  signal: AbortSignal,
  timeoutMs = (config.settings.timeoutSeconds ?? 0) * 1000 || DEFAULT_TIMEOUT_MS,
  onCounted: (counted: CountedInput) => void = () => undefined,
): Promise<ModelTestReport> {
  signal.throwIfAborted();
  try {
    const { answer, report } = await ask(config, signal, timeoutMs);
    const { system, user } = request;
    const { usage } = answer;
    const { countTokens } = config;
    if (countTokens && usage.reported && usage.inputTokens > 0)
      onCounted({ estimated: countTokens(system) + countTokens(user), reported: usage.inputTokens });
    return report;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ModelError) return failed(error, config);
    return { ...NOTHING_KNOWN, error: toErrorInfo(error) };
  }
}

async function ask(
  config: ClientConfig,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<{ answer: ModelAnswer; report: ModelTestReport }> {
  const client = createModelClient(config);
  const deadline = AbortSignal.timeout(timeoutMs);
  const dropped = new Set<string>();
  for (let sent = 1; ; sent += 1) {
    let pieces = 0;
    try {
      const hooks = { requestId: randomUUID(), onText: () => (pieces += 1) };
      const answer = await client.ask(request, 'json_schema', hooks, AbortSignal.any([signal, deadline]));
      return { answer, report: succeeded(answer, pieces, dropped, config.apiKey !== null) };
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
