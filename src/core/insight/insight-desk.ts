import { createHash } from 'node:crypto';
import type { Codebook } from '../../shared/codebook.ts';
import type {
  DataRevision,
  InsightAnswer,
  InsightProgress,
  InsightUsersPage,
  Question,
} from '../../shared/insight.ts';
import type { PictureLook } from '../../shared/insight-formats.ts';
import { coloursOf } from '../../shared/type-colours.ts';
import { withoutColours } from '../abstraction/codebook-colours.ts';
import { TypeFinder } from '../abstraction/codebook.ts';
import { AppError } from '../errors.ts';
import { zoneOfLog } from '../export/export-basis.ts';
import type { Connection } from '../store/database.ts';
import { connect } from '../store/database.ts';
import { countEvents, readEvents, readProfiles, userIdsOf } from '../store/event-columns.ts';
import type { EventsBeyond, EventSnapshot } from '../store/event-columns.ts';
import { knownErrors } from '../store/known-errors.ts';
import { SUFFIX } from '../store/workspace-files.ts';
import { WorkspaceStore } from '../store/workspace-store.ts';
import { dayStartOf } from '../store/measure-store.ts';
import { ask } from './ask.ts';
import type { Asked } from './ask.ts';
import { readColumnCache, snapshotBytes, writeColumnCache } from './column-cache.ts';
import { EventLog, profileColumns } from './event-log.ts';
import { EventsOfThread } from './events-beyond.ts';
import type { Profiles } from './event-log.ts';
import { drawFile } from './files/draw-file.ts';
import type { DrawnFile, DrawnFormat } from './files/draw-file.ts';
import { isAllocationFailure, loadedBytes, needsMemory, usableMemory } from './memory.ts';

/** Answers that are kept, so that the users behind their figures are at hand. */
const MOST_ANSWERS = 8;

/**
 * Answers questions about one workspace file, on a connection of its own that only reads. After a change only the events of the users
 * concerned are read, and all are kept in a cache file beside it that can be thrown away at any time.
 */
export class InsightDesk {
  readonly #path: string;
  readonly #memoryLimit: number;
  readonly #eventsWorkerUrl: URL | null;
  #loaded: { content: string; snapshot: EventSnapshot } | null = null;
  #log: { content: string; codebook: string; log: EventLog } | null = null;
  #profiles: { key: string; profiles: Profiles } | null = null;
  readonly #answers = new Map<string, Asked>();

  /**
   * `memoryLimit`: the bytes that the events may take; left out, half of what the machine has. `eventsWorkerUrl`: the file of the thread
   * that reads half of many events, `events-worker`, as built or as source; without it, one thread reads all of them.
   */
  constructor(
    workspacePath: string,
    {
      memoryLimit = usableMemory(),
      eventsWorkerUrl = null,
    }: { memoryLimit?: number; eventsWorkerUrl?: URL | null } = {},
  ) {
    this.#path = workspacePath;
    this.#memoryLimit = memoryLimit;
    this.#eventsWorkerUrl = eventsWorkerUrl;
  }

  /** The answer to a question, of the events as they are now. Throws AppError insight.…, workspace.… */
  ask(
    question: Question,
    codebook: Codebook,
    onProgress: (progress: InsightProgress) => void,
  ): InsightAnswer {
    const { answer, data } = this.#answer(question, codebook, onProgress);
    const zone = this.#reading((db) => zoneOfLog({ db }));
    return { ...answer.result, data, zone, ...(answer.comparison ? { comparison: answer.comparison } : {}) };
  }

  /** Which state of the workspace an answer would be of now. Throws insight.no_events. */
  data(codebook: Codebook, onProgress: (progress: InsightProgress) => void): DataRevision {
    this.#logNow(codebook, onProgress);
    return this.#revision(this.#reading(profilesContent));
  }

