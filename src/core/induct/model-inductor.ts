import { CODEBOOK_LIMITS } from '../../shared/codebook.ts';
import type { Codebook, EventWord } from '../../shared/codebook.ts';
import type { InductionEstimate, InductionRequest, TypesRequest } from '../../shared/induction.ts';
import type { ModelSettings } from '../../shared/model.ts';
import { THEME_LIMITS } from '../../shared/themes.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { BehaviourInput } from '../extract/extractor.ts';
import type { Pacer } from '../extract/llm/pacing/pacer.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { longestAnswer } from '../extract/llm/planning/request-limits.ts';
import { countTokens } from '../extract/llm/prompt/tokenizer.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import type { ModelClient, ModelRequest } from '../extract/llm/types.ts';
import type { InductionDesk, Inductor } from './induction-engine.ts';
import { wordsReader } from './assignment.ts';
import { classesReader } from './classes.ts';
import { InductionRun } from './induction-run.ts';
import { ListTask } from './list-task.ts';
import { encodeUser, minibatchTokens, usersThatFit } from './minibatch.ts';
import type { SampledUser } from './minibatch.ts';
import type {
  InductionPlan,
  InductionProgress,
  ThemesPlan,
  ThemesProgress,
  TypesPlan,
  TypesProgress,
  UserSource,
  WordsPlan,
  WordsProgress,
} from './ports.ts';
import { priced } from './priced.ts';
import { loadThemesPrompt, loadTypesPrompt, loadWordsPrompt } from './prompt.ts';
import {
  themesRequest,
  TOKENS_PER_THING,
  TOKENS_PER_TYPE,
  TOKENS_PER_WORD,
  typesRequest,
  wordsRequest,
} from './request.ts';
import { chooseUsers } from './sample.ts';
import type { InductionTask, Step } from './task.ts';
import { TypesTask } from './types-task.ts';

/** The sample is taken from so many users, of whom so many behaviours are looked at: done within a second. */
const CANDIDATES = 500;
const BEHAVIOURS_OF_CANDIDATE = 300;
/** Of a user of the sample, the latest so many are loaded; a stretch of them goes into a request. */
const BEHAVIOURS_OF_USER = 2_000;
/** Names in one request at the most, and how many times longer than expected their answer may be. */
const MOST_NAMES = 300;
const SPARE = 1.5;
/** So many of the present themes are named, to be used again. */
const MOST_THEMES = 150;

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
  names: NamesToAsk;
  classify: (behaviour: BehaviourInput) => { name: string; category: 'conversion' | 'engagement' };
}

/** The names that can be asked about. What is not asked about now need not be there. */
export interface NamesToAsk {
  /** The words of stored events that no type has, the most frequent first. */
  words: readonly EventWord[];
  /** The things of which nothing is known but the name, and the themes that there are, those with the most behaviours first. */
  things: readonly string[];
  themes: readonly string[];
}

/** A list of names, and how one asks about them. */
interface NameList {
  total: number;
  tokensPerName: number;
  request: (from: number, count: number, isPatient: boolean) => ModelRequest;
}

/** Asks a language model for event types, for the types of words, or for the themes of things. */
export class ModelInductor implements Inductor {
  readonly #parts: ModelInductorParts;

  constructor(parts: ModelInductorParts) {
    this.#parts = parts;
  }

  get model(): Inductor['model'] {
    const { model, currency, priceIn, priceOut } = this.#parts.settings;
    return { name: model, currency, priced: priceIn !== null && priceOut !== null };
  }

  /** Throws induction.no_users, induction.no_words, induction.no_things. */
  plan(request: InductionRequest): { plan: InductionPlan; progress: InductionProgress } {
    if (request.kind === 'words') return this.#plannedWords();
    if (request.kind === 'themes') return this.#plannedThemes();
    const { plan, progress } = this.#plannedTypes(request);
    return { plan, progress };
  }

  /** What it would take. Throws what `plan` throws. */
  estimate(request: InductionRequest): InductionEstimate {
    if (request.kind === 'types') return this.#estimateTypes(request);
    const { plan, progress } = request.kind === 'words' ? this.#plannedWords() : this.#plannedThemes();
    return this.#estimateList(this.#list(plan), progress.batch);
  }

