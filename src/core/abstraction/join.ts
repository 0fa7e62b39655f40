import type { Detail } from '../../shared/abstraction.ts';
import { sessionBorders } from './sessions.ts';
import type { SessionLimits } from './sessions.ts';

/** What decides which behaviours of a user may join. */
export interface Label {
  /** What was done, in the finest terms: behaviours of different kinds do not join at the detail `fine`. */
  kind: string;
  /** The purpose that the kind serves: behaviours of different intents never join. */
  intent: string;
  /** The one thing that the behaviour was about; null for nothing. */
  thing: string | null;
  /** What the thing belongs to; null where there is no thing. */
  theme: string | null;
  /** By what behaviours join at the detail `standard`: the theme, or what it belongs to; null for nothing. */
  joinedBy: string | null;
  isConversion: boolean;
}

/** A behaviour as far as joining is concerned. Wall-clock milliseconds; `end` is not before `start`. */
export interface Moment {
  start: number;
  end: number;
  label: Label;
}

export interface JoinLimits extends SessionLimits {
  detail: Detail;
  /**
   * Whether neighbouring conversions of one kind about one thing join at the detail `fine`, as they do by rules with a session gap of their
   * own; true when left out. At the other details conversions never join.
   */
  joinsConversions?: boolean;
  /** A silence of a theme (of an intent at the detail `brief`) that is longer than this ends its event, in milliseconds. */
  themeGapMs: number;
  /**
   * Whether the order of different steps is what the log tells: only neighbours of one intent and theme join then, within the theme
   * gap. False when left out.
   */
  isProcess?: boolean;
}

/** Behaviours that become one event, by their places in the list, and the session (from 1) in which the first of them lies. */
export interface Group {
  members: number[];
  session: number;
}

/**
 * Divides the behaviours of one user, in time order, into the groups that become events, in the order of their first
 * behaviour. Each behaviour is in exactly one group.
 *
 * - `fine`: neighbours of one kind about one thing within a session.
 * - `standard`: behaviours of one intent and one theme (or what it belongs to), also across others, until that was silent for longer than the gap.
 * - `brief`: the same by intent alone.
 * - In a process nothing joins across others: the order of different steps stays.
 * - A conversion is a group of its own, and no group has behaviours before and after one; at `fine` conversions of one kind about one
 *   thing may join, as other neighbours do (`joinsConversions`).
 */
export function joinBehaviours(moments: readonly Moment[], limits: JoinLimits): Group[] {
  const { detail, themeGapMs, joinsConversions = true, isProcess = false } = limits;
  const isFine = detail === 'fine';
  const joinsNeighboursOnly = isFine || isProcess;
  const groups: Group[] = [];
  /** Groups that may still grow, by intent and theme; where only neighbours join, the latest. */
  const open = new Map<string, OpenGroup>();
  const beginsSession = sessionBorders(limits);
  let session = 0;
  moments.forEach(({ start, end, label }, place) => {
    const isNewSession = beginsSession({ start, end });
    if (isNewSession) session += 1;
    const key = label.isConversion && !(isFine && joinsConversions) ? null : keyOf(label, detail);
    const known = key === null ? undefined : open.get(key);
    if (known && (isFine ? !isNewSession : start - known.end <= themeGapMs)) {
      known.group.members.push(place);
      known.end = Math.max(known.end, end);
      return;
    }
    const group = { members: [place], session };
    groups.push(group);
    // Nothing joins across a conversion.
    if (key === null || joinsNeighboursOnly) open.clear();
    if (key !== null) open.set(key, { group, end });
  });
  return groups;
}

interface OpenGroup {
  group: Group;
  /** When the latest activity of the group was over. */
  end: number;
}

/** Behaviours with the same key may join. The name of a kind or an intent has no line break. */
function keyOf({ kind, intent, thing, joinedBy, isConversion }: Label, detail: Detail): string {
  switch (detail) {
    case 'fine': {
      const type = isConversion ? `!${kind}` : kind;
      return thing === null ? type : `${type}\n${thing}`;
    }
    case 'standard':
      return joinedBy === null ? intent : `${intent}\n${joinedBy}`;
    case 'brief':
      return intent;
  }
}
