import type { AskedWords, UnderstoodWords, WordsPreflight, WordsRequest } from '../../shared/asked-words.ts';
import type { CodebookLanguage } from '../../shared/codebook.ts';
import type { ExplainPreflight } from '../../shared/explanation.ts';
import { questionSchema } from '../../shared/insight.ts';
import type { DataRevision, InsightAnswer, Question } from '../../shared/insight.ts';
import type { Clock } from '../clock.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import type { ModelAsker, OneQuestion, SingleDesk } from '../induct/model-asker.ts';
import { readObject } from '../induct/read-list.ts';
import { mistakeText, WORDS_SCHEMA } from '../insight/words-answer.ts';
import type { Mistake } from '../insight/words-answer.ts';
import { questionPicked } from '../insight/words-question.ts';
import type { Picked } from '../insight/words-question.ts';
import { choicesOf, wordsInput } from '../insight/words.ts';
import type { Choices } from '../insight/words.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';
import type { ModelDesk } from './model-desk.ts';

export interface WordsServiceOptions {
  workspace: OpenWorkspace;
  ask: (question: Question) => Promise<InsightAnswer>;
  language: () => CodebookLanguage;
  nameOf: (type: string) => string;
  /** Who is asked. Throws model.… */
  asker: () => ModelAsker;
  /** What an explanation of an answer would take. */
  explanation: (question: Question) => Promise<ExplainPreflight>;
  desk: ModelDesk;
  clock: Clock;
}

/** So many mistakes of an answer are told. */
const MOST_MISTAKES = 12;
/** As long as mistakes can be: what a second request may take. */
const LONGEST: Mistake[] = Array.from({ length: MOST_MISTAKES }, () => ({
  kind: 'span',
  field: 'window',
  value: '7'.repeat(80),
}));
const OVERVIEW = questionSchema.parse({ analysis: 'overview' });

/** What a model is told of the workspace. */
interface Told {
  choices: Choices;
  language: CodebookLanguage;
  data: DataRevision;
}

/** Has a model turn questions in words into questions of ours, which are checked and answered here: no figure comes from it. */
export class WordsService {
  readonly #options: WordsServiceOptions;

  constructor(options: WordsServiceOptions) {
    this.#options = options;
  }

  /** What it would take, and what keeps it from being asked. Rejects with insight.no_events and others of the overview. */
  async preflight(words: string): Promise<WordsPreflight> {
    const told = await this.#told();
    try {
      const asker = this.#options.asker();
      const one = questionOf(told, words, []);
      const { reserve, reserveTokens, ...estimate } = asker.estimate(one);
      const again = asker.estimate(questionOf(told, words, LONGEST));
      const explained = (await this.#options.explanation(OVERVIEW)).estimate;
      const most =
        reserve === null || again.reserve === null ? null : reserve + again.reserve + (explained?.most ?? 0);
      const mostTokens = reserveTokens + again.reserveTokens + (explained?.mostTokens ?? 0);
      const { types, objects, fields } = told.choices;
      return {
        estimate: {
          ...{ ...estimate, types: types.length, objects: objects.length, fields: fields.length },
          ...{ most, mostTokens },
        },
        kept: this.#options.workspace.inductions.keptAnswer(asker.keyOf(one)) !== null,
        problem: null,
      };
    } catch (error) {
      return { estimate: null, kept: false, problem: toErrorInfo(error) };
    }
  }

  /**
   * The question that words mean. An answer with mistakes is asked for once more, with them. Rejects with insight.words_unclear when that has
   * mistakes, too, with insight.words_cancelled, insight.explain_busy, insight.…, model.…, run.cap_needs_price, run.budget_reached.
   */
  async understand({ words, ...caps }: WordsRequest): Promise<UnderstoodWords> {
    const work = async (desk: SingleDesk): Promise<UnderstoodWords> => {
      const asker = this.#options.asker();
      if (caps.maxCost !== null && !asker.priced) throw new AppError('run.cap_needs_price');
      const told = await this.#told();
      const { question, reason } = await this.#picked(asker, desk, told, words);
      const { requests, cost, inputTokens, outputTokens } = desk.store().totals(0);
      const { model } = asker;
      this.#options.workspace.askedWords.add({ words, question, reason, model }, this.#options.clock.now());
      const spent = { requests, cost: asker.priced ? cost : null, tokens: inputTokens + outputTokens };
      return { question, reason, data: told.data, model, spent };
    };
    return this.#options.desk.at({
      asked: { kind: 'words', words },
      caps,
      work,
      answer: (understood) => ({ kind: 'understood', understood }),
    });
  }

  /** The questions that were asked, the latest first. */
  asked(): AskedWords[] {
    return this.#options.workspace.askedWords.list();
  }

  /** Takes one off that list, or all with null. */
  forget(words: string | null): AskedWords[] {
    this.#options.workspace.askedWords.remove(words);
    return this.asked();
  }

  async #picked(asker: ModelAsker, desk: SingleDesk, told: Told, words: string): Promise<Picked> {
    const first = questionOf(told, words, []);
    const picked = await this.#pick(asker, desk, first, told.choices);
    if (picked.mistakes.length === 0) return picked;
    const again = questionOf(told, words, picked.mistakes);
    const better = await this.#pick(asker, desk, again, told.choices).catch((error: unknown) => {
      // The cap left nothing for it: what was wrong with the first answer, which was paid for, is said.
      if (error instanceof AppError && error.code === 'run.budget_reached') return picked;
      throw error;
    });
    if (better.mistakes.length === 0) return better;
    // Asked once more by the analyst, it is worth another try.
    for (const one of [first, again]) desk.store().dropAnswer(asker.keyOf(one));
    const detail = better.mistakes.map((mistake) => mistakeText(mistake, told.language)).join('; ');
    throw new AppError('insight.words_unclear', { detail });
  }

  /** What one request says. */
  async #pick(asker: ModelAsker, desk: SingleDesk, one: OneQuestion, choices: Choices): Promise<Picked> {
    const came: { picked: Picked | null } = { picked: null };
    await asker.ask(one, desk, (answer) => {
      const { value, failure } = readObject(answer, 'analysis');
      if (value !== null) came.picked = questionPicked(value, choices);
      // What is there and no answer is told to the model; what is not there is asked for again as it was.
      else if (failure === 'bad_format')
        came.picked = { question: null, reason: '', mistakes: [{ kind: 'json', field: '' }] };
      else return failure;
      return null;
    });
    if (desk.signal.aborted || came.picked === null) throw new AppError('insight.words_cancelled');
    return came.picked;
  }

  async #told(): Promise<Told> {
    const { ask, nameOf, language } = this.#options;
    const answer = await ask(OVERVIEW);
    if (answer.analysis !== 'overview') throw new AppError('insight.no_events');
    return { choices: choicesOf(answer, nameOf), language: language(), data: answer.data };
  }
}

function questionOf({ choices, language }: Told, words: string, mistakes: readonly Mistake[]): OneQuestion {
  const user = wordsInput(choices, words, language, mistakes.slice(0, MOST_MISTAKES));
  return { kind: 'ask', user, language, schema: WORDS_SCHEMA };
}
