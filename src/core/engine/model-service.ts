import { randomInt } from 'node:crypto';
import { modelSettingsSchema } from '../../shared/model.ts';
import type { ModelTestReport, PromptPreview, PromptView, RunEstimate } from '../../shared/model.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { modelPreset } from '../../shared/model-presets.ts';
import type { RunScope } from '../../shared/run.ts';
import type { Clock } from '../clock.ts';
import { originOf } from '../key-addresses.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { createModelClient } from '../extract/llm/client/create-client.ts';
import { normaliseBaseUrl } from '../extract/llm/client/http.ts';
import { patientFetchBy } from '../extract/llm/client/patient-fetch.ts';
import { listModels } from '../extract/llm/client/list-models.ts';
import { testConnection } from '../extract/llm/client/test-connection.ts';
import type { CountedInput } from '../extract/llm/client/test-connection.ts';
import {
  keepCounted,
  learnedKey,
  learnedOf,
  ModelExtractor,
  outputsOf,
} from '../extract/llm/model-extractor.ts';
import { PacerCache } from '../extract/llm/pacing/pacer.ts';
import { fitLine } from '../extract/llm/pacing/latency-model.ts';
import { expectedRates } from '../extract/llm/planning/expected-answer.ts';
import { DEFAULT_RATES } from '../extract/llm/planning/output-model.ts';
import { estimateRun } from '../extract/llm/planning/estimate.ts';
import { unitTokens } from '../extract/llm/planning/request-limits.ts';
import { splitUser } from '../extract/llm/planning/split-user.ts';
import { countTokens } from '../extract/llm/prompt/tokenizer.ts';
import { encodeUnit, buildRequest } from '../extract/llm/prompt/encode-unit.ts';
import { loadPrompt } from '../extract/llm/prompt/prompt.ts';
import type { Prompt } from '../extract/llm/prompt/prompt.ts';
import { tokenPrior } from '../extract/llm/prompt/token-prior.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import { ModelError } from '../extract/llm/types.ts';
import type { AnswerCache } from '../extract/ports.ts';
import type { RunUser } from '../extract/extractor.ts';
import { makeClassifier } from '../extract/rules/classifier.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import { ModelAsker } from '../induct/model-asker.ts';
import type { ModelAskerParts } from '../induct/model-asker.ts';
import { ModelInductor } from '../induct/model-inductor.ts';
import type { ModelInductorParts } from '../induct/model-inductor.ts';
import { conversionsOf } from '../induct/proposal.ts';
import { answersSince } from '../run/answers-since.ts';
import { STREAM_BATCH } from '../run/stream-desk.ts';
import type { ModelConfig } from './engine-api.ts';
import { sequenceOf } from './model-basis.ts';
import type { ModelBasis } from './model-basis.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

/** So many users are looked at for an estimate: enough for a few percent, and done within a second. */
const SAMPLE_USERS = 200;
/** From so many users, of no more behaviours each, it is found out what answers will have. */
const EXPECTED_USERS = 40;
const MOST_EXPECTED = 5_000;
/** A test of the connection gives up after so long: a model that is being loaded takes its time. */
const TEST_TIMEOUT_MS = 60_000;
/** So many of the latest answers tell how long the next ones will take. */
const LATENCIES_LOOKED_AT = 100;
const LATENCIES_ENOUGH = 3;
const RANDOM_STEPS = 2 ** 32;

export interface ModelServiceOptions {
  clock: Clock;
  /** For what is only shown. */
  rules: () => LoadedRules;
  /** For a run. Throws rules.… when the chosen file cannot be used. */
  runRules: () => LoadedRules;
  /** The folder of the built-in prompts. */
  promptsFolder: string;
  /** Null before there is a model. */
  config: () => ModelConfig | null;
  /** What windows see of the requests of the open workspace. */
  feed: () => RequestFeed;
  /** The client of a run; left out: the one that speaks to the provider. */
  createModelClient?: typeof createModelClient;
}

