import type { DatabaseSync } from 'node:sqlite';
import { questionSchema } from '../../shared/insight.ts';
import type { InsightAnswer, Question } from '../../shared/insight.ts';
import type { Report } from '../../shared/report.ts';
import { REPORT_LIMITS } from '../../shared/saved-limits.ts';
import { AppError } from '../errors.ts';
import { scalar, transaction } from './database.ts';
import { parsed } from './saved-insight-store.ts';
import { jsonToStore, STORED_LIMITS, storedRecord, storedText, StrangeValue } from './stored-json.ts';

const TITLE_KEY = 'report_title';

/** The report of a workspace. `now` in milliseconds since the epoch. Throws AppError insight.… */
export class ReportStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  report(): Report {
    const title = this.#db.prepare('SELECT value FROM meta WHERE key = ?').get(TITLE_KEY)?.['value'];
    if (scalar(this.#db, 'SELECT count(*) FROM report_items') > REPORT_LIMITS.items)
      throw new StrangeValue('too many items');
    const rows = this.#db.prepare('SELECT * FROM report_items ORDER BY place, id').all();
    return {
      title: title === undefined ? '' : storedText(title, STORED_LIMITS.note),
      items: rows.map((row) => ({
        id: Number(row['id']),
        title: storedText(row['title'], STORED_LIMITS.note),
        note: storedText(row['note'], STORED_LIMITS.note),
        question: parsed(questionSchema, row['question']),
        answer: storedAnswer(row['answer']),
        former: storedAnswer(row['former']),
        computedAt: row['computed_at'] === null ? null : Number(row['computed_at']),
      })),
    };
  }

  setTitle(title: string): void {
    this.#db
      .prepare(
        'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      )
      .run(TITLE_KEY, title);
  }

  add(title: string, question: Question, answer: InsightAnswer, now: number): void {
    if (scalar(this.#db, 'SELECT count(*) FROM report_items') >= REPORT_LIMITS.items)
      throw new AppError('insight.report_full', { limit: REPORT_LIMITS.items });
    this.#db
      .prepare(
        `INSERT INTO report_items (place, title, note, question, answer, computed_at, created_at)
         VALUES ((SELECT coalesce(max(place), -1) + 1 FROM report_items), ?, '', ?, ?, ?, ?)`,
      )
      .run(title, jsonToStore(question, STORED_LIMITS.question), textOf(answer), now, now);
  }

  /** Changes the title or the note of an item; what is undefined stays. */
  edit(id: number, title: string | undefined, note: string | undefined): void {
    const { changes } = this.#db
      .prepare('UPDATE report_items SET title = coalesce(?, title), note = coalesce(?, note) WHERE id = ?')
      .run(title ?? null, note ?? null, id);
    if (changes === 0) throw new AppError('insight.saved_gone');
  }

  /** Puts an item at a place, from 0; the others keep their order. */
  move(id: number, place: number): void {
    const ids = this.#db
      .prepare('SELECT id FROM report_items ORDER BY place, id')
      .all()
      .map((row) => Number(row['id']));
    if (!ids.includes(id)) throw new AppError('insight.saved_gone');
    const order = ids.filter((each) => each !== id).toSpliced(place, 0, id);
    const set = this.#db.prepare('UPDATE report_items SET place = ? WHERE id = ?');
    transaction(this.#db, () => order.forEach((each, at) => set.run(at, each)));
  }

  remove(id: number): void {
    this.#db.prepare('DELETE FROM report_items WHERE id = ?').run(id);
  }

  /** Notes new figures of items, by their ids, all or none; those before are kept where they were of other data. */
  computed(answers: ReadonlyMap<number, InsightAnswer>, now: number): void {
    transaction(this.#db, () => {
      for (const [id, answer] of answers) this.#put(id, answer, now);
    });
  }

  #put(id: number, answer: InsightAnswer, now: number): void {
    const row = this.#db.prepare('SELECT answer FROM report_items WHERE id = ?').get(id);
    if (!row) return;
    const before = storedAnswer(row['answer']);
    const isSame = before?.data.id === answer.data.id;
    this.#db
      .prepare(
        `UPDATE report_items SET answer = ?, former = ${isSame ? 'former' : 'answer'}, computed_at = ? WHERE id = ?`,
      )
      .run(textOf(answer), now, id);
  }
}

function textOf(answer: InsightAnswer): string {
  const text = JSON.stringify(answer);
  if (text.length > REPORT_LIMITS.answer) throw new AppError('insight.report_too_large');
  return text;
}

/** Figures that this program has written; a value that is none is found where it is used. */
function storedAnswer(json: unknown): InsightAnswer | null {
  if (json === null || json === undefined) return null;
  const value = storedRecord(storedText(json, REPORT_LIMITS.answer));
  const data = value['data'];
  if (typeof value['analysis'] !== 'string' || typeof data !== 'object' || data === null)
    throw new StrangeValue('no answer');
  return value as unknown as InsightAnswer;
}
