import type { InsightAnswer, InsightResult, Question } from '../../shared/insight.ts';
import type { Report, ReportChange, ReportItem } from '../../shared/report.ts';
import { tablesOf } from '../../shared/insight-tables.ts';
import type { NamedTable } from '../../shared/insight-tables.ts';
import { REPORT_LIMITS } from '../../shared/saved-limits.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

export interface ReportServiceOptions {
  workspace: OpenWorkspace;
  clock: Clock;
  ask: (question: Question) => Promise<InsightAnswer>;
  nameOf: (type: string) => string;
  /** Throws while the workspace cannot be written to. */
  checkWritable: () => void;
}

/** The report of an open workspace: answers that are kept with their figures, and computed anew on demand. */
export class ReportService {
  readonly #options: ReportServiceOptions;

  constructor(options: ReportServiceOptions) {
    this.#options = options;
  }

  view(): Report {
    return this.#store.report();
  }

  /** Makes a change; the figures of an item that is added are computed first. Rejects with insight.…, workspace.busy. */
  async change(change: ReportChange): Promise<Report> {
    const { clock, checkWritable } = this.#options;
    if (change.do === 'add') {
      const answer = cut(await this.#options.ask(change.question));
      checkWritable();
      this.#store.add(change.title, change.question, answer, clock.now());
      return this.view();
    }
    checkWritable();
    if (change.do === 'title') this.#store.setTitle(change.title);
    else if (change.do === 'edit') this.#store.edit(change.id, change.title, change.note);
    else if (change.do === 'move') this.#store.move(change.id, change.place);
    else this.#store.remove(change.id);
    return this.view();
  }

  /** Computes all figures of the data as they are now; those before stay beside them where the data were others. */
  async compute(): Promise<Report> {
    const { clock, ask, checkWritable } = this.#options;
    const answers = new Map<number, InsightAnswer>();
    for (const { id, question } of this.view().items) answers.set(id, cut(await ask(question)));
    checkWritable();
    this.#store.computed(answers, clock.now());
    return this.view();
  }

  /** The items of the report with all tables of their answers, none where it was not computed. Throws insight.report_empty. */
  tables(): { item: ReportItem; tables: NamedTable[] }[] {
    const { items } = this.view();
    if (items.length === 0) throw new AppError('insight.report_empty');
    const { nameOf } = this.#options;
    return items.map((item) => ({
      item,
      tables: item.answer ? tablesOf(item.answer, item.question, nameOf) : [],
    }));
  }

  get #store(): OpenWorkspace['report'] {
    return this.#options.workspace.report;
  }
}

/** An answer with the rows that a report shows: the first ones. */
function cut(answer: InsightAnswer): InsightAnswer {
  const { data, zone, comparison } = answer;
  const shown = { ...cutRows(answer), data, ...(zone ? { zone } : {}) };
  if (!comparison) return shown;
  const { rows, beside } = comparison;
  return {
    ...shown,
    comparison: {
      ...comparison,
      rows: rows.slice(0, REPORT_LIMITS.rows),
      ...(beside ? { beside: cutRows(beside) } : {}),
    },
  };
}

function cutRows(result: InsightResult): InsightResult {
  if (result.analysis === 'variants') return { ...result, rows: result.rows.slice(0, REPORT_LIMITS.rows) };
  if (result.analysis === 'sequences') return { ...result, rows: result.rows.slice(0, REPORT_LIMITS.rows) };
  return result;
}
