import type { ModelPresetId, ModelProtocol, ModelSettings, ModelSettingsPatch } from './model.ts';

/** What is filled in when a provider is chosen; the user can change all of it. */
export interface ModelPreset {
  id: ModelPresetId;
  name: { 'zh-CN': string; en: string };
  protocol: ModelProtocol;
  /** Empty for `custom`: only the user knows it. */
  baseUrl: string;
  /** An inexpensive model that copes with the task; empty where only the server knows what it has. */
  model: string;
  /** False for servers on the own machine, which usually ask for none. */
  needsKey: boolean;
  currency: ModelSettings['currency'];
  /** Tokens of prompt and answer together. Less than the models take: attention fades long before the context ends. */
  contextTokens: number;
  maxOutputTokens: number;
  /** What the provider publishes for `model`; null where it is not one number, or not known for certain. */
  price: ListPrice | null;
}

/** A published price per million tokens, in the currency of the preset. */
export interface ListPrice {
  in: number;
  out: number;
  /** The month in which it was seen, e.g. `2026-05`: a provider may have changed it since. */
  asOf: string;
}

const hosted = {
  protocol: 'openai',
  needsKey: true,
  contextTokens: 64_000,
  maxOutputTokens: 16_000,
  price: null,
} as const;

/** What runs on a desk has a small context by default, and cuts what goes beyond it without saying so. */
const local = {
  ...hosted,
  needsKey: false,
  currency: 'CNY',
  contextTokens: 16_000,
  maxOutputTokens: 4_000,
} as const;

/** In the order in which they are offered. */
export const MODEL_PRESETS: readonly ModelPreset[] = [
  {
    ...hosted,
    id: 'openai',
    name: { 'zh-CN': 'OpenAI', en: 'OpenAI' },
    baseUrl: 'https://api.openai.com/v1',
    model: 'gpt-5.4-mini',
    currency: 'USD',
    price: { in: 0.75, out: 4.5, asOf: '2026-06' },
  },
  {
    ...hosted,
    id: 'deepseek',
    name: { 'zh-CN': 'DeepSeek 深度求索', en: 'DeepSeek' },
    baseUrl: 'https://api.deepseek.com/v1',
    model: 'deepseek-v4-flash',
    currency: 'CNY',
    // Of a prompt that is not cached: an estimate may be too high, and a cap is never overrun.
    price: { in: 1, out: 2, asOf: '2026-05' },
  },
  {
    ...hosted,
    id: 'qwen',
    name: { 'zh-CN': '通义千问（阿里云百炼）', en: 'Qwen (Alibaba Cloud)' },
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    // No price: it depends on the length of the prompt and on whether the model thinks.
    model: 'qwen-plus',
    currency: 'CNY',
  },
  {
    ...hosted,
    id: 'glm',
    name: { 'zh-CN': '智谱 GLM', en: 'Zhipu GLM' },
    baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
    model: 'glm-4.7-flash',
    currency: 'CNY',
  },
  {
    ...hosted,
    id: 'moonshot',
    name: { 'zh-CN': 'Moonshot 月之暗面（Kimi）', en: 'Moonshot (Kimi)' },
    baseUrl: 'https://api.moonshot.cn/v1',
    model: 'kimi-k2.6',
    currency: 'CNY',
  },
  {
    ...hosted,
    id: 'minimax',
    name: { 'zh-CN': 'MiniMax', en: 'MiniMax' },
    baseUrl: 'https://api.minimaxi.com/v1',
    model: 'MiniMax-M2.7',
    currency: 'CNY',
    price: { in: 2.1, out: 8.4, asOf: '2026-04' },
  },
  {
    ...local,
    id: 'ollama',
    name: { 'zh-CN': 'Ollama（本机）', en: 'Ollama (local)' },
    baseUrl: 'http://127.0.0.1:11434/v1',
    model: 'qwen3:8b',
  },
  {
    ...local,
    id: 'lmstudio',
    name: { 'zh-CN': 'LM Studio（本机）', en: 'LM Studio (local)' },
    baseUrl: 'http://127.0.0.1:1234/v1',
    model: '',
  },
  {
    ...local,
    id: 'vllm',
    name: { 'zh-CN': 'vLLM', en: 'vLLM' },
    baseUrl: 'http://127.0.0.1:8000/v1',
    model: '',
    contextTokens: 32_000,
    maxOutputTokens: 8_000,
  },
  {
    ...hosted,
    id: 'anthropic',
    name: { 'zh-CN': 'Anthropic Claude', en: 'Anthropic Claude' },
    protocol: 'anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    model: 'claude-haiku-4-5',
    currency: 'USD',
    price: { in: 1, out: 5, asOf: '2026-06' },
  },
  {
    ...hosted,
    id: 'custom',
    name: { 'zh-CN': '自定义', en: 'Custom' },
    baseUrl: '',
    model: '',
    needsKey: false,
    currency: 'CNY',
  },
];

const byId = new Map(MODEL_PRESETS.map((preset) => [preset.id, preset]));

/** The preset of that id; every id has one. */
export function modelPreset(id: ModelPresetId): ModelPreset {
  const preset = byId.get(id);
  if (!preset) throw new Error(`No preset for ${id}`);
  return preset;
}

/** The settings with everything filled in that the preset knows, and the rest left as it is. */
export function withPreset(settings: ModelSettings, id: ModelPresetId): ModelSettings {
  const { protocol, baseUrl, model, currency, contextTokens, maxOutputTokens, price } = modelPreset(id);
  return {
    ...settings,
    preset: id,
    protocol,
    baseUrl,
    model,
    currency,
    contextTokens,
    maxOutputTokens,
    priceIn: price?.in ?? null,
    priceOut: price?.out ?? null,
  };
}

/** The list price that the settings hold; null when they hold another price, or one that the user has entered. */
export function listPriceOf(settings: ModelSettings): ListPrice | null {
  const { model, baseUrl, currency, price } = modelPreset(settings.preset);
  const same =
    price !== null &&
    settings.model === model &&
    settings.baseUrl === baseUrl &&
    settings.currency === currency &&
    settings.priceIn === price.in &&
    settings.priceOut === price.out;
  return same ? price : null;
}

/**
 * A change of the settings with what it means for a list price: it does not hold for another model, address or currency, and
 * comes back with its own model. A price that the user has entered stays.
 */
export function withListPrice(settings: ModelSettings, patch: ModelSettingsPatch): ModelSettingsPatch {
  if (patch.priceIn !== undefined || patch.priceOut !== undefined) return patch;
  const next = { ...settings, ...patch };
  if (listPriceOf(settings) && !listPriceOf(next)) return { ...patch, priceIn: null, priceOut: null };
  const { price } = modelPreset(next.preset);
  const unpriced = next.priceIn === null && next.priceOut === null;
  if (price && unpriced && (patch.model !== undefined || patch.baseUrl !== undefined)) {
    const prices = { priceIn: price.in, priceOut: price.out };
    if (listPriceOf({ ...next, ...prices })) return { ...patch, ...prices };
  }
  return patch;
}