/**
 * The model in use: what can be asked of it apart from a run, and the extractor of a run. Loaded when it is needed first:
 * the tokenizer takes a tenth of a second and a hundred megabytes.
 */
export class ModelService {
  readonly #options: ModelServiceOptions;
  readonly #pace: PacerCache;
  /** How a model counted the test of its connection: all that is known of its tokens before it has answered anything. */
  readonly #counted = new Map<string, CountedInput>();
  /** Goes through the proxy of the moment, also for a run that began with another one. */
  readonly #fetch = patientFetchBy(() => this.#options.config()?.proxy);

  constructor(options: ModelServiceOptions) {
    this.#options = options;
    this.#pace = new PacerCache(options.clock, () => randomInt(RANDOM_STEPS) / RANDOM_STEPS);
  }

  /**
   * `answers`: where it is kept how the provider counts, for as long as the workspace lives; null where nothing can be written
   * now: then it is known until the end of the process. Rejects with the reason of the signal.
   */
  async test(answers: () => AnswerCache | null, signal: AbortSignal): Promise<ModelTestReport> {
    this.checkKey();
    const { settings, apiKey } = this.#configured();
    const config = { settings, apiKey, countTokens, fetch: this.#fetch };
    const timeoutMs = Math.min(TEST_TIMEOUT_MS, (settings.timeoutSeconds ?? Infinity) * 1000);
    return testConnection(config, signal, timeoutMs, (counted) => {
      this.#counted.set(learnedKey(settings), counted);
      const kept = answers();
      if (kept) keepCounted(kept, settings, counted, this.#options.clock.now());
    });
  }

  /** Asks the service again at once, although a wait is not over. */
  tryNow(): void {
    this.#pace.tryNow();
  }

  /** The names of the models that the provider offers. Needs an address, but no model yet. */
  async list(): Promise<string[]> {
    this.checkKey();
    const { settings, apiKey } = this.#addressed();
    try {
      return await listModels({ settings, apiKey, fetch: this.#fetch });
    } catch (error) {
      if (error instanceof ModelError) {
        throw new AppError(`model.${error.failure}`, { detail: error.message }, { cause: error });
      }
      throw error;
    }
  }

  /** Throws model.key_held_back while the key may not be sent to the address. */
  checkKey(): void {
    const config = this.#options.config();
    if (!config?.keyHeldBack) return;
    throw new AppError('model.key_held_back', { origin: originOf(config.settings.baseUrl) ?? '' });
  }

  promptView(basis: ModelBasis): PromptView {
    const template = this.#options.config()?.promptTemplate ?? null;
    try {
      return viewOf(this.#load(template, basis), template, null);
    } catch (error) {
      return viewOf(this.#load(null, basis), template, toErrorInfo(error));
    }
  }

  /** Throws prompt.… when the template has a mistake. */
  preview(
    workspace: OpenWorkspace,
    basis: ModelBasis,
    template: string | null,
    users: number,
  ): PromptPreview {
    const prompt = this.#load(template, basis);
    const settings = this.#options.config()?.settings ?? modelSettingsSchema.parse({});
    const { sendUserIds } = settings;
    const { limits } = this.#options.rules().rules;
    const limit = limits.maxBehavioursPerUser;
    const sample = workspace.batches.sample({ kind: 'remaining' }, users, limit);
    const shown = sample.length > 0 ? sample : workspace.batches.sample(null, users, limit);
    const { language } = prompt;
    const cut = { sessions: basis.sessions, maxTokens: unitTokens(settings), sendUserIds, language };
    // Of a user too long for one request the first part, as a run would ask about it.
    const units = shown
      .flatMap((user) =>
        splitUser({ ...user.input, userNo: user.userNo, part: 0, parts: 1 }, cut).slice(0, 1),
      )
      .map((unit) => encodeUnit(unit, { sendUserIds, language }));
    const request = buildRequest(units, prompt, 0, 0);
    return {
      system: request.system,
      user: request.user,
      inputTokens: request.inputTokens,
      users: shown.length,
    };
  }

  /** What a run of a scope would take, and what keeps it from starting. */
  estimate(
    workspace: OpenWorkspace,
    scope: RunScope,
    fresh: boolean,
    basis: ModelBasis,
  ): { estimate: RunEstimate | null; problem: ErrorInfo | null } {
    const extractor = this.#tryExtractor(workspace, basis);
    if (!('drive' in extractor)) return { estimate: null, problem: extractor };
    const { settings } = this.#configured();
    const figures = workspace.runs.scopeFigures(scope);
    const sample = workspace.batches.sample(scope, SAMPLE_USERS, extractor.maxBehavioursPerUser);
    const desk = extractor.unitPlanner(() => null);
    const { waiting } = desk.admit(sample, answersSince(scope, fresh, Infinity));
    const waitingUsers = new Set(waiting.map((unit) => unit.user)).size;
    const share = sample.length === 0 ? 0 : waitingUsers / sample.length;
    const sampleBehaviours = waiting.reduce((sum, unit) => sum + unit.encoded.unit.behaviours.length, 0);
    const users = Math.round(figures.users * share);
    const perUser = waitingUsers === 0 ? 0 : sampleBehaviours / waitingUsers;
    // The sample is all of a small scope; otherwise (many users, or users that fill the memory) the behaviours of the scope
    // are scaled by the share of users without an answer.
    const behaviours =
      sample.length >= figures.users ? sampleBehaviours : Math.min(figures.behaviours, users * perUser);
    const units = waiting.map((unit) => unit.encoded);
    const prompt = this.#prompt(basis);
    const estimate = estimateRun({
      sample: units,
      sampleBehaviours,
      totalUsers: users,
      totalBehaviours: behaviours,
      prompt,
      settings,
      outputs: extractor.outputs,
      prior: tokenPrior(settings.model, prompt, units),
      latencyMs: latencyOf(workspace.requests.latencies(settings.model, LATENCIES_LOOKED_AT)),
      sizes: extractor.sizes,
    });
    const largest = extractor.largestAlone(waiting);
    return {
      estimate: {
        ...estimate,
        reserve: largest?.cost ?? null,
        reserveTokens: largest?.tokens ?? null,
        users: figures.users,
        behaviours: figures.behaviours,
        cachedUsers: figures.users - users,
      },
      problem: null,
    };
  }

  /** The extractor of a run. Throws model.not_configured, model.no_key, model.bad_base_url, rules.… */
  extractor(workspace: OpenWorkspace, basis: ModelBasis): ModelExtractor {
    const { settings, apiKey } = this.#withKey();
    const rules = this.#options.runRules();
    const prompt = this.#prompt(basis);
    const classify = makeClassifier(rules.rules);
    const sequence = sequenceOf(basis);
    const sample = workspace.batches.sample(null, EXPECTED_USERS, MOST_EXPECTED);
    const users = sample.flatMap(({ refused, input }) => (refused ? [] : [input]));
    // A model answers with types without themes in their names.
    const answered = { types: prompt.types, classify, sequence: { ...sequence, namedFields: [] } };
    const expected = expectedRates(users, answered, DEFAULT_RATES);
    return new ModelExtractor({
      settings,
      apiKey,
      prompt,
      rules,
      sessions: basis.sessions,
      detail: basis.detail,
      detailBasis: { classify, sequence },
      expected: expected ?? DEFAULT_RATES,
      counted: this.#counted.get(learnedKey(settings)) ?? null,
      clock: this.#options.clock,
      pace: this.#pace,
      requests: () => workspace.requests,
      answers: () => workspace.answers,
      feed: this.#options.feed(),
      createModelClient: this.#create,
      loadUser: (runId, userNo, maxBehaviours): RunUser | null => {
        const [user] =
          workspace.runStore.loadUsers({
            runId,
            batchNo: STREAM_BATCH,
            afterUserNo: userNo - 1,
            count: 1,
            maxBehaviours,
          }) ?? [];
        return user?.userNo === userNo ? user : null;
      },
    });
  }

  /** Who induces event types. Throws what `extractor` throws. */
  inductor(
    workspace: OpenWorkspace,
    { codebook, names }: Pick<ModelInductorParts, 'codebook' | 'names'>,
  ): ModelInductor {
    const { rules } = this.#options.runRules();
    return new ModelInductor({
      ...this.#askingParts(workspace),
      users: workspace.inductions,
      codebook,
      names,
      fixed: conversionsOf(codebook, rules),
      classify: makeClassifier(rules),
    });
  }

  /** Who is asked a single thing. Throws model.not_configured, model.no_key, model.bad_base_url. */
  asker(workspace: OpenWorkspace): ModelAsker {
    return new ModelAsker(this.#askingParts(workspace));
  }

  #askingParts(workspace: OpenWorkspace): ModelAskerParts {
    const { clock, promptsFolder } = this.#options;
    const configured = this.#withKey();
    const { apiKey } = configured;
    const { protocol, baseUrl } = configured.settings;
    const settings = { ...configured.settings, baseUrl: normaliseBaseUrl(baseUrl, protocol) };
    const learned = learnedOf(workspace.answers, settings);
    return {
      settings,
      client: this.#create({ settings, apiKey, countTokens, clock }),
      pacer: this.#pace.pacerFor(settings, learned?.pace),
      listen: (listener) => this.#pace.listen(listener),
      outputs: outputsOf(learned, null),
      feed: this.#options.feed(),
      clock,
      promptsFolder,
    };
  }

  #tryExtractor(workspace: OpenWorkspace, basis: ModelBasis): ModelExtractor | ErrorInfo {
    try {
      return this.extractor(workspace, basis);
    } catch (error) {
      return toErrorInfo(error);
    }
  }

  readonly #create: typeof createModelClient = (config) =>
    (this.#options.createModelClient ?? createModelClient)({ ...config, fetch: this.#fetch });

  #addressed(): ModelConfig {
    const config = this.#options.config();
    if (!config || config.settings.baseUrl.trim() === '') throw new AppError('model.not_configured');
    return config;
  }

  #configured(): ModelConfig {
    const config = this.#addressed();
    if (config.settings.model.trim() === '') throw new AppError('model.not_configured');
    return config;
  }

  /** Throws model.not_configured, model.no_key. */
  #withKey(): ModelConfig {
    const config = this.#configured();
    if (config.apiKey === null && !config.keyHeldBack && modelPreset(config.settings.preset).needsKey)
      throw new AppError('model.no_key');
    return config;
  }

  /** The prompt in force: the user's own, or the built-in one when that has a mistake. */
  #prompt(basis: ModelBasis): Prompt {
    try {
      return this.#load(this.#options.config()?.promptTemplate ?? null, basis);
    } catch {
      return this.#load(null, basis);
    }
  }

  #load(template: string | null, basis: ModelBasis): Prompt {
    const rules = this.#options.rules();
    const { detail, sessionGapMs, themeGapMs, isProcess = false, grain } = sequenceOf(basis);
    const limits = { detail, sessionGapMs, themeGapMs, isProcess, grain };
    const told = { rules, codebook: basis.codebook, limits };
    return loadPrompt(template, told, this.#options.promptsFolder);
  }
}

function viewOf(prompt: Prompt, template: string | null, error: ErrorInfo | null): PromptView {
  return {
    template: template ?? prompt.template,
    builtIn: template === null,
    version: prompt.version,
    error,
  };
}

/** Milliseconds that an answer of so many tokens takes, from earlier ones; null when there are too few. */
function latencyOf(
  answers: { outputTokens: number; latencyMs: number }[],
): ((outputTokens: number) => number) | null {
  if (answers.length < LATENCIES_ENOUGH) return null;
  const line = fitLine(answers.map(({ outputTokens, latencyMs }) => ({ x: outputTokens, y: latencyMs })));
  return (outputTokens) => Math.max(1, line.base + line.slope * outputTokens);
}
