import type { CodebookLanguage } from '../../shared/codebook.ts';
import type { ModelSettings, WaitFigures } from '../../shared/model.ts';
import type { FailureClass } from '../../shared/failure-classes.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Pacer } from '../extract/llm/pacing/pacer.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import type { ModelClient, ModelRequest } from '../extract/llm/types.ts';
import { answerKey, InductionRun, uselessError } from './induction-run.ts';
import type { AskingDesk } from './induction-run.ts';
import { priced } from './priced.ts';
import { loadSinglePrompt } from './prompt.ts';
import type { SinglePrompt } from './prompt.ts';
import type { KeptAnswer } from './read-list.ts';
import { plainRequest } from './request.ts';

/** Tokens of an answer: a few sentences with the cells that they name; one definition of a question. */
const ANSWER_TOKENS: Record<SinglePrompt, number> = { explain: 400, ask: 340 };

export interface ModelAskerParts {
  settings: ModelSettings;
  client: ModelClient;
  pacer: Pacer;
  /** Tells of changes of the pacing until the function it gives is called. */
  listen: (listener: () => void) => () => void;
  outputs: OutputModel;
  feed: RequestFeed;
  clock: Clock;
  promptsFolder: string;
}

/** What is asked once: the table of an answer as a text, or a question in words with what there is to ask about. */
export interface OneQuestion {
  kind: SinglePrompt;
  user: string;
  language: CodebookLanguage;
  /** The JSON schema of the answer. */
  schema: Record<string, unknown>;
}

/** Where a single thing is asked. */
export interface SingleDesk extends AskingDesk {
  /** Called with what is waited for, whenever that changes. */
  waits(wait: WaitFigures): void;
}

/** Asks a language model one thing, as an induction asks each of its requests: kept answers first, within the caps, with the same patience. */
export class ModelAsker {
  readonly #parts: ModelAskerParts;

  constructor(parts: ModelAskerParts) {
    this.#parts = parts;
  }

  /** The name of the model. */
  get model(): string {
    return this.#parts.settings.model;
  }

  get priced(): boolean {
    const { priceIn, priceOut } = this.#parts.settings;
    return priceIn !== null && priceOut !== null;
  }

  /** What one request takes. */
  estimate(question: OneQuestion): ReturnType<typeof priced> {
    const request = this.#request(question, false);
    return priced(request.inputTokens, request.predictedOutputTokens, request, this.#parts);
  }

  /** The key under which the answer is kept. */
  keyOf(question: OneQuestion): string {
    return answerKey(this.#parts.settings, this.#request(question, false));
  }

  /**
   * Asks until `read` takes an answer: it returns null then, else why the answer cannot be used. Resolves without one when the desk's signal
   * aborts. Rejects with model.…, run.budget_reached. Where the cap leaves nothing for another try, what was wrong with the answer that was
   * paid for is said.
   */
  async ask(
    question: OneQuestion,
    desk: SingleDesk,
    read: (answer: KeptAnswer) => FailureClass | null,
  ): Promise<void> {
    let isDone = false;
    let useless: AppError | null = null;
    const task = {
      next: (isPatient: boolean) =>
        isDone ? null : { request: this.#request(question, isPatient), asked: () => [] },
      take: ({ request }: { request: ModelRequest }, answer: KeptAnswer) => {
        const failure = read(answer);
        isDone = failure === null;
        useless = failure === null ? null : uselessError(failure, answer, request);
        return failure;
      },
      askLess: () => false,
    };
    const { pacer, listen } = this.#parts;
    const tell = (): void => desk.waits(pacer.state());
    const unlisten = listen(tell);
    tell();
    // A user is waiting for it: a limit of the provider that lasts is told, and not waited for.
    const settings = { ...this.#parts.settings, maxWaitMinutes: 0 };
    try {
      await new InductionRun({ ...this.#parts, settings, desk, task }).run();
    } catch (error) {
      const isCapped = error instanceof AppError && error.code === 'run.budget_reached';
      throw isCapped ? (useless ?? error) : error;
    } finally {
      unlisten();
    }
  }

  #request({ kind, user, language, schema }: OneQuestion, isPatient: boolean): ModelRequest {
    const { settings, outputs, promptsFolder } = this.#parts;
    const system = loadSinglePrompt(promptsFolder, kind, language);
    const predictedOutputTokens = ANSWER_TOKENS[kind];
    return plainRequest({ system, user, schema, predictedOutputTokens, settings, outputs, isPatient });
  }
}
