import { noEventName } from '../../shared/drawing/texts.ts';
import type { CodebookLanguage } from '../../shared/codebook.ts';
import type { Explanation, ExplainPreflight, ExplainRequest } from '../../shared/explanation.ts';
import type { InsightAnswer, Question } from '../../shared/insight.ts';
import { tableOf } from '../../shared/insight-table.ts';
import type { InsightTable } from '../../shared/insight-table.ts';
import type { FailureClass } from '../../shared/model.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { FAILURE_POLICIES } from '../extract/llm/failure-policy.ts';
import type { AskingDesk } from '../induct/induction-run.ts';
import type { ModelAsker, OneQuestion } from '../induct/model-asker.ts';
import { readList } from '../induct/read-list.ts';
import {
  checkSentences,
  EXPLAIN_LOCALES,
  EXPLAIN_ROWS,
  EXPLAIN_SCHEMA,
  explainInput,
  saidSentenceSchema,
} from '../insight/explain.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

export interface ExplainServiceOptions {
  workspace: OpenWorkspace;
  ask: (question: Question) => Promise<InsightAnswer>;
  language: () => CodebookLanguage;
  nameOf: (type: string) => string;
  /** Who is asked. Throws model.… */
  asker: () => ModelAsker;
  untilUnlocked: (signal: AbortSignal) => Promise<void> | null;
}

/** What a model is told of an answer. */
interface Told {
  question: OneQuestion;
  table: InsightTable;
  data: InsightAnswer['data'];
}

/** Has a model explain answers from their tables, one at a time. Its requests are on the books, and what they answer is kept. */
export class ExplainService {
  readonly #options: ExplainServiceOptions;
  #abort: AbortController | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: ExplainServiceOptions) {
    this.#options = options;
  }

  /** Whether a model is being asked. */
  get active(): boolean {
    return this.#abort !== null;
  }

  /** Throws insight.explain_busy while a model is being asked. */
  checkIdle(): void {
    if (this.active) throw new AppError('insight.explain_busy');
  }

  /** What it would take, and what keeps it from being asked. Rejects with insight.… of the question. */
  async preflight(question: Question): Promise<ExplainPreflight> {
    const told = await this.#told(question);
    try {
      checkTable(told.table);
      const asker = this.#options.asker();
      const { reserve, reserveTokens, ...estimate } = asker.estimate(told.question);
      const kept = this.#options.workspace.inductions.keptAnswer(asker.keyOf(told.question)) !== null;
      const rows = Math.min(told.table.rows.length, EXPLAIN_ROWS);
      return {
        estimate: { ...estimate, rows, most: reserve, mostTokens: reserveTokens },
        kept,
        problem: null,
      };
    } catch (error) {
      return { estimate: null, kept: false, problem: toErrorInfo(error) };
    }
  }

  /**
   * The sentences of a model about the answer to a question. Rejects with insight.…, model.…, run.cap_needs_price, run.budget_reached,
   * insight.explain_busy and insight.explain_cancelled.
   */
  async explain({ question, ...caps }: ExplainRequest): Promise<Explanation> {
    this.checkIdle();
    const abort = new AbortController();
    this.#abort = abort;
    const explained = this.#explain(question, caps, abort.signal);
    this.#ended = explained.catch(() => undefined);
    try {
      return await explained;
    } finally {
      this.#abort = null;
    }
  }

  /** Ends what is being asked; resolves when nothing of it can write into the workspace any more. */
  async cancel(): Promise<void> {
    this.#abort?.abort();
    await this.#ended;
  }

  async #explain(
    question: Question,
    caps: Pick<ExplainRequest, 'maxCost' | 'maxTokens'>,
    signal: AbortSignal,
  ): Promise<Explanation> {
    const asker = this.#options.asker();
    if (caps.maxCost !== null && !asker.priced) throw new AppError('run.cap_needs_price');
    const { question: one, table, data } = await this.#told(question);
    checkTable(table);
    const came: { said: ReturnType<typeof checkSentences> | null; failure: FailureClass | null } = {
      said: null,
      failure: null,
    };
    try {
      await asker.ask(one, this.#desk(caps, signal), (answer) => {
        const { items, failure } = readList(answer, saidSentenceSchema);
        came.failure = failure;
        if (items !== null) came.said = checkSentences(items, table, one.language);
        return failure;
      });
    } catch (error) {
      // Where the cap leaves nothing for another try, what was wrong with the answer that was paid for is said.
      if (came.failure !== null && error instanceof AppError && error.code === 'run.budget_reached')
        throw new AppError(FAILURE_POLICIES[came.failure].stopCode, {}, { cause: error });
      throw error;
    }
    if (signal.aborted || came.said === null) throw new AppError('insight.explain_cancelled');
    return { ...came.said, data, model: asker.model };
  }

  async #told(question: Question): Promise<Told> {
    const { ask, nameOf, language: languageNow } = this.#options;
    const language = languageNow();
    const name = (type: string): string => noEventName(type, EXPLAIN_LOCALES[language]) ?? nameOf(type);
    const answer = await ask(question);
    const table = tableOf(answer, question, name);
    const user = explainInput({ question, table, language, name });
    return { question: { user, language, schema: EXPLAIN_SCHEMA }, table, data: answer.data };
  }

  /** What asks a model: it belongs to no run and no induction, and its caps are of its own requests. */
  #desk(model: Pick<ExplainRequest, 'maxCost' | 'maxTokens'>, signal: AbortSignal): AskingDesk {
    const { workspace, untilUnlocked } = this.#options;
    const own: number[] = [];
    return {
      induction: { id: 0, model },
      signal,
      paused: false,
      automatic: false,
      whileRunning: () => Promise.resolve(),
      untilUnlocked: () => untilUnlocked(signal),
      asking: () => undefined,
      store: () => ({
        keptAnswer: (key) => workspace.inductions.keptAnswer(key),
        dropAnswer: (key) => workspace.inductions.dropAnswer(key),
        begin: (_none, request) => {
          const id = workspace.requests.begin({ ...request, runId: null, inductionId: null });
          own.push(id);
          return id;
        },
        answered: (id, answer, key, now) => workspace.inductions.answered(id, answer, key, now),
        failed: (id, failed) => workspace.inductions.failed(id, failed),
        // Those of a process that died are marked when the workspace is opened.
        markLost: () => undefined,
        totals: () => workspace.requests.totalsOfRequests(own),
      }),
    };
  }
}

/** Throws insight.explain_empty. */
function checkTable({ rows }: InsightTable): void {
  if (rows.length === 0) throw new AppError('insight.explain_empty');
}
