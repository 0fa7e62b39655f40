import { CODEBOOK_LIMITS } from '../../shared/codebook.ts';
import type { Codebook, EventWord } from '../../shared/codebook.ts';
import type { InductionEstimate, InductionRequest, TypesRequest } from '../../shared/induction.ts';
import type { ModelSettings } from '../../shared/model.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { BehaviourInput } from '../extract/extractor.ts';
import type { Pacer } from '../extract/llm/pacing/pacer.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { longestAnswer } from '../extract/llm/planning/request-limits.ts';
import { countTokens } from '../extract/llm/prompt/tokenizer.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import { costOf, mostSpent } from '../extract/llm/run/spending.ts';
import type { ModelClient, ModelRequest } from '../extract/llm/types.ts';
import type { InductionDesk, Inductor } from './induction-engine.ts';
import { InductionRun } from './induction-run.ts';
import { encodeUser, minibatchTokens, usersThatFit } from './minibatch.ts';
import type { SampledUser } from './minibatch.ts';
import type {
  InductionPlan,
  InductionProgress,
  TypesPlan,
  TypesProgress,
  UserSource,
  WordsPlan,
  WordsProgress,
} from './ports.ts';
import { loadTypesPrompt, loadWordsPrompt } from './prompt.ts';
import { TOKENS_PER_TYPE, TOKENS_PER_WORD, typesRequest, wordsRequest } from './request.ts';
import { chooseUsers } from './sample.ts';
import { TypesTask } from './types-task.ts';
import { WordsTask } from './words-task.ts';

/** The sample is taken from so many users, of whom so many behaviours are looked at: done within a second. */
const CANDIDATES = 500;
const BEHAVIOURS_OF_CANDIDATE = 300;
/** Of a user of the sample, the latest so many are loaded; a stretch of them goes into a request. */
const BEHAVIOURS_OF_USER = 2_000;
/** Words in one request at the most, and how many times longer than expected their answer may be. */
const MOST_WORDS = 300;
const SPARE = 1.5;

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
  /** The words of stored events that no type has, the most frequent first. */
  words: readonly EventWord[];
  classify: (behaviour: BehaviourInput) => { name: string; category: 'conversion' | 'engagement' };
}

/** Asks a language model for event types, or for the types of words. */
export class ModelInductor implements Inductor {
  readonly #parts: ModelInductorParts;

  constructor(parts: ModelInductorParts) {
    this.#parts = parts;
  }

  get model(): Inductor['model'] {
    const { model, currency, priceIn, priceOut } = this.#parts.settings;
    return { name: model, currency, priced: priceIn !== null && priceOut !== null };
  }

  /** Throws induction.no_users, induction.no_words. */
  plan(request: InductionRequest): { plan: InductionPlan; progress: InductionProgress } {
    if (request.kind === 'words') return this.#plannedWords();
    const { plan, progress } = this.#plannedTypes(request);
    return { plan, progress };
  }

  /** What it would take. Throws what `plan` throws. */
  estimate(request: InductionRequest): InductionEstimate {
    return request.kind === 'words' ? this.#estimateWords() : this.#estimateTypes(request);
  }

