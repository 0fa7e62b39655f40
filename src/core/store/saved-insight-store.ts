import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { z } from 'zod';
import { questionSchema } from '../../shared/insight.ts';
import type { DataRevision, Question, Selection } from '../../shared/insight.ts';
import { dataRevisionSchema, plainSelectionSchema } from '../../shared/saved-insights.ts';
import type { SavedInsights } from '../../shared/saved-insights.ts';
import { SAVED_LIMITS } from '../../shared/saved-limits.ts';
import { AppError } from '../errors.ts';
import { transaction } from './database.ts';
import { jsonToStore, STORED_LIMITS, storedJson, storedText, StrangeValue } from './stored-json.ts';

/** A deletion can be taken back for this long at least. */
const RESTORABLE_MS = 24 * 3_600_000;

type Kind = 'question' | 'selection';
type Row = Record<string, SQLOutputValue>;

/** The questions and selections that are saved in a workspace. `now` in milliseconds since the epoch. Throws AppError insight.… */
export class SavedInsightStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** All, by name. */
  list(): SavedInsights {
    const { count, size } = this.#kept();
    // Deleted ones can be taken back when there are as many again.
    if (count > 2 * SAVED_LIMITS.saved || size > STORED_LIMITS.questions) throw new StrangeValue('too many');
    const rows = this.#db
      .prepare('SELECT * FROM saved_insights WHERE deleted_at IS NULL ORDER BY name, id')
      .all();
    const common = (row: Row): { id: number; name: string; createdAt: number; changedAt: number } => ({
      id: Number(row['id']),
      name: storedText(row['name'], STORED_LIMITS.note),
      createdAt: Number(row['created_at']),
      changedAt: Number(row['changed_at']),
    });
    const of = (kind: Kind): Row[] => rows.filter((row) => row['kind'] === kind);
    return {
      questions: of('question').map((row) => ({
        ...common(row),
        question: parsed(questionSchema, row['content']),
        data: row['data'] === null ? null : parsed(dataRevisionSchema, row['data'], STORED_LIMITS.note),
        computedAt: row['computed_at'] === null ? null : Number(row['computed_at']),
      })),
      selections: of('selection').map((row) => ({
        ...common(row),
        selection: parsed(plainSelectionSchema, row['content']),
      })),
    };
  }

  saveQuestion(name: string, question: Question, data: DataRevision | null, now: number): void {
    this.#add('question', name, jsonToStore(question, STORED_LIMITS.question), data, now);
  }

  saveSelection(name: string, selection: Selection, now: number): void {
    this.#add('selection', name, jsonToStore(selection, STORED_LIMITS.question), null, now);
  }

  /** Puts another question in the place of a saved one. */
  replace(id: number, question: Question, data: DataRevision | null, now: number): void {
    const { kind } = this.#known(id);
    if (kind !== 'question') throw unknown();
    this.#db
      .prepare(
        'UPDATE saved_insights SET content = ?, data = ?, computed_at = ?, changed_at = ? WHERE id = ?',
      )
      .run(jsonToStore(question, STORED_LIMITS.question), textOf(data), data === null ? null : now, now, id);
  }

  computed(id: number, data: DataRevision, now: number): void {
    this.#known(id);
    this.#db
      .prepare('UPDATE saved_insights SET data = ?, computed_at = ? WHERE id = ?')
      .run(textOf(data), now, id);
  }

  rename(id: number, name: string, now: number): void {
    const { kind, name: before } = this.#known(id);
    if (name === before) return;
    this.#checkName(kind, name);
    this.#db.prepare('UPDATE saved_insights SET name = ?, changed_at = ? WHERE id = ?').run(name, now, id);
  }

  duplicate(id: number, name: string, now: number): void {
    const { kind, content } = this.#known(id);
    this.#add(kind, name, content, null, now);
  }

  /** Deletes it so that `restore` can take it back; what was deleted long ago is removed. */
  delete(id: number, now: number): void {
    this.#known(id);
    transaction(this.#db, () => {
      this.#db.prepare('DELETE FROM saved_insights WHERE deleted_at < ?').run(now - RESTORABLE_MS);
      this.#db.prepare('UPDATE saved_insights SET deleted_at = ? WHERE id = ?').run(now, id);
    });
  }

  restore(id: number): void {
    const row = this.#db.prepare('SELECT kind, name, deleted_at FROM saved_insights WHERE id = ?').get(id);
    if (!row) throw unknown();
    if (row['deleted_at'] === null) return;
    this.#checkName(row['kind'] as Kind, String(row['name']));
    this.#db.prepare('UPDATE saved_insights SET deleted_at = NULL WHERE id = ?').run(id);
  }

  #add(kind: Kind, name: string, content: string, data: DataRevision | null, now: number): void {
    this.#checkName(kind, name);
    const { count, size } = this.#kept();
    if (count >= SAVED_LIMITS.saved)
      throw new AppError('insight.too_many_saved', { limit: SAVED_LIMITS.saved });
    if (size + content.length > STORED_LIMITS.questions)
      throw new AppError('workspace.value_too_large', {
        size: content.length,
        limit: STORED_LIMITS.question,
      });
    this.#db
      .prepare(
        `INSERT INTO saved_insights (kind, name, content, data, computed_at, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(kind, name, content, textOf(data), data === null ? null : now, now, now);
  }

  /** How many are saved, and the bytes that they have together; nothing of them is loaded for it. */
  #kept(): { count: number; size: number } {
    const row = this.#db
      .prepare(
        'SELECT count(*) AS n, coalesce(sum(octet_length(content)), 0) AS size FROM saved_insights WHERE deleted_at IS NULL',
      )
      .get();
    return { count: Number(row?.['n']), size: Number(row?.['size']) };
  }

  #checkName(kind: Kind, name: string): void {
    const taken = this.#db
      .prepare('SELECT id FROM saved_insights WHERE kind = ? AND name = ? AND deleted_at IS NULL')
      .get(kind, name);
    if (taken) throw new AppError('insight.name_taken', { name });
  }

  #known(id: number): { kind: Kind; name: string; content: string } {
    const row = this.#db
      .prepare('SELECT kind, name, content FROM saved_insights WHERE id = ? AND deleted_at IS NULL')
      .get(id);
    if (!row) throw unknown();
    return { kind: row['kind'] as Kind, name: String(row['name']), content: String(row['content']) };
  }
}

const unknown = (): AppError => new AppError('insight.saved_gone');
const textOf = (data: DataRevision | null): string | null => (data === null ? null : JSON.stringify(data));

/** Parses a stored value. Throws what `knownErrors` tells as workspace.bad_value. */
export function parsed<T>(schema: z.ZodType<T>, json: unknown, most: number = STORED_LIMITS.question): T {
  const result = schema.safeParse(storedJson(json, most));
  if (!result.success) throw new StrangeValue('no saved question');
  return result.data;
}
