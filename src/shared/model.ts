import { z } from 'zod';
import type { Detail } from './abstraction.ts';
import type { ErrorInfo } from './errors.ts';
import type { FailureClass } from './failure-classes.ts';

/** Wire protocols that a provider of models speaks. */
export const MODEL_PROTOCOLS = ['openai', 'anthropic'] as const;
export type ModelProtocol = (typeof MODEL_PROTOCOLS)[number];

export const MODEL_PRESET_IDS = [
  'openai',
  'deepseek',
  'qwen',
  'glm',
  'moonshot',
  'minimax',
  'ollama',
  'lmstudio',
  'vllm',
  'anthropic',
  'custom',
] as const;
export type ModelPresetId = (typeof MODEL_PRESET_IDS)[number];

const settingsFields = {
  preset: z.enum(MODEL_PRESET_IDS),
  protocol: z.enum(MODEL_PROTOCOLS),
  /** Up to the part before `/chat/completions` or `/messages`, e.g. `https://api.deepseek.com/v1`. */
  baseUrl: z.string().max(2000),
  model: z.string().max(200),
  temperature: z.number().min(0).max(2),
  /** Tokens that one answer may have. */
  maxOutputTokens: z.number().int().min(256).max(1_000_000),
  /** Tokens of prompt and answer together. */
  contextTokens: z.number().int().min(1_024).max(10_000_000),
  /** Requests in flight at once, at the most. */
  maxConcurrency: z.number().int().min(1).max(256),
  requestsPerMinute: z.number().positive().max(10_000_000).nullable(),
  tokensPerMinute: z.number().positive().max(10_000_000_000).nullable(),
  /** Per million tokens; null when unknown: then nothing is said of money. */
  priceIn: z.number().min(0).max(1_000_000).nullable(),
  priceOut: z.number().min(0).max(1_000_000).nullable(),
  currency: z.enum(['CNY', 'USD', 'EUR']),
  /** Send the real user ids instead of aliases. */
  sendUserIds: z.boolean(),
  /** Seconds that an answer may take before any is known; null: learned from the answers. */
  timeoutSeconds: z.number().positive().max(3_600).nullable(),
  /** A limit of the provider that ends within so many minutes is waited for; a later one stops the run, resumably. */
  maxWaitMinutes: z.number().min(0).max(44_640),
};

