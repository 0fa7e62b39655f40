import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Codebook } from '../../shared/codebook.ts';
import type {
  DataRevision,
  InsightAnswer,
  InsightProgress,
  InsightUsersPage,
  InsightUsersQuery,
  Question,
} from '../../shared/insight.ts';
import type { PictureLook } from '../../shared/insight-formats.ts';
import type { Report } from '../../shared/report.ts';
import type { Locale } from '../../shared/settings.ts';
import { AppError } from '../errors.ts';
import type { DrawnFile, DrawnFormat } from '../insight/files/draw-file.ts';
import type { InsightCall, InsightMessage, InsightWorkerData } from '../insight/insight-messages.ts';
import { SUFFIX } from '../store/workspace-files.ts';

/** Old memory that the thread may use beside its columns, which are shared and count for nothing here. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 1024 };
/** What takes no longer than this is not told of: windows would only flicker. */
const QUIET_MS = 1000;

export interface InsightServiceOptions {
  workspacePath: string;
  /** The file that the thread runs: `insight-worker`, as built or as source. */
  workerUrl: URL;
  codebook: () => Codebook;
  /** Told of whatever takes longer than a second, while it does; null when it has ended. */
  onProgress: (progress: InsightProgress | null) => void;
}

const UNKNOWN: InsightProgress = { phase: 'computing', share: null };

type Call = InsightCall extends infer C
  ? C extends InsightCall
    ? Omit<C, 'id' | 'codebook'>
    : never
  : never;

/** Answers questions about the events of a workspace, in a thread that can be ended at any time. */
export class InsightService {
  readonly #options: InsightServiceOptions;
  #worker: Worker | null = null;
  readonly #open = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: AppError) => void }
  >();
  #lastId = 0;
  /** Until what is open has taken long enough to be told of. */
  #quiet: NodeJS.Timeout | null = null;
  #isTold = false;
  #progress: InsightProgress = UNKNOWN;

  constructor(options: InsightServiceOptions) {
    this.#options = options;
  }

  /** Rejects with insight.…, workspace.…, and insight.cancelled. */
  ask(question: Question): Promise<InsightAnswer> {
    return this.#call({ kind: 'ask', question }) as Promise<InsightAnswer>;
  }

  /** Which state of the workspace answers are of now. Rejects as `ask` does. */
  data(): Promise<DataRevision> {
    return this.#call({ kind: 'data' }) as Promise<DataRevision>;
  }

  /** The users behind a figure of a question. */
  users({ question, key, offset, limit }: InsightUsersQuery): Promise<InsightUsersPage> {
    return this.#call({ kind: 'users', question, key, offset, limit }) as Promise<InsightUsersPage>;
  }

  /** A report as HTML, with the figures that it has. */
  reportHtml(report: Report, locale: Locale): Promise<string> {
    return this.#call({ kind: 'report', report, locale }) as Promise<string>;
  }

  /** The picture or the graph of an answer, as the content of a file. Rejects with insight.no_graph, insight.no_font, and as `ask` does. */
  draw(question: Question, format: DrawnFormat, look: PictureLook): Promise<DrawnFile> {
    return this.#call({ kind: 'draw', question, format, ...look }) as Promise<DrawnFile>;
  }

  /** Ends what is being computed: those who wait are told insight.cancelled. */
  async cancel(): Promise<void> {
    await this.#end(new AppError('insight.cancelled'));
  }

  /** Ends the thread. */
  async dispose(reason: AppError): Promise<void> {
    await this.#end(reason);
  }

  /** Removes what is kept of the events beside the workspace. */
  forget(): void {
    rmSync(this.#options.workspacePath + SUFFIX.insight, { force: true });
  }

  #call(call: Call): Promise<unknown> {
    const worker = this.#started();
    this.#lastId += 1;
    const id = this.#lastId;
    if (this.#open.size === 0) this.#begin();
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      worker.postMessage({ ...call, id, codebook: this.#options.codebook() } satisfies InsightCall);
    });
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const workerData: InsightWorkerData = { workspacePath: this.#options.workspacePath };
    const worker = new Worker(this.#options.workerUrl, {
      workerData,
      name: 'insight',
      resourceLimits: RESOURCE_LIMITS,
    });
    this.#worker = worker;
    worker.on('message', (message: InsightMessage) => this.#receive(message));
    worker.on('error', (error: Error & { code?: string }) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#lose(
        worker,
        isMemory
          ? new AppError('insight.question_memory')
          : new AppError('app.internal', { detail: error.message }),
      );
    });
    worker.on('exit', () => this.#lose(worker, new AppError('insight.cancelled')));
    return worker;
  }

  /** The thread may be silent for as long as it computes, so what is told does not wait for it. */
  #begin(): void {
    this.#progress = UNKNOWN;
    this.#quiet = setTimeout(() => {
      this.#isTold = true;
      this.#options.onProgress(this.#progress);
    }, QUIET_MS);
  }

  #finish(): void {
    if (this.#quiet) clearTimeout(this.#quiet);
    this.#quiet = null;
    if (this.#isTold) this.#options.onProgress(null);
    this.#isTold = false;
  }

  #receive(message: InsightMessage): void {
    if (message.kind === 'progress') {
      const { phase, share } = message;
      this.#progress = { phase, share };
      if (this.#isTold) this.#options.onProgress(this.#progress);
      return;
    }
    const waiting = this.#open.get(message.id);
    this.#open.delete(message.id);
    if (this.#open.size === 0) this.#finish();
    if (message.kind === 'answer') waiting?.resolve(message.result);
    else waiting?.reject(new AppError(message.error.code, message.error.params));
  }

  #lose(worker: Worker, error: AppError): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#rejectAll(error);
  }

  async #end(reason: AppError): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#rejectAll(reason);
    await worker?.terminate();
  }

  #rejectAll(error: AppError): void {
    if (this.#open.size === 0) return;
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
    this.#finish();
  }
}
