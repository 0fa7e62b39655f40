import type { EventCategory } from '@shared/users';

/** A node of a graph of event types, as it is drawn. */
export interface DrawnNode {
  /** By which its users are listed. */
  key: string;
  type: string;
  category: EventCategory | null;
  value: number;
}

export interface DrawnEdge {
  key: string;
  from: string;
  to: string;
  /** How thick it is. */
  value: number;
  /** What stands on it. */
  label: string;
  /** What it is, and more of it. */
  title: string;
  note: string;
  lit?: boolean;
}
