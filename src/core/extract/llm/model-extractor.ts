import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Detail } from '../../../shared/abstraction.ts';
import type { ModelSettings } from '../../../shared/model.ts';
import type { SessionLimits } from '../../abstraction/sessions.ts';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { Awaitable, LiveFigures, RunDesk, RunUser, StreamingExtractor } from '../extractor.ts';
import type { AnswerCache, RequestLedger } from '../ports.ts';
import type { LoadedRules } from '../rules/load-rules.ts';
import { normaliseBaseUrl } from './client/http.ts';
import { createModelClient } from './client/create-client.ts';
import type { Pacer, PacerCache } from './pacing/pacer.ts';
import type { DetailBasis } from './answer/apply-detail.ts';
import { OutputModel } from './planning/output-model.ts';
import type { Rates } from './planning/output-model.ts';
import { unitTokens, ContextSize } from './planning/request-limits.ts';
import { SizeLearner } from './planning/size-learner.ts';
import { countTokens } from './prompt/tokenizer.ts';
import type { Prompt } from './prompt/prompt.ts';
import { ModelRun } from './run/model-run.ts';
import { countedInputSchema } from './client/test-connection.ts';
import type { CountedInput } from './client/test-connection.ts';
import { RequestSizing } from './run/request-sizing.ts';
import { mostSpent } from './run/spending.ts';
import type { Reservation } from './run/spending.ts';
import type { RequestFeed } from './run/request-feed.ts';
import type { UnitWork } from './run/unit-work.ts';
import { UnitPlanner } from './run/unit-planner.ts';
import type { ModelClient } from './types.ts';

/** What is not known yet is left out. */
const learnedSchema = z.object({
  /** Of the finest detail, which was the only one at first. */
  outputs: z.unknown().optional(),
  /** Of the other details: they have fewer events, and shorter answers. */
  outputsAt: z.record(z.string(), z.unknown()).optional(),
  /** How the provider counted the test of its connection. */
  counted: countedInputSchema.optional().catch(undefined),
  sizes: z.unknown().optional(),
  pace: z.unknown().optional(),
  context: z.number().min(1).nullish(),
});

type Learned = z.infer<typeof learnedSchema>;

/** What was learned of a model: `settings` with the base URL as requests use it. Null where nothing was. */
export function learnedOf(
  answers: AnswerCache,
  settings: Pick<ModelSettings, 'protocol' | 'baseUrl' | 'model'>,
): Learned | null {
  return learnedSchema.safeParse(answers.learned(learnedKey(settings))).data ?? null;
}

/**
 * What is known of the answers of a model at a detail (null: of requests of another kind). How a provider counts tokens is the same for every
 * request: where it is not known of this kind, it is taken from the others, or from the test of the connection.
 */
export function outputsOf(learned: Learned | null, detail: Detail | null, expected?: Rates): OutputModel {
  const { outputs, outputsAt = {}, counted } = learned ?? {};
  const model = OutputModel.from(
    detail === null || detail === 'fine' ? outputs : outputsAt[detail],
    expected,
  );
  if (model.inputRatio !== null) return model;
  const others = [outputs, ...Object.values(outputsAt)].map((each) => OutputModel.from(each).inputRatio);
  const known = others.find((ratio) => ratio !== null);
  if (known) model.recordInput({ estimated: 1, reported: known.mean });
  else if (counted) model.recordInput(counted);
  return model;
}

/** Keeps how a provider counted the test of its connection. */
export function keepCounted(
  answers: AnswerCache,
  settings: Pick<ModelSettings, 'protocol' | 'baseUrl' | 'model'>,
  counted: CountedInput,
  now: number,
): void {
  answers.learn(learnedKey(settings), { ...learnedOf(answers, settings), counted }, now);
}

/** What is learned of a model is kept under this: one address has one form. */
export function learnedKey({
  protocol,
  baseUrl,
  model,
}: Pick<ModelSettings, 'protocol' | 'baseUrl' | 'model'>): string {
  return `${protocol} ${normaliseBaseUrl(baseUrl, protocol)} ${model}`;
}

export interface ModelExtractorOptions {
  settings: ModelSettings;
  apiKey: string | null;
  prompt: Prompt;
  rules: LoadedRules;
  /** How much joins into one event. */
  detail: Detail;
  /** How the events of a user are joined and divided in the end. */
  detailBasis: DetailBasis;
  /** What answers are expected to have, before anything is learned. */
  expected: Rates;
  /** How the provider counted a prompt before it was asked about any user; null where that is not known. */
  counted: CountedInput | null;
  /** How sessions are told apart, as the prompt says it too. */
  sessions: SessionLimits;
  clock: Clock;
  pace: PacerCache;
  requests: () => RequestLedger;
  answers: () => AnswerCache;
  feed: RequestFeed;
  /** Left out: the client that speaks to the provider. */
  createModelClient?: typeof createModelClient;
  /** Loads a user of a run who is not done; null when there is no such one. */
  loadUser: (runId: number, userNo: number, maxBehaviours: number) => Awaitable<RunUser | null>;
}

/** Abstracts users by a language model. One instance serves one drive of one run. */
export class ModelExtractor implements StreamingExtractor {
  readonly id = 'llm';
  readonly version: string;
  readonly model: StreamingExtractor['model'];
  readonly maxBehavioursPerUser: number;
  readonly outputs: OutputModel;
  readonly sizes: SizeLearner;
  readonly context: ContextSize;
  readonly #options: ModelExtractorOptions;
  readonly #pacer: Pacer;
  readonly #learnedKey: string;
  #learnedBefore: Learned | null;
  /** Until when the stored wait lasts, milliseconds since the epoch. */
  #keptWait = 0;

