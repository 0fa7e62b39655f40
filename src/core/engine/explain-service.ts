import { noEventName } from '../../shared/drawing/texts.ts';
import type { CodebookLanguage } from '../../shared/codebook.ts';
import type { Explanation, ExplainPreflight, ExplainRequest } from '../../shared/explanation.ts';
import type { InsightAnswer, Question } from '../../shared/insight.ts';
import { tableOf } from '../../shared/insight-table.ts';
import type { InsightTable } from '../../shared/insight-table.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import type { ModelAsker, OneQuestion, SingleDesk } from '../induct/model-asker.ts';
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
import type { ModelDesk } from './model-desk.ts';

export interface ExplainServiceOptions {
  workspace: OpenWorkspace;
  ask: (question: Question) => Promise<InsightAnswer>;
  language: () => CodebookLanguage;
  nameOf: (type: string) => string;
  /** Who is asked. Throws model.… */
  asker: () => ModelAsker;
  desk: ModelDesk;
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

  constructor(options: ExplainServiceOptions) {
    this.#options = options;
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
   * The sentences of a model about the answer to a question; `asked`: the question as windows know it. Rejects with insight.…, model.…, run.cap_needs_price, run.budget_reached,
   * insight.explain_busy and insight.explain_cancelled.
   */
  async explain({ question, ...caps }: ExplainRequest, asked: Question = question): Promise<Explanation> {
    return this.#options.desk.at({
      asked: { kind: 'explain', question: asked },
      caps,
      work: (desk) => this.#explain(question, caps, desk),
      answer: (explanation) => ({ kind: 'explained', explanation }),
    });
  }

  async #explain(
    question: Question,
    caps: Pick<ExplainRequest, 'maxCost' | 'maxTokens'>,
    desk: SingleDesk,
  ): Promise<Explanation> {
    const asker = this.#options.asker();
    if (caps.maxCost !== null && !asker.priced) throw new AppError('run.cap_needs_price');
    const { question: one, table, data } = await this.#told(question);
    checkTable(table);
    const came: { said: ReturnType<typeof checkSentences> | null } = { said: null };
    await asker.ask(one, desk, (answer) => {
      const { items, failure } = readList(answer, 'sentences', saidSentenceSchema);
      if (items !== null) came.said = checkSentences(items, table, one.language);
      return failure;
    });
    if (desk.signal.aborted || came.said === null) throw new AppError('insight.explain_cancelled');
    return { ...came.said, data, model: asker.model };
  }

  async #told(question: Question): Promise<Told> {
    const { ask, nameOf, language: languageNow } = this.#options;
    const language = languageNow();
    const name = (type: string): string => noEventName(type, EXPLAIN_LOCALES[language]) ?? nameOf(type);
    const answer = await ask(question);
    const table = tableOf(answer, question, name);
    const user = explainInput({ question, table, language, name });
    return {
      question: { kind: 'explain', user, language, schema: EXPLAIN_SCHEMA },
      table,
      data: answer.data,
    };
  }
}

/** Throws insight.explain_empty. */
function checkTable({ rows }: InsightTable): void {
  if (rows.length === 0) throw new AppError('insight.explain_empty');
}
