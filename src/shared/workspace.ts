import type { ErrorInfo } from './errors.ts';
import type { ImportRecord } from './import.ts';
import type { SequenceStatus } from './users.ts';

/** What is in the open workspace. */
export interface WorkspaceInfo {
  workspaceId: string;
  path: string;
  sizeBytes: number;
  users: number;
  behaviours: number;
  profiles: number;
  events: number;
  conversions: number;
  sequences: Record<SequenceStatus, number>;
  /** Wall-clock milliseconds of the first and last behaviour. */
  firstTime: number | null;
  lastTime: number | null;
  imports: ImportRecord[];
}

/** Whether a workspace is open, and if not, why: the window shows the reason and the way out. */
export interface WorkspaceState {
  path: string;
  open: boolean;
  error: ErrorInfo | null;
  recent: string[];
  /** The rescue by which the open workspace was made, until the user has put the report away. */
  rescued: RescueReport | null;
}

export interface RescueReport {
  /** Where the damaged file was put. */
  backupPath: string;
  /** Whether the rescue was cut short, and finished when the workspace was opened. */
  interrupted: boolean;
  behaviours: number;
  users: number;
  events: number;
  profiles: number;
  /** Tables of which not every row could be read. */
  damagedTables: string[];
}

/** The rules in use. */
export interface RulesInfo {
  path: string | null;
  builtIn: boolean;
  name: string;
  version: string;
  sessionGapMinutes: number;
  maxBehavioursPerUser: number;
  conversions: { id: string; zh: string; en: string; when: string }[];
  /** Names of event types by language, keyed by the stored (Chinese) name. */
  typeNames: Record<string, { 'zh-CN': string; en: string }>;
  /** Set when the chosen file cannot be used: no run starts with it, and everything else here is of the built-in rules. */
  error: ErrorInfo | null;
}
