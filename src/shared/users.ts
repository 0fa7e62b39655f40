import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';

/** State of a user's sequence (逻辑行为序列): 未抽象, 已抽象, 失败. */
export type SequenceStatus = 'pending' | 'succeeded' | 'failed';

/** Characters that a user id has at the most: a row with a longer one is rejected at the import. */
export const MOST_USER_ID_CHARS = 1000;
export const userIdSchema = z.string().min(1).max(MOST_USER_ID_CHARS);

export const usersQuerySchema = z.object({
  page: z.number().int().min(1),
  pageSize: z.number().int().min(1).max(200),
  /** Part of a user id; empty for all. */
  search: z.string().max(300),
  /** `lowCoverage`: those of the succeeded that are marked 覆盖不足. */
  status: z.enum(['all', 'pending', 'succeeded', 'failed', 'lowCoverage']),
  sortBy: z.enum(['userId', 'behaviourCount', 'eventCount', 'conversionCount', 'lastTime', 'updatedAt']),
  sortOrder: z.enum(['asc', 'desc']),
});
export type UsersQuery = z.infer<typeof usersQuerySchema>;

/** How many users can be selected at the most. */
export const MOST_SELECTED = 100_000;

export const userIdsQuerySchema = usersQuerySchema
  .pick({ search: true, status: true })
  .extend({ limit: z.number().int().min(1).max(MOST_SELECTED).default(MOST_SELECTED) });
export type UserIdsQuery = z.output<typeof userIdsQuerySchema>;

/** How many conversions of one type there are: those of different types are never one figure. */
export interface ConversionCount {
  /** As EventRecord.type; the word that a model proposed for what no type of the codebook fits. */
  type: string;
  events: number;
}

/** One line of the user table. Behaviour times are wall-clock milliseconds (see Behaviour.time). */
export interface UserRow {
  userId: string;
  behaviourCount: number;
  firstTime: number | null;
  lastTime: number | null;
  status: SequenceStatus;
  eventCount: number;
  conversionCount: number;
  /** The same by type, in the order of the codebook. */
  conversions: ConversionCount[];
  /** Why the user failed; null unless status is `failed`. */
  failure: ErrorInfo | null;
  /** Share of the behaviours in evidence, 0 to 1; null before the user was abstracted. */
  coverage: number | null;
  /** True when a stretch of the behaviours is in no event's evidence (覆盖不足). */
  lowCoverage: boolean;
  /** When the sequence was last abstracted, milliseconds since the epoch. */
  updatedAt: number | null;
}

export interface UsersPage {
  rows: UserRow[];
  /** How many users match the query. */
  total: number;
  /** How many users match the search, by status. */
  counts: Record<'all' | 'lowCoverage' | SequenceStatus, number>;
}

/** One row of the log (原始行为). */
export interface Behaviour {
  /** Identity in the workspace. */
  id: number;
  /** 1-based number of the data row in the file it came from. */
  rowNumber: number;
  /** Wall-clock time as milliseconds: the written date and time read as if it were UTC. Format it in UTC. */
  time: number;
  text: string | null;
  action: string | null;
  item: string | null;
  app: string | null;
  media: string | null;
  poi: string | null;
  /** Seconds. */
  duration: number | null;
  /** Columns of the file that have no role, by header. */
  extra: Record<string, string> | null;
}

export type EventCategory = 'conversion' | 'engagement';
export type EventOrigin = 'rule' | 'llm' | 'guardrail';

/** One event (逻辑行为) with its evidence. */
export interface EventRecord {
  /** Position in the user's sequence, from 1. */
  ordinal: number;
  /** The id of a type of the codebook; of an action of the log that no rule names, the action. */
  type: string;
  /** The word that a model proposed for what no type of the codebook fits. */
  proposed?: string;
  category: EventCategory;
  /** Wall-clock milliseconds, as Behaviour.time. */
  startTime: number;
  endTime: number;
  origin: EventOrigin;
  /** 0 to 1. */
  confidence: number;
  context: Record<string, unknown>;
  /** Ids of the behaviours it stands for, in time order. */
  evidence: number[];
}

export interface ProfileField {
  name: string;
  value: string;
}

export interface UserDetail {
  user: UserRow;
  /** Null when the workspace has no profile of the user. */
  profile: ProfileField[] | null;
  /** The first events, in order: all of them unless there are very many. */
  events: EventRecord[];
  /** Whether there are more events, which `users.events` gives. */
  moreEvents: boolean;
  /** When the days of the log begin, in milliseconds after midnight, as in figures by day. */
  dayStartMs: number;
}

export const eventsQuerySchema = z.object({
  userId: userIdSchema,
  /** The ordinal of the last event that is known; 0 for none. */
  after: z.number().int().min(0),
});
export type EventsQuery = z.infer<typeof eventsQuerySchema>;

/** A stretch of a user's events, in order. */
export interface EventsPage {
  events: EventRecord[];
  /** Whether there are more events after these. */
  more: boolean;
}

export const behavioursQuerySchema = z.object({
  userId: userIdSchema,
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(10_000),
});
export type BehavioursQuery = z.infer<typeof behavioursQuerySchema>;

export const evidenceQuerySchema = z.object({
  userId: userIdSchema,
  /** The event, by its place in the sequence. */
  ordinal: z.number().int().min(1),
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(2000),
});
export type EvidenceQuery = z.infer<typeof evidenceQuerySchema>;

export interface BehavioursPage {
  total: number;
  /** Fewer than asked for when they are very long, but at least one unless `offset` is at the end. */
  rows: Behaviour[];
}
