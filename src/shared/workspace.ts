import type { AgentPart } from './agent.ts';
import type { ErrorCode, ErrorInfo } from './errors.ts';
import type { ImportRecord } from './import.ts';
import type { EventCategory, SequenceStatus } from './users.ts';

/** How the names of workspace files end: those of new ones, and those that earlier versions made. */
export const WORKSPACE_EXTENSIONS = ['eventloom', 'db'] as const;

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

/** How many events of one type a workspace has. */
export interface EventTypeCount {
  /** The stored (Chinese) name; RulesInfo.typeNames has the others. */
  type: string;
  category: EventCategory;
  events: number;
}

/** What is done to the file of a workspace as a whole, which takes minutes for a large one. */
export const FILE_TASKS = ['rescue', 'restore', 'backup'] as const;
export type FileTask = (typeof FILE_TASKS)[number];

/** What a task that a person has stopped ends with. */
export const FILE_TASK_CANCELLED: Record<FileTask, ErrorCode> = {
  rescue: 'workspace.rescue_cancelled',
  restore: 'workspace.restore_cancelled',
  backup: 'workspace.backup_cancelled',
};

/** Whether a person has stopped such a task. */
export function isFileTaskCancelled({ code }: ErrorInfo): boolean {
  return Object.values(FILE_TASK_CANCELLED).includes(code);
}

/** The steps of such a task: bytes are copied, rows of a damaged file are read, a copy is checked, the result is put in order. */
export type FileTaskStep = 'copying' | 'reading' | 'checking' | 'finishing';

/** How far a task is within a step. */
export interface FileTaskProgress {
  step: FileTaskStep;
  /** Of the step, 0 to 1: of bytes, pages or rows that are done; null where it cannot be told. */
  share: number | null;
}

/** A task, as every window shows it. */
export interface FileTaskState extends FileTaskProgress {
  task: FileTask;
  /** Whether it was asked to stop. */
  cancelling: boolean;
}

/** Whether a workspace is open, and if not, why: the window shows the reason and the way out. */
export interface WorkspaceState {
  path: string;
  open: boolean;
  error: ErrorInfo | null;
  recent: string[];
  /** The rescue by which the open workspace was made, until the user has put the report away. */
  rescued: RescueReport | null;
  /** What is being done to the file of the workspace, whichever window asked for it; null for nothing. A backup by the clock is not told. */
  fileTask: FileTaskState | null;
}

/** A backup beside a workspace. `regular`: made by the clock or at a click. `format`: made before the format changed. */
export interface BackupFile {
  path: string;
  kind: 'regular' | 'format';
  /** The format of a `format` backup; null for others. */
  format: number | null;
  /** When it was made, milliseconds since the epoch. */
  time: number;
  sizeBytes: number;
}

/** The tables that a rescue takes over. */
export const RESCUED_TABLES = [
  'meta',
  'imports',
  'bad_rows',
  'users',
  'behaviours',
  'profiles',
  'former_profiles',
  'runs',
  'inductions',
  'induction_answers',
  'requests',
  'sent_prompts',
  'codebooks',
  'theme_tables',
  'saved_insights',
  'report_items',
  'answers',
  'learned',
  'sequences',
  'events',
] as const;
export type RescuedTable = (typeof RESCUED_TABLES)[number];

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

/** The fields of a behaviour that a rule can test. */
export const RULE_FIELDS = ['action', 'item', 'app', 'media', 'poi', 'text'] as const;
export type RuleField = (typeof RULE_FIELDS)[number];

/** What must be true of one field: all that is given. Lists are alternatives; `lacks`: none of them. */
export interface RuleTest {
  in?: string[];
  startsWith?: string[];
  contains?: string[];
  lacks?: string[];
  empty?: boolean;
}

/** One condition of a rule: the tests of all its fields must hold. */
export type RuleCondition = Partial<Record<RuleField, RuleTest>>;

/** A name in each language of the product. */
export interface Names {
  'zh-CN': string;
  en: string;
}

/** The rules that the program brings: 通用, 汽车, 电商. */
export const RULES_PACKS = ['general', 'auto', 'shop'] as const;
export type RulesPack = (typeof RULES_PACKS)[number];

/** Which rules are chosen: a pack, or a file of the user. */
export type RulesChoice = { pack: RulesPack } | { path: string };

/** A pack that knows more of what is in the log than the one that is chosen. */
export interface PackSuggestion {
  pack: RulesPack;
  /** Of so many behaviours that were looked at … */
  looked: number;
  /** … the pack knows so many, the chosen one so many, and so many fall under what only the pack has, or has its own way. */
  known: number;
  knownNow: number;
  own: number;
}

/** The rules in use. */
export interface RulesInfo {
  path: string | null;
  builtIn: boolean;
  /** The chosen pack; null for a file of the user. */
  pack: RulesPack | null;
  name: string;
  /** `name version (hash)`. */
  version: string;
  /** The versions of the packs, to recognise them in the version of an earlier run. */
  packVersions: Record<RulesPack, string>;
  /** `auto`: as the log proposes it, or the analyst has set it. */
  sessionGapMinutes: number | 'auto';
  maxBehavioursPerUser: number;
  /** How a user is labelled from the profile. */
  agent: AgentPart[];
  /** A behaviour is a conversion when one of the conditions in `when` holds. */
  conversions: { id: string; zh: string; en: string; when: RuleCondition[] }[];
  /** Names of event types by language, keyed by the stored (Chinese) name. */
  typeNames: Record<string, Names>;
  /** Names with `{theme}` in place of the theme of a thing. */
  themedNames: Names[];
  /** By the id of a kind or conversion, as the context of an event of several kinds has it. */
  kindNames: Record<string, Names>;
  /** Names of the actions that the rules know, keyed by the action of the log in lower case. */
  actionNames: Record<string, Names>;
  /** Set when the chosen file cannot be used: no run starts with it, and everything else here is of the built-in rules. */
  error: ErrorInfo | null;
}