  /** Throws model.not_configured, model.bad_base_url. */
  constructor(options: ModelExtractorOptions) {
    const { prompt, rules } = options;
    const { baseUrl, model, protocol } = options.settings;
    if (baseUrl.trim() === '' || model.trim() === '') throw new AppError('model.not_configured');
    // One address has one form: what was answered and learned there must not be lost to a slash at its end.
    const settings = { ...options.settings, baseUrl: normaliseBaseUrl(baseUrl, protocol) };
    this.#options = { ...options, settings };
    this.version = `${settings.model}; ${prompt.version}; ${rules.version}`;
    const priced = settings.priceIn !== null && settings.priceOut !== null;
    this.model = { name: settings.model, currency: settings.currency, priced };
    this.maxBehavioursPerUser = rules.rules.limits.maxBehavioursPerUser;
    this.#learnedKey = learnedKey(settings);
    const known = learnedOf(options.answers(), settings);
    this.#learnedBefore = known;
    const { detail, expected } = options;
    this.outputs = outputsOf(known, detail, expected);
    if (options.counted && this.outputs.inputRatio === null) this.outputs.recordInput(options.counted);
    this.sizes = SizeLearner.from(known?.sizes);
    this.context = new ContextSize(known?.context ?? null);
    this.#pacer = options.pace.pacerFor(settings, known?.pace);
  }

  /** Everything that determines an answer besides the unit itself. */
  get answerBasis(): string {
    const { settings, prompt, rules } = this.#options;
    const { protocol, baseUrl, model, temperature, sendUserIds } = settings;
    const basis = [protocol, baseUrl, model, temperature, sendUserIds, prompt.version, rules.version];
    return createHash('sha256').update(JSON.stringify(basis)).digest('hex');
  }

  roughBatches(users: number): number {
    return Math.max(1, Math.ceil(users / this.sizes.units));
  }

  live(): LiveFigures {
    return this.#pacer.state();
  }

  /** A desk for users outside a run, too: what the estimate looks at is cut and looked up as the run would. */
  unitPlanner(load: (userNo: number) => Awaitable<RunUser | null>): UnitPlanner {
    const { settings, rules, prompt, sessions, answers, detailBasis } = this.#options;
    return new UnitPlanner({
      answerBasis: this.answerBasis,
      sendUserIds: settings.sendUserIds,
      conversions: rules.rules.conversions,
      sessions,
      unitTokens: unitTokens(settings),
      maxBehavioursPerUser: this.maxBehavioursPerUser,
      detail: detailBasis,
      otherType: prompt.types.other,
      language: prompt.language,
      answers,
      load,
    });
  }

  /** What a request about one of these units alone reserves, the largest of them; null without units. */
  largestAlone(units: UnitWork[]): Reservation | null {
    const { settings, prompt } = this.#options;
    const { outputs, sizes, context } = this;
    const client = this.#client();
    const outputLimit = (wanted: number): number | null => client.outputLimit(wanted);
    const sizing = new RequestSizing({ settings, prompt, outputs, sizes, context, client });
    const all = units.map((unit) => mostSpent(sizing.build([unit]), { settings, outputs, outputLimit }));
    if (all.length === 0) return null;
    const costs = all.map(({ cost }) => cost).filter((cost) => cost !== null);
    return {
      cost: costs.length > 0 ? Math.max(...costs) : null,
      tokens: Math.max(...all.map(({ tokens }) => tokens)),
    };
  }

  async drive(desk: RunDesk): Promise<void> {
    const { settings, prompt, clock, requests, feed, loadUser, pace } = this.#options;
    const unlisten = pace.listen(() => {
      this.#keepWait();
      desk.changed();
    });
    const run = new ModelRun({
      desk,
      clock,
      settings,
      client: this.#client(),
      pacer: this.#pacer,
      prompt,
      outputs: this.outputs,
      sizes: this.sizes,
      context: this.context,
      users: this.unitPlanner((userNo) => loadUser(desk.runId, userNo, this.maxBehavioursPerUser)),
      requests,
      feed,
      learned: () => ({ key: this.#learnedKey, state: this.#learnedState() }),
    });
    try {
      await run.run();
    } finally {
      unlisten();
    }
  }

  #client(): ModelClient {
    const { settings, apiKey, clock } = this.#options;
    const create = this.#options.createModelClient ?? createModelClient;
    return create({ settings, apiKey, countTokens, clock });
  }

  /** A wait that the provider asks for holds for the next process too: it is stored as it begins. */
  #keepWait(): void {
    const until = this.#pacer.asked?.until ?? null;
    if (until === null || until <= this.#keptWait) return;
    this.#keptWait = until;
    try {
      this.#saveLearned();
    } catch {
      // Called amid the pacing, which must not break off: the next commit meets the same disk, and stops the run.
    }
  }

  #saveLearned(): void {
    const { answers, clock } = this.#options;
    answers().learn(this.#learnedKey, this.#learnedState(), clock.now());
  }

  /** What other details were learned of stays. */
  #learnedOutputs(): Pick<Learned, 'outputs' | 'outputsAt'> {
    const { outputs, outputsAt } = this.#learnedBefore ?? {};
    const { detail } = this.#options;
    return detail === 'fine'
      ? { outputs: this.outputs.toJSON(), ...(outputsAt ? { outputsAt } : {}) }
      : { outputs, outputsAt: { ...outputsAt, [detail]: this.outputs.toJSON() } };
  }

  #learnedState(): unknown {
    return {
      ...this.#learnedOutputs(),
      counted: this.#learnedBefore?.counted,
      sizes: this.sizes.toJSON(),
      context: this.context.known,
      pace: this.#pacer.toJSON(),
    };
  }
}