  async drive(desk: InductionDesk): Promise<void> {
    const unlisten = this.#parts.listen(() => desk.changed());
    try {
      const { plan } = desk.induction;
      await (plan.kind === 'types' ? this.#driveTypes(desk, plan) : this.#driveList(desk, plan));
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

  async #driveList(desk: InductionDesk, plan: WordsPlan | ThemesPlan): Promise<void> {
    const list = this.#list(plan);
    const save = (progress: InductionProgress): void => desk.save(progress);
    const run = async <S extends Step>(task: InductionTask<S>): Promise<void> =>
      new InductionRun({ ...this.#parts, desk, task }).run();
    if (plan.kind === 'words') {
      const progress = (): WordsProgress => ofKind('words', desk.induction.progress);
      await run(new ListTask({ ...list, progress, save, read: wordsReader(plan) }));
    } else {
      const progress = (): ThemesProgress => ofKind('themes', desk.induction.progress);
      await run(new ListTask({ ...list, progress, save, read: classesReader(plan) }));
    }
  }

  #list(plan: WordsPlan | ThemesPlan): NameList {
    const { settings, outputs, promptsFolder } = this.#parts;
    if (plan.kind === 'words') {
      const prompt = loadWordsPrompt(promptsFolder, plan.codebook);
      return {
        total: plan.words.length,
        tokensPerName: TOKENS_PER_WORD,
        request: (from, count, isPatient) => {
          const words = plan.words.slice(from, from + count);
          return wordsRequest({ words, prompt, settings, outputs, isPatient });
        },
      };
    }
    const prompt = loadThemesPrompt(promptsFolder, plan);
    return {
      total: plan.things.length,
      tokensPerName: TOKENS_PER_THING,
      request: (from, count, isPatient) => {
        const things = plan.things.slice(from, from + count);
        return themesRequest({ things, prompt, settings, outputs, isPatient });
      },
    };
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
      names: 0,
      requests,
      ...priced(input, requests * types * TOKENS_PER_TYPE, largest, this.#parts),
    };
  }

  #estimateList({ total, tokensPerName, request }: NameList, batch: number): InductionEstimate {
    const inputs: number[] = [];
    for (let from = 0; from < total; from += batch) inputs.push(request(from, batch, false).inputTokens);
    return {
      users: 0,
      behaviours: 0,
      names: total,
      requests: inputs.length,
      ...priced(
        inputs.reduce((sum, tokens) => sum + tokens, 0),
        total * tokensPerName,
        request(0, batch, false),
        this.#parts,
      ),
    };
  }

  #plannedWords(): { plan: WordsPlan; progress: WordsProgress } {
    const { codebook, names } = this.#parts;
    const words = names.words.slice(0, CODEBOOK_LIMITS.words);
    if (words.length === 0) throw new AppError('induction.no_words');
    return {
      plan: { kind: 'words', codebook, words },
      progress: { kind: 'words', ...this.#batches(words.length, TOKENS_PER_WORD), found: [] },
    };
  }

  #plannedThemes(): { plan: ThemesPlan; progress: ThemesProgress } {
    const { codebook, names } = this.#parts;
    const things = names.things.slice(0, THEME_LIMITS.chosen);
    if (things.length === 0) throw new AppError('induction.no_things');
    const themes = names.themes.slice(0, MOST_THEMES);
    return {
      plan: { kind: 'themes', language: codebook.language, themes, things },
      progress: { kind: 'themes', ...this.#batches(things.length, TOKENS_PER_THING), found: [] },
    };
  }

  #batches(names: number, tokensPerName: number): Pick<WordsProgress, 'step' | 'steps' | 'done' | 'batch'> {
    const most = Math.floor(longestAnswer(this.#parts.settings) / (tokensPerName * SPARE));
    const batch = Math.max(1, Math.min(MOST_NAMES, most));
    return { step: 0, steps: Math.ceil(names / batch), done: 0, batch };
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
