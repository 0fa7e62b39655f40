import type { Codebook } from '../../shared/codebook.ts';
import type { InductionEstimate, InductionRequest } from '../../shared/induction.ts';
import type { ModelSettings } from '../../shared/model.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { BehaviourInput } from '../extract/extractor.ts';
import type { Pacer } from '../extract/llm/pacing/pacer.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { countTokens } from '../extract/llm/prompt/tokenizer.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import { costOf, mostSpent } from '../extract/llm/run/spending.ts';
import type { ModelClient } from '../extract/llm/types.ts';
import type { InductionDesk, Inductor } from './induction-engine.ts';
import { InductionRun } from './induction-run.ts';
import { encodeUser, minibatchTokens, usersThatFit } from './minibatch.ts';
import type { SampledUser } from './minibatch.ts';
import type { InductionPlan, InductionProgress, UserSource } from './ports.ts';
import { loadInductionPrompt } from './prompt.ts';
import { buildRequest, TOKENS_PER_TYPE } from './request.ts';
import { chooseUsers } from './sample.ts';

/** The sample is taken from so many users, of whom so many behaviours are looked at: done within a second. */
const CANDIDATES = 500;
const BEHAVIOURS_OF_CANDIDATE = 300;
/** Of a user of the sample, the latest so many are loaded; a stretch of them goes into a request. */
const BEHAVIOURS_OF_USER = 2_000;

export interface ModelInductorParts {
  settings: ModelSettings;
  client: ModelClient;
  pacer: Pacer;
  /** Tells of changes of the pacing until the function it gives is called. */
  listen: (listener: () => void) => () => void;
  outputs: OutputModel;
  feed: RequestFeed;
  clock: Clock;
  promptsFolder: string;
  users: UserSource;
  /** The codebook, and the ids of its conversions that are of the rules. */
  codebook: Codebook;
  fixed: readonly string[];
  classify: (behaviour: BehaviourInput) => { name: string; category: 'conversion' | 'engagement' };
}

/** Induces event types by a language model. */
export class ModelInductor implements Inductor {
  readonly #parts: ModelInductorParts;

  constructor(parts: ModelInductorParts) {
    this.#parts = parts;
  }

  get model(): Inductor['model'] {
    const { model, currency, priceIn, priceOut } = this.#parts.settings;
    return { name: model, currency, priced: priceIn !== null && priceOut !== null };
  }

  /** Throws induction.no_users. */
  plan(request: InductionRequest): { plan: InductionPlan; progress: InductionProgress } {
    const { plan, progress } = this.#planned(request);
    return { plan, progress };
  }

  /** What it would take. Throws induction.no_users. */
  estimate(request: InductionRequest): InductionEstimate {
    const { settings, outputs, client } = this.#parts;
    const { plan, batches, behaviours, instructions } = this.#planned(request);
    const requests = batches.length + 1;
    const types = plan.most + plan.fixed.length;
    const batchTokens = batches.reduce((sum, tokens) => sum + tokens, 0);
    // Each request but the first has the list so far.
    const input = instructions * requests + batchTokens + (requests - 1) * types * TOKENS_PER_TYPE;
    const inputTokens = Math.round(input * (outputs.inputRatio?.mean ?? 1));
    const outputTokens = requests * types * TOKENS_PER_TYPE;
    const largest = mostSpent(
      {
        ...buildRequest({
          phase: 'update',
          units: [],
          types: [],
          prompt: loadInductionPrompt(this.#parts.promptsFolder, plan),
          settings,
          outputs,
          expectedTypes: types,
          isPatient: false,
        }),
        inputTokens: instructions + types * TOKENS_PER_TYPE + Math.max(...batches),
      },
      { settings, outputs, outputLimit: (wanted) => client.outputLimit(wanted) },
    );
    return {
      users: plan.users.length,
      behaviours,
      requests,
      inputTokens,
      outputTokens,
      cost: costOf(inputTokens, outputTokens, settings),
      currency: settings.currency,
      reserve: largest.cost,
      reserveTokens: largest.tokens,
    };
  }

  async drive(desk: InductionDesk): Promise<void> {
    const { promptsFolder, listen } = this.#parts;
    const unlisten = listen(() => desk.changed());
    try {
      await new InductionRun({
        ...this.#parts,
        desk,
        prompt: loadInductionPrompt(promptsFolder, desk.induction.plan),
        user: (userNo) => this.#user(userNo),
        isConversion: (behaviour) => this.#isConversion(behaviour),
      }).run();
    } finally {
      unlisten();
    }
  }

  live(): ReturnType<Inductor['live']> {
    return this.#parts.pacer.state();
  }

  #planned(request: InductionRequest): {
    plan: InductionPlan;
    progress: InductionProgress;
    /** Tokens of the users of each request. */
    batches: number[];
    behaviours: number;
    /** Tokens of what is sent beside users and list. */
    instructions: number;
  } {
    const { settings, codebook, fixed, promptsFolder } = this.#parts;
    const users = chooseUsers(this.#candidates(), request.users);
    if (users.length === 0) throw new AppError('induction.no_users');
    const plan: InductionPlan = { users, codebook, fixed: [...fixed], most: request.types };
    const instructions = countTokens(loadInductionPrompt(promptsFolder, plan).system('update'));
    const list = (plan.most + fixed.length) * TOKENS_PER_TYPE;
    const batchTokens = minibatchTokens(settings, instructions + list);
    const options = {
      maxTokens: batchTokens,
      sendUserIds: settings.sendUserIds,
      language: codebook.language,
      isConversion: (behaviour: BehaviourInput): boolean => this.#isConversion(behaviour),
    };
    const units = users.flatMap((userNo) => {
      const user = this.#user(userNo);
      return user ? [encodeUser(user, options)] : [];
    });
    const batches: number[] = [];
    for (let left = units.map(({ tokens }) => tokens); left.length > 0;) {
      const count = usersThatFit(left, batchTokens);
      batches.push(left.slice(0, count).reduce((sum, tokens) => sum + tokens, 0));
      left = left.slice(count);
    }
    return {
      plan,
      progress: {
        phase: 'propose',
        usersDone: 0,
        step: 0,
        steps: batches.length + 1,
        batchTokens,
        reviewed: false,
        types: [],
      },
      batches,
      behaviours: units.reduce((sum, { unit }) => sum + unit.behaviours.length, 0),
      instructions,
    };
  }

  #candidates(): Parameters<typeof chooseUsers>[0] {
    const { users, classify } = this.#parts;
    return users.spread(CANDIDATES).flatMap(({ userNo, behaviours }) => {
      const input = users.load(userNo, BEHAVIOURS_OF_CANDIDATE);
      if (!input || input.behaviours.length === 0) return [];
      const words = new Set(
        input.behaviours.map((behaviour) => {
          const { category, name } = classify(behaviour);
          return `${category} ${name}`;
        }),
      );
      return [{ userNo, behaviours, words }];
    });
  }

  #user(userNo: number): SampledUser | null {
    const input = this.#parts.users.load(userNo, BEHAVIOURS_OF_USER);
    return input && input.behaviours.length > 0 ? { userNo, input } : null;
  }

  #isConversion(behaviour: BehaviourInput): boolean {
    return this.#parts.classify(behaviour).category === 'conversion';
  }
}