  /** A stretch of the users behind a figure of a question. Throws insight.unknown_row. */
  users(
    question: Question,
    codebook: Codebook,
    { key, offset, limit }: { key: string; offset: number; limit: number },
    onProgress: (progress: InsightProgress) => void,
  ): InsightUsersPage {
    const users = this.#answer(question, codebook, onProgress).answer.usersOf(key);
    const columns = this.#loaded?.snapshot.columns;
    if (!users || !columns) throw new AppError('insight.unknown_row', { name: key });
    const wanted = users.subarray(offset, offset + limit);
    const numbers = Array.from(wanted, (user) => columns.userNo[user] as number);
    return { total: users.length, userIds: this.#reading((db) => userIdsOf(db, numbers)) };
  }

  /** The picture or graph of an answer, as the content of a file. Rejects with insight.no_graph, insight.no_font, and as `ask` does. */
  draw(
    question: Question,
    codebook: Codebook,
    { format, ...how }: PictureLook & { format: DrawnFormat; wasm: URL },
    onProgress: (progress: InsightProgress) => void,
  ): Promise<DrawnFile> {
    const { answer } = this.#answer(question, codebook, onProgress);
    const finder = new TypeFinder(codebook);
    return drawFile(question, answer.result, format, {
      ...how,
      nameOf: (type) => finder.nameOf(type),
      colourOf: coloursOf(codebook),
    });
  }

  #answer(
    question: Question,
    codebook: Codebook,
    onProgress: (progress: InsightProgress) => void,
  ): { answer: Asked; data: DataRevision } {
    const log = this.#logNow(codebook, onProgress);
    const profilesKey = this.#reading(profilesContent);
    const key = JSON.stringify([
      ...[this.#log?.content, this.#log?.codebook, profilesKey],
      // What of an answer a picture shows changes no number.
      { ...question, view: undefined },
    ]);
    const known = this.#answers.get(key);
    const data = this.#revision(profilesKey);
    if (known) return { answer: known, data };
    const profiles = (): Profiles => this.#profilesNow(profilesKey, log);
    onProgress({ phase: 'computing', share: null });
    const answer = withMemory(
      () => ask({ log, codebook, profiles }, question, (share) => onProgress({ phase: 'computing', share })),
      () => new AppError('insight.question_memory'),
    );
    this.#answers.set(key, answer);
    for (const oldest of [...this.#answers.keys()].slice(0, -MOST_ANSWERS)) this.#answers.delete(oldest);
    return { answer, data };
  }

  /** Of what was read last. */
  #revision(profiles: string): DataRevision {
    const content = this.#log?.content ?? '';
    const text = JSON.stringify([content, this.#log?.codebook, profiles]);
    const { latest } = (content === '' ? {} : JSON.parse(content)) as { latest?: number | null };
    return { id: createHash('sha256').update(text).digest('hex').slice(0, 12), at: latest ?? null };
  }

  #logNow(codebook: Codebook, onProgress: (progress: InsightProgress) => void): EventLog {
    const { content, snapshot } = this.#eventsNow(onProgress);
    const { columns } = snapshot;
    if (columns.word.length === 0) throw new AppError('insight.no_events');
    const dayStartMs = this.#reading(dayStartOf);
    const book = JSON.stringify(withoutColours(codebook)) + (dayStartMs === 0 ? '' : ` ${dayStartMs}`);
    if (this.#log?.content === content && this.#log.codebook === book) return this.#log.log;
    const counts = { events: columns.word.length, users: columns.userNo.length };
    const log = withMemory(
      () => new EventLog(columns, codebook, { dayStartMs }),
      () => needsMemory(counts, this.#memoryLimit),
    );
    this.#log = { content, codebook: book, log };
    return log;
  }

  #eventsNow(onProgress: (progress: InsightProgress) => void): { content: string; snapshot: EventSnapshot } {
    return this.#reading((db) => {
      // What is read belongs to one state of the workspace, whatever a run commits meanwhile.
      db.exec('BEGIN');
      try {
        const content = new WorkspaceStore(db).eventsContent();
        if (this.#loaded?.content === content) return this.#loaded;
        const cachePath = this.#path + SUFFIX.insight;
        const known = this.#loaded ?? readColumnCache(cachePath, this.#memoryLimit);
        if (known?.content === content) return (this.#loaded = known);
        const snapshot = this.#read(db, content, known?.snapshot ?? null, onProgress);
        writeColumnCache(cachePath, content, snapshot);
        return (this.#loaded = { content, snapshot });
      } finally {
        db.exec('ROLLBACK');
      }
    });
  }

  /** The events as they are now. Throws insight.needs_memory, if possible before the memory is taken. */
  #read(
    db: Connection,
    content: string,
    known: EventSnapshot | null,
    onProgress: (progress: InsightProgress) => void,
  ): EventSnapshot {
    const counts = countEvents(db);
    const needed = loadedBytes(counts);
    if (needed > this.#memoryLimit) throw needsMemory(counts, this.#memoryLimit);
    // Events that are known are held beside the new ones; without room for both, all are read anew.
    const held = known ? snapshotBytes(known.columns.userNo.length, known.columns.word.length) : 0;
    const base = needed + held > this.#memoryLimit ? null : known;
    if (base === null) [this.#loaded, this.#log] = [null, null];
    // The other thread's part is held twice, until it is with the others.
    const url = 1.5 * needed > this.#memoryLimit ? null : this.#eventsWorkerUrl;
    const beyond = url && new EventsOfThread(url, this.#path, content);
    try {
      return withMemory(
        () => readAll(db, base, beyond, onProgress),
        () => needsMemory(counts, this.#memoryLimit),
      );
    } finally {
      beyond?.end();
    }
  }

  #profilesNow(key: string, log: EventLog): Profiles {
    const own = `${key} ${this.#log?.content}`;
    if (this.#profiles?.key === own) return this.#profiles.profiles;
    const profiles = this.#reading((db) => profileColumns(log.columns, readProfiles(db)));
    this.#profiles = { key: own, profiles };
    return profiles;
  }

  /** The connection is not kept: on Windows an open file can neither be deleted nor replaced. */
  #reading<T>(read: (db: Connection) => T): T {
    return knownErrors(this.#path, () => {
      const db = connect(this.#path, { readOnly: true });
      try {
        return read(db);
      } finally {
        db.close();
      }
    });
  }
}

/** Does something; where memory for it cannot be had, that is thrown as the error given. */
function withMemory<T>(action: () => T, lacking: () => AppError): T {
  try {
    return action();
  } catch (error) {
    throw isAllocationFailure(error) ? lacking() : error;
  }
}

/** The events as they are now; those that are known are not read again. */
function readAll(
  db: Connection,
  known: EventSnapshot | null,
  beyond: EventsBeyond | null,
  onProgress: (progress: InsightProgress) => void,
): EventSnapshot {
  const reading = readEvents(db, known, beyond);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
    onProgress({ phase: 'loading', share: step.value });
  }
}

/**
 * Differs whenever the profiles do. The number of an import that was undone is given again, its moment is not; what a rescue lost is marked
 * (see MAY_LACK_ROWS).
 */
function profilesContent(db: Connection): string {
  return JSON.stringify(
    db
      .prepare(
        `SELECT count(*) AS imports, max(id) AS latest, max(imported_at) AS at, count(reading ->> 'lacksRows') AS lacking
         FROM imports WHERE kind = 'profiles'`,
      )
      .get(),
  );
}
