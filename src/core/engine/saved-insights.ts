import { basename } from 'node:path';
import { questionSchema } from '../../shared/insight.ts';
import type { InsightUsersQuery, Question, Selection } from '../../shared/insight.ts';
import { savedNameSchema } from '../../shared/saved-insights.ts';
import type { SavedChange, SavedInsights } from '../../shared/saved-insights.ts';
import { SAVED_LIMITS } from '../../shared/saved-limits.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { readQuestion, writeQuestion } from '../insight/question-file.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

/** The questions and selections that are saved in an open workspace. */
export class SavedInsightsService {
  readonly #workspace: OpenWorkspace;
  readonly #clock: Clock;

  constructor({ workspace, clock }: { workspace: OpenWorkspace; clock: Clock }) {
    this.#workspace = workspace;
    this.#clock = clock;
  }

  view(): SavedInsights {
    return this.#workspace.saved.list();
  }

  /** Makes a change. Throws insight.name_taken, insight.too_many_saved, insight.saved_gone. */
  change(change: SavedChange): SavedInsights {
    const { saved } = this.#workspace;
    const now = this.#clock.now();
    switch (change.do) {
      case 'save-question':
        saved.saveQuestion(change.name, change.question, change.data, now);
        break;
      case 'save-selection':
        saved.saveSelection(change.name, change.selection, now);
        break;
      case 'replace':
        saved.replace(change.id, change.question, change.data, now);
        break;
      case 'computed':
        saved.computed(change.id, change.data, now);
        break;
      case 'rename':
        saved.rename(change.id, change.name, now);
        break;
      case 'duplicate':
        saved.duplicate(change.id, change.name, now);
        break;
      case 'delete':
        saved.delete(change.id, now);
        break;
      case 'restore':
        saved.restore(change.id);
        break;
    }
    return this.view();
  }

  /** A saved question by its name. Throws insight.unknown_question, which names those that there are. */
  question(name: string): Question {
    const { questions } = this.view();
    const found = questions.find((each) => each.name === name);
    if (!found) {
      const known = questions.map((each) => each.name).join(', ');
      throw new AppError('insight.unknown_question', { name, known: known === '' ? '—' : known });
    }
    return found.question;
  }

  /** Saves the question of a file under the name of the file, with a number behind it where that is taken; returns the name. */
  read(path: string): string {
    const question = readQuestion(path);
    const taken = new Set(this.view().questions.map(({ name }) => name));
    const base = savedNameSchema.safeParse(
      basename(path)
        .replace(/\.[^.]*$/, '')
        .slice(0, SAVED_LIMITS.name - 5),
    );
    const wanted = base.success ? base.data : question.analysis;
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
    this.#workspace.saved.saveQuestion(name, question, null, this.#clock.now());
    return name;
  }

  /** Writes a saved question as a file that `read` and the command line take. */
  async write(id: number, path: string): Promise<void> {
    const found = this.view().questions.find((each) => each.id === id);
    if (!found) throw new AppError('insight.saved_gone');
    await writeQuestion(this.resolved(found.question), path);
  }

  /** A question with what it says of saved selections put in. Throws insight.unknown_selection. */
  resolved(question: Question): Question {
    const compare = 'compare' in question ? question.compare : undefined;
    const isNamed = typeof compare === 'object' && 'saved' in compare;
    if (question.select?.saved === undefined && !isNamed) return question;
    return questionSchema.parse({
      ...question,
      ...(question.select ? { select: this.#plain(question.select) } : {}),
      ...(isNamed ? { compare: this.#plain(compare) } : {}),
    });
  }

  /** A request for users, with the same. */
  resolvedQuery(query: InsightUsersQuery): InsightUsersQuery {
    return { ...query, question: this.resolved(query.question) };
  }

  #plain({ saved: name, ...own }: Selection): Selection {
    if (name === undefined) return own;
    const { selections } = this.view();
    const found = selections.find((each) => each.name === name);
    if (!found) {
      const known = selections.map((each) => each.name).join(', ');
      throw new AppError('insight.unknown_selection', { name, known: known === '' ? '—' : known });
    }
    return { ...found.selection, ...own };
  }
}
