import type { Detail } from '../shared/abstraction.ts';

/** What a workspace has of events at the end of a command. */
export interface ResultFigures {
  events: number;
  /** How many types of event there are. */
  types: number;
  /** Share of the events that fit no type, 0 to 1. */
  otherShare: number;
  /** Null before the first run. */
  detail: Detail | null;
}

/** The fields that the last line of `--json` has in addition. */
export function resultFields({ events, types, otherShare, detail }: ResultFigures): Record<string, unknown> {
  return { events, types, other_share: Math.round(otherShare * 1e6) / 1e6, detail };
}