/** What is asked of a provider beyond its address: all of it the user can change. */
export const modelSettingsSchema = z.object({
  preset: settingsFields.preset.default('custom'),
  protocol: settingsFields.protocol.default('openai'),
  baseUrl: settingsFields.baseUrl.default(''),
  model: settingsFields.model.default(''),
  temperature: settingsFields.temperature.default(0),
  maxOutputTokens: settingsFields.maxOutputTokens.default(16_000),
  contextTokens: settingsFields.contextTokens.default(64_000),
  maxConcurrency: settingsFields.maxConcurrency.default(16),
  requestsPerMinute: settingsFields.requestsPerMinute.default(null),
  tokensPerMinute: settingsFields.tokensPerMinute.default(null),
  priceIn: settingsFields.priceIn.default(null),
  priceOut: settingsFields.priceOut.default(null),
  currency: settingsFields.currency.default('CNY'),
  sendUserIds: settingsFields.sendUserIds.default(false),
  timeoutSeconds: settingsFields.timeoutSeconds.default(null),
  maxWaitMinutes: settingsFields.maxWaitMinutes.default(60),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

/** A change of some settings. Not `modelSettingsSchema.partial()`: its defaults would reset every setting left out. */
export const modelSettingsPatchSchema = z.object(settingsFields).partial();
export type ModelSettingsPatch = z.infer<typeof modelSettingsPatchSchema>;

/** How the key is kept. `session`: in memory only. `unprotected`: stored, but the system has no keyring to encrypt it with. */
export type KeyStorage = 'none' | 'encrypted' | 'unprotected' | 'session' | 'environment';

/** The model settings as a window sees them: whether there is a key, never the key. */
export interface ModelView {
  /** Grows with every change of the settings, the key or the prompt since the application started. */
  revision: number;
  /** When the latest of these changes was made, in milliseconds since the epoch; null for none since the application started. */
  changedAt: number | null;
  settings: ModelSettings;
  key: KeyStorage;
  /** The address that the key of the environment belongs to, when it is not that of the settings; null otherwise. */
  environmentKeyFor: string | null;
  /** False when the system has no keyring: storing a key would leave it unprotected. */
  canEncrypt: boolean;
  /** Whether a run with the model could start: address and model are set, and a key where one is needed. */
  ready: boolean;
}

/** How a provider can be made to answer in JSON, the strictest first. */
export const JSON_MODES = ['json_schema', 'json_object', 'none'] as const;
export type JsonMode = (typeof JSON_MODES)[number];

/** What one tiny request found out. */
export interface ModelTestReport {
  reachable: boolean;
  keyAccepted: boolean | null;
  modelExists: boolean | null;
  jsonMode: JsonMode | null;
  streaming: boolean | null;
  usageReported: boolean | null;
  latencyMs: number | null;
  /** What went wrong first; null when the model can be used. */
  error: ErrorInfo | null;
}

/** What the cap of a run counts: money, or tokens where no price is known. */
export type CapUnit = 'money' | 'tokens';

/** How far the figures of a run with a model have come; all of them are on disk. */
export interface ModelFigures {
  model: string;
  /** Requests sent, those that failed too. */
  requests: number;
  retries: number;
  retriesByReason: Partial<Record<FailureClass, number>>;
  inputTokens: number;
  outputTokens: number;
  /** Money spent so far; null when the price is unknown. */
  cost: number | null;
  currency: string;
  /** Money the whole run will have cost; null while it cannot be told. */
  projectedCost: number | null;
  /** Tokens, of prompts and answers, that the whole run will have used; null while it cannot be told. */
  projectedTokens: number | null;
  /** The caps in money and in tokens; null for none. */
  maxCost: number | null;
  maxTokens: number | null;
  /** Users whose answer was there already. */
  cachedUsers: number;
  /** Events made or changed by the guardrail. */
  guardrailEvents: number;
  /** Events of the model that were joined or divided because the detail of the run asks for it. */
  regroupedEvents: number;
  /** Events dropped because no behaviour supports them (无依据). */
  unsupportedEvents: number;
  /** Users kept with too little of their behaviour in evidence (覆盖不足). */
  lowCoverageUsers: number;
  /** Requests allowed in flight now, and in flight now. */
  concurrency: number;
  inFlight: number;
  /**
   * Until when nothing is asked, milliseconds since the epoch; null when nothing holds, and while one request tries. These six are
   * read together, by `waitOf` (waiting.ts).
   */
  throttledUntil: number | null;
  /** The failure, or the limit, for which requests are held back or one at a time tries; null when nothing holds. */
  throttledBy: FailureClass | null;
  /** The provider's own words about it, redacted, at most 300 characters; null when it said nothing. */
  throttledDetail: string | null;
  /**
   * Since when nothing useful has come, milliseconds since the epoch: while something holds, and also, with nothing that holds, while
   * requests in flight have been silent for 15 seconds. Null otherwise.
   */
  waitingSince: number | null;
  /**
   * Since when pieces of answers have come, but no end of one, milliseconds since the epoch: told after 45 seconds, while nothing above is.
   * Null otherwise.
   */
  unfinishedSince: number | null;
  /** Until when limits per minute keep all requests back, milliseconds since the epoch; null where they do not, or for seconds only. */
  pacedUntil: number | null;
  /** The users tried first (试跑); null when the run has no pilot. */
  pilotUsers: number | null;
  /** The detail at which the users of the pilot were asked about, where the others are at another one; else null. */
  pilotDetail: Detail | null;
  /** True while the run waits for its user to look at the pilot and release the rest. */
  pilotDone: boolean;
}

/** The figures that `waitOf` (waiting.ts) reads. */
export type WaitFigure =
  'throttledUntil' | 'throttledBy' | 'throttledDetail' | 'waitingSince' | 'unfinishedSince' | 'pacedUntil';

/** What work that asks a model waits for. */
export type WaitFigures = Pick<ModelFigures, WaitFigure>;

export type EstimateBasis = 'default' | 'counted' | 'learned';

/** What a run would take, told before it starts. */
export interface RunEstimate {
  users: number;
  behaviours: number;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cost: number | null;
  currency: string;
  /** Money that a request about a single user sets aside at the most; null without prices, or with nobody to ask about. */
  reserve: number | null;
  /** Tokens that a request about a single user sets aside at the most; null when there is no user to ask about. */
  reserveTokens: number | null;
  durationSeconds: number;
  /** Users whose answer is there already and costs nothing. */
  cachedUsers: number;
  /**
   * What the figures rest on. `default`: our own count of tokens, and what the rules would answer; a provider may count otherwise.
   * `counted`: the same by the provider's count of a prompt. `learned`: answers of this model.
   */
  basis: EstimateBasis;
}

/** How one user of a request was judged. */
export interface UserVerdict {
  userId: string;
  accepted: boolean;
  /** Why not; null when accepted. */
  reason: FailureClass | null;
  events: number;
  /** Share of behaviours in evidence, 0 to 1; null when nothing was answered. */
  coverage: number | null;
  /** Events dropped for want of evidence. */
  unsupported: number;
}

/** `sending`: no answer yet; `streaming`: it is coming in; `lost`: the process died before the answer was stored. */
export type RequestState = 'sending' | 'streaming' | 'answered' | 'failed' | 'aborted' | 'lost';

/** One request as the list of the latest shows it. */
export interface RequestSummary {
  id: number;
  runId: number;
  state: RequestState;
  startTime: number;
  /** Null until something came. */
  firstTokenMs: number | null;
  latencyMs: number | null;
  userIds: string[];
  inputTokens: number | null;
  outputTokens: number | null;
  /** Whether the tokens, and with them the cost, are our own count: the provider told none, or one that cannot be. */
  isEstimated: boolean;
  cost: number | null;
  failure: FailureClass | null;
  httpStatus: number | null;
  finishReason: string | null;
  /** False while an answer is stored whose users have not been judged yet. */
  judged: boolean;
  accepted: number;
}

/** What the model calls the unit of a request at that place: it is not told whose it is. */
export const aliasOf = (index: number): string => `u${index + 1}`;

/** What windows show of the requests to the model: the list of the latest, and single ones by their ids. */
export interface RequestWatch {
  list: boolean;
  ids: number[];
}

/** The texts of a request as they left the machine: users by their aliases, unless the settings send real ids. */
export interface SentPrompt {
  system: string;
  user: string;
}

/** A request with its answer, for the panel. */
export interface RequestDetail extends RequestSummary {
  /** Whose each unit of the request is, in their order: a long user has several. */
  askedUserIds: string[];
  /** The raw answer so far; null when it is no longer kept. */
  answer: string | null;
  reasoning: string | null;
  /** What the provider said of the failure, without secrets. */
  failureDetail: string | null;
  verdicts: UserVerdict[];
}

/** The prompt in force, and where it comes from. */
export interface PromptView {
  /** The text that is sent before the users; placeholders in braces. */
  template: string;
  builtIn: boolean;
  /** e.g. `1 (3f9a1c…)`. */
  version: string;
  /** What is wrong with an edited prompt; such a one is not used. */
  error: ErrorInfo | null;
}

/** What would be sent for some real users. */
export interface PromptPreview {
  system: string;
  user: string;
  inputTokens: number;
  users: number;
}