  async drive(desk: InductionDesk): Promise<void> {
    const unlisten = this.#parts.listen(() => desk.changed());
    try {
      const { plan } = desk.induction;
      await (plan.kind === 'words' ? this.#driveWords(desk, plan) : this.#driveTypes(desk, plan));
    } finally {
      unlisten();
    }
  }

  live(): ReturnType<Inductor['live']> {
    return this.#parts.pacer.state();
  }

  async #driveTypes(desk: InductionDesk, plan: TypesPlan): Promise<void> {
    const task = new TypesTask({
      ...this.#parts,
      plan,
      progress: () => ofKind('types', desk.induction.progress),
      save: (progress) => desk.save(progress),
      prompt: loadTypesPrompt(this.#parts.promptsFolder, plan),
      user: (userNo) => this.#user(userNo),
      isConversion: (behaviour) => this.#isConversion(behaviour),
    });
    await new InductionRun({ ...this.#parts, desk, task }).run();
  }

  async #driveWords(desk: InductionDesk, plan: WordsPlan): Promise<void> {
    const task = new WordsTask({
      ...this.#parts,
      plan,
      progress: () => ofKind('words', desk.induction.progress),
      save: (progress) => desk.save(progress),
      prompt: loadWordsPrompt(this.#parts.promptsFolder, plan.codebook),
    });
    await new InductionRun({ ...this.#parts, desk, task }).run();
  }

  #estimateTypes(request: TypesRequest): InductionEstimate {
    const { settings, outputs } = this.#parts;
    const { plan, batches, behaviours, instructions } = this.#plannedTypes(request);
    const requests = batches.length + 1;
    const types = plan.most + plan.fixed.length;
    const batchTokens = batches.reduce((sum, tokens) => sum + tokens, 0);
    // Each request but the first has the list so far.
    const input = instructions * requests + batchTokens + (requests - 1) * types * TOKENS_PER_TYPE;
    const largest = {
      ...typesRequest({
        phase: 'update',
        units: [],
        types: [],
        prompt: loadTypesPrompt(this.#parts.promptsFolder, plan),
        settings,
        outputs,
        expectedTypes: types,
        isPatient: false,
      }),
      inputTokens: instructions + types * TOKENS_PER_TYPE + Math.max(...batches),
    };
    return {
      users: plan.users.length,
      behaviours,
      words: 0,
      requests,
      ...this.#priced(input, requests * types * TOKENS_PER_TYPE, largest),
    };
  }

  #estimateWords(): InductionEstimate {
    const { settings, outputs, promptsFolder } = this.#parts;
    const { plan, progress } = this.#plannedWords();
    const prompt = loadWordsPrompt(promptsFolder, plan.codebook);
    const inputs: number[] = [];
    const requestOf = (from: number): ModelRequest => {
      const words = plan.words.slice(from, from + progress.batchWords);
      return wordsRequest({ words, prompt, settings, outputs, isPatient: false });
    };
    for (let from = 0; from < plan.words.length; from += progress.batchWords)
      inputs.push(requestOf(from).inputTokens);
    return {
      users: 0,
      behaviours: 0,
      words: plan.words.length,
      requests: inputs.length,
      ...this.#priced(
        inputs.reduce((sum, tokens) => sum + tokens, 0),
        plan.words.length * TOKENS_PER_WORD,
        requestOf(0),
      ),
    };
  }

  /** `input`: by our tokenizer. `largest`: the request that sets aside the most. */
  #priced(
    input: number,
    outputTokens: number,
    largest: ModelRequest,
  ): Pick<
    InductionEstimate,
    'inputTokens' | 'outputTokens' | 'cost' | 'currency' | 'reserve' | 'reserveTokens'
  > {
    const { settings, outputs, client } = this.#parts;
    const inputTokens = Math.round(input * (outputs.inputRatio?.mean ?? 1));
    const outputLimit = (wanted: number): number | null => client.outputLimit(wanted);
    const most = mostSpent(largest, { settings, outputs, outputLimit });
    return {
      inputTokens,
      outputTokens,
      cost: costOf(inputTokens, outputTokens, settings),
      currency: settings.currency,
      reserve: most.cost,
      reserveTokens: most.tokens,
    };
  }

  #plannedWords(): { plan: WordsPlan; progress: WordsProgress } {
    const { settings, codebook, words } = this.#parts;
    if (words.length === 0) throw new AppError('induction.no_words');
    const most = Math.floor(longestAnswer(settings) / (TOKENS_PER_WORD * SPARE));
    const batchWords = Math.max(1, Math.min(MOST_WORDS, most));
    return {
      plan: { kind: 'words', codebook, words: words.slice(0, CODEBOOK_LIMITS.words) },
      progress: {
        kind: 'words',
        step: 0,
        steps: Math.ceil(Math.min(words.length, CODEBOOK_LIMITS.words) / batchWords),
        wordsDone: 0,
        batchWords,
        assigned: [],
      },
    };
  }

  #plannedTypes(request: TypesRequest): {
    plan: TypesPlan;
    progress: TypesProgress;
    /** Tokens of the users of each request. */
    batches: number[];
    behaviours: number;
    /** Tokens of what is sent beside users and list. */
    instructions: number;
  } {
    const { settings, codebook, fixed, promptsFolder } = this.#parts;
    const users = chooseUsers(this.#candidates(), request.users);
    if (users.length === 0) throw new AppError('induction.no_users');
    const plan: TypesPlan = { kind: 'types', users, codebook, fixed: [...fixed], most: request.types };
    const instructions = countTokens(loadTypesPrompt(promptsFolder, plan).system('update'));
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
        kind: 'types',
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

/** The progress of an induction is of the kind of its plan: both are written by `plan`. */
function ofKind<K extends InductionProgress['kind']>(
  kind: K,
  progress: InductionProgress,
): Extract<InductionProgress, { kind: K }> {
  if (progress.kind !== kind) throw new Error(`an induction of ${kind} has the progress of ${progress.kind}`);
  return progress as Extract<InductionProgress, { kind: K }>;
}
