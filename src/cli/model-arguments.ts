import { z } from 'zod';
import { modelSettingsSchema } from '../shared/model.ts';
import type { ModelSettings } from '../shared/model.ts';
import type { Locale } from '../shared/settings.ts';
import type { OptionGroup } from './command.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

/** The options of a run with a model. */
export const MODEL_OPTIONS: OptionGroup = {
  title: {
    'zh-CN': '使用大模型（密钥放在环境变量 EVENTLOOM_API_KEY 中）：',
    en: 'With a language model (its key comes from the environment variable EVENTLOOM_API_KEY):',
  },
  options: [
    {
      flags: '--extractor <name>',
      text: {
        'zh-CN': '抽象器：rules（内置规则，默认）或 llm（大模型）',
        en: 'rules (built in, the default) or llm (a language model)',
      },
    },
    { flags: '--model <name>', text: { 'zh-CN': '模型名称', en: 'the model' } },
    {
      flags: '--base-url <url>',
      text: {
        'zh-CN': '接口地址，例如 https://api.deepseek.com/v1',
        en: 'its address, e.g. https://api.deepseek.com/v1',
      },
    },
    {
      flags: '--provider <name>',
      text: {
        'zh-CN': '协议：openai（默认）或 anthropic',
        en: 'protocol: openai (the default) or anthropic',
      },
    },
    {
      flags: '--confirm-address',
      text: {
        'zh-CN': '确认把密钥发送到新地址：密钥只发送到首次使用的地址',
        en: 'let the key go to another address than the one it was first used with',
      },
    },
    {
      flags: '--price-in <n>',
      text: { 'zh-CN': '每百万输入 token 的价格', en: 'price of a million tokens in' },
    },
    {
      flags: '--price-out <n>',
      text: { 'zh-CN': '每百万输出 token 的价格', en: 'price of a million tokens out' },
    },
    {
      flags: '--currency <code>',
      text: { 'zh-CN': '货币：CNY（默认）、USD 或 EUR', en: 'CNY (the default), USD or EUR' },
    },
    {
      flags: '--max-cost <n>',
      text: { 'zh-CN': '预算上限，达到即停，可继续', en: 'stop at this cost; can be resumed' },
    },
    {
      flags: '--max-total-tokens <n>',
      text: {
        'zh-CN': '用量上限（输入与输出的 token 合计），达到即停，可继续；\n不需要价格',
        en: 'stop at so many tokens, in and out together; can be resumed; needs no prices',
      },
    },
    {
      flags: '--concurrency <n>',
      text: { 'zh-CN': '同时进行的请求数上限', en: 'requests in flight at the most' },
    },
    {
      flags: '--rpm <n>',
      text: { 'zh-CN': '每分钟请求数（已知时填写）', en: 'requests per minute, if known' },
    },
    {
      flags: '--tpm <n>',
      text: { 'zh-CN': '每分钟 token 数（已知时填写）', en: 'tokens per minute, if known' },
    },
    {
      flags: '--max-wait <minutes>',
      text: {
        'zh-CN': '服务商的限制在这么久之内解除就等待，否则停下，可继续',
        en: 'wait for a limit of the provider that ends within so many minutes, else stop; can be resumed',
      },
    },
    {
      flags: '--timeout <seconds>',
      text: {
        'zh-CN': '等待首个回答的秒数；省略时自动学习',
        en: 'seconds to wait for a first answer; learned when left out',
      },
    },
    { flags: '--temperature <n>', text: { 'zh-CN': '温度', en: 'temperature' } },
    {
      flags: '--max-output <n>',
      text: { 'zh-CN': '一次回答的 token 上限', en: 'tokens of an answer at the most' },
    },
    {
      flags: '--context <n>',
      text: { 'zh-CN': '提示词与回答合计的 token 上限', en: 'tokens of prompt and answer together' },
    },
    { flags: '--prompt <file>', text: { 'zh-CN': '自己的提示词', en: 'a prompt of your own' } },
    {
      flags: '--estimate',
      text: {
        'zh-CN': '只导入并估算请求数、token、费用和时间，不做抽象，不提问',
        en: 'import, tell about how many requests, tokens, money and time the run would take, and ask nothing',
      },
    },
    {
      flags: '--test-connection',
      text: {
        'zh-CN':
          '先发一个很小的请求：检查连接，并得知服务商怎样计算 token，\n估算和上限因此更准（可与 --estimate 同用）',
        en: 'send one tiny request first: it checks the connection and tells how the provider counts tokens, so that estimates and caps are closer (with --estimate, too)',
      },
    },
    {
      flags: '--fresh',
      text: {
        'zh-CN': '已有回答的也重新提问：\n尚未抽象的用户，或 --users 指定的用户',
        en: 'ask again where an answer is there already, about users not abstracted yet or named by --users',
      },
    },
  ],
};

const option = z.string().optional();

export const modelValuesSchema = z.object({
  extractor: option,
  model: option,
  'base-url': option,
  provider: option,
  'confirm-address': z.boolean().default(false),
  'price-in': option,
  'price-out': option,
  currency: option,
  'max-cost': option,
  'max-total-tokens': option,
  concurrency: option,
  rpm: option,
  tpm: option,
  'max-wait': option,
  timeout: option,
  temperature: option,
  'max-output': option,
  context: option,
  prompt: option,
  fresh: z.boolean().default(false),
  estimate: z.boolean().default(false),
  'test-connection': z.boolean().default(false),
});
type ModelValues = z.infer<typeof modelValuesSchema>;

const DEFAULT_URLS = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
} as const;

/** The option for each field of the settings. */
const OPTION_OF: Partial<Record<string, keyof ModelValues>> = {
  protocol: 'provider',
  baseUrl: 'base-url',
  model: 'model',
  maxConcurrency: 'concurrency',
  requestsPerMinute: 'rpm',
  tokensPerMinute: 'tpm',
  priceIn: 'price-in',
  priceOut: 'price-out',
  currency: 'currency',
  maxWaitMinutes: 'max-wait',
  timeoutSeconds: 'timeout',
  temperature: 'temperature',
  maxOutputTokens: 'max-output',
  contextTokens: 'context',
};

/** The model settings given by the options. Throws UsageError that names the option. */
export function modelSettingsOf(values: ModelValues, locale: Locale): ModelSettings {
  const provider = values.provider ?? 'openai';
  const wanted: Record<string, unknown> = {
    protocol: provider,
    baseUrl: values['base-url'] ?? (provider === 'anthropic' ? DEFAULT_URLS.anthropic : DEFAULT_URLS.openai),
    model: values.model ?? '',
  };
  for (const [field, name] of Object.entries(OPTION_OF)) {
    const value = name === undefined ? undefined : values[name];
    if (value === undefined || field in wanted) continue;
    wanted[field] = field === 'currency' ? value : numberOf(String(value), name ?? '', locale);
  }
  if (wanted['model'] === '') throw new UsageError(text(locale, 'missingModel'));
  const parsed = modelSettingsSchema.safeParse(wanted);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  const name = OPTION_OF[field];
  throw new UsageError(
    text(locale, 'badValue', {
      option: `--${name ?? field}`,
      value: name === undefined ? '' : String(values[name] ?? ''),
    }),
  );
}

/** A number of an option. Throws UsageError. */
export function numberOf(value: string, name: string, locale: Locale): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) {
    throw new UsageError(text(locale, 'badValue', { option: `--${name}`, value }));
  }
  return number;
}
