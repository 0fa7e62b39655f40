import type { Codebook } from '../../shared/codebook.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type {
  DataRevision,
  InsightAnswer,
  InsightProgress,
  InsightUsersPage,
  Question,
} from '../../shared/insight.ts';
import type { Report } from '../../shared/report.ts';
import type { Locale } from '../../shared/settings.ts';
import type { PictureLook } from '../../shared/insight-formats.ts';
import type { DrawnFile, DrawnFormat } from './files/draw-file.ts';

/** What the thread of questions is asked. Both threads are one program, so messages are typed and not parsed again. */
export type InsightCall =
  | { kind: 'ask'; id: number; question: Question; codebook: Codebook }
  /** Which state of the workspace answers would be of. */
  | { kind: 'data'; id: number; codebook: Codebook }
  /** The users behind a figure of a question: a stretch of them, in the order of their first appearance. */
  | {
      kind: 'users';
      id: number;
      question: Question;
      codebook: Codebook;
      key: string;
      offset: number;
      limit: number;
    }
  /** A report as HTML, with the figures that it has. */
  | { kind: 'report'; id: number; report: Report; locale: Locale; codebook: Codebook }
  /** The picture or the graph of an answer, as the content of a file. */
  | ({
      kind: 'draw';
      id: number;
      question: Question;
      codebook: Codebook;
      format: DrawnFormat;
    } & PictureLook);

export type InsightMessage =
  | ({ kind: 'progress'; id: number } & InsightProgress)
  | {
      kind: 'answer';
      id: number;
      result: InsightAnswer | InsightUsersPage | DataRevision | DrawnFile | string;
    }
  | { kind: 'failed'; id: number; error: ErrorInfo };

/** What it is started with. */
export interface InsightWorkerData {
  workspacePath: string;
}
