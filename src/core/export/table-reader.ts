import { agentOf } from '../../shared/agent.ts';
import type { AgentPart } from '../../shared/agent.ts';
import type { Codebook } from '../../shared/codebook.ts';
import type { StoredDetail } from '../../shared/export.ts';
import type { ExportWhat } from '../../shared/export-formats.ts';
import { sceneOf } from '../../shared/scene.ts';
import { foldStages, stageCounter, themesOf } from '../../shared/stages.ts';
import type { SequenceLine } from '../../shared/stages.ts';
import type { ProfileField } from '../../shared/users.ts';
import { TypeFinder } from '../abstraction/codebook.ts';
import { durationOf } from '../abstraction/duration.ts';
import { sessionBorders } from '../abstraction/sessions.ts';
import type { SessionLimits } from '../abstraction/sessions.ts';
import { conversionsByType } from '../abstraction/conversion-types.ts';
import { ORDINAL_SPAN } from '../store/event-id.ts';
import type { ExportedEvent } from '../store/event-store.ts';
import type { Connected } from '../store/database.ts';
import { ExportStore } from '../store/export-store.ts';
import type { ExportedUser } from '../store/export-store.ts';
import { columnNames } from './column-names.ts';
import type { EventSource } from './event-source.ts';
import type { WallClock } from './wall-clock.ts';
import {
  ACTIVITY_COLUMNS,
  BEHAVIOUR_COLUMNS,
  BEHAVIOUR_END,
  EVENT_COLUMNS,
  STAGE_COLUMNS,
  USER_COLUMNS,
} from './export-columns.ts';
import type { ExportCell, ExportColumn, ExportLine, ExportTable } from './export-table.ts';

export interface TableOptions {
  workspace: Connected;
  clock: WallClock;
  /** Those of the events. */
  details: readonly StoredDetail[];
  events: EventSource;
  /** How many users have events that the source computes. */
  computedUsers: number;
  /** The codebook with the types of the rules. */
  codebook: Codebook;
  /** How a user is labelled from the profile. */
  agent: readonly AgentPart[];
  /** How the sessions of a user are told apart. */
  sessions: SessionLimits;
  /** Called now and then while something is read before the lines; may throw to end that. */
  onRead: () => void;
}

const NAMES_JOINED = '; ';
const ROWS_PER_LOOK = 1_000;

/** Opens what is to be exported of a workspace. The workspace has to stand still while its lines are read. */
export function openTable(what: ExportWhat, options: TableOptions): ExportTable {
  return tables[what](new Reader(options));
}

const tables: Record<ExportWhat, (reader: Reader) => ExportTable> = {
  events: (reader) => ({
    ...reader.base('events', EVENT_COLUMNS, 'start_time'),
    expected: reader.expectedEvents,
    lines: () => reader.events(),
  }),
  stages: (reader) => ({
    ...reader.base('stages', STAGE_COLUMNS, 'start_time'),
    expected: reader.expectedEvents,
    lines: () => reader.stages(),
  }),
  behaviours: (reader) => {
    const fixed = [...BEHAVIOUR_COLUMNS, ...BEHAVIOUR_END];
    const extra = columnNames(reader.watched(reader.store.extraNames()), fixed, 'extra');
    const columns = [...BEHAVIOUR_COLUMNS, ...extra.columns, ...BEHAVIOUR_END];
    return {
      ...reader.base('behaviours', columns, 'timestamp'),
      notes: extra.notes,
      expected: reader.figures.behaviours,
      lines: () => reader.behaviours(extra.cells),
    };
  },
  users: (reader) => {
    const fields = columnNames(reader.watched(reader.store.profileNames()), USER_COLUMNS, 'profile');
    return {
      ...reader.base('users', [...USER_COLUMNS, ...fields.columns], null),
      notes: fields.notes,
      expected: reader.figures.users,
      lines: () => reader.userTable(fields.cells),
    };
  },
};

type ExtraCells = (values: ReadonlyMap<string, string>) => ExportCell[];

/** Reads the lines of each kind. */
class Reader {
  readonly store: ExportStore;
  readonly figures: ReturnType<ExportStore['figures']>;
  readonly #options: TableOptions;
  readonly #finder: TypeFinder;
  /** Users follow one another: the label of one is made once. */
  #label: { profile: ProfileField[] | null; agent: string | null } = { profile: null, agent: null };

  constructor(options: TableOptions) {
    this.#options = options;
    this.store = new ExportStore(options.workspace.db);
    this.figures = this.store.figures();
    this.#finder = new TypeFinder(options.codebook);
  }

  base(
    what: ExportWhat,
    columns: readonly ExportColumn[],
    startColumn: string | null,
  ): Omit<ExportTable, 'expected' | 'lines'> {
    const { store } = this;
    return {
      what,
      columns,
      startColumn,
      activityColumn: ACTIVITY_COLUMNS[what],
      clock: this.#options.clock,
      details: this.#options.details,
      computedUsers: this.#options.computedUsers,
      workspaceId: store.workspaceId(),
      notes: [],
      users: () => this.watched(store.users()),
      hasUser: (userId) => store.hasUser(userId),
    };
  }

  /** How many events there are; of those that are computed, how many behaviours they are made of, about. */
  get expectedEvents(): number {
    const { events, behaviours } = this.figures;
    return events > 0 && this.#options.events.computes ? behaviours : events;
  }

  /** How much of `expectedEvents` events with so many behaviours are. */
  #shareOf(events: number, behaviours: number): number {
    return this.#options.events.computes ? behaviours : events;
  }

  /** The same rows; `onRead` is called between them. */
  *watched<T>(rows: Iterable<T>): Generator<T> {
    let read = 0;
    for (const row of rows) {
      if (read % ROWS_PER_LOOK === 0) this.#options.onRead();
      read += 1;
      yield row;
    }
  }

  *events(): Generator<ExportLine> {
    let owner: string | null = null;
    let stageOf = stageCounter();
    for (const event of this.#namedEvents()) {
      if (owner !== event.userId) [owner, stageOf] = [event.userId, stageCounter()];
      const {
        id,
        userId,
        profile,
        type,
        category,
        startTime,
        endTime,
        origin,
        confidence,
        context,
        evidence,
      } = event;
      const objects = themesOf(context, evidence.length).map(([name]) => name);
      yield {
        key: `event ${id}`,
        userId,
        profile,
        activity: type,
        start: startTime,
        objects,
        share: this.#shareOf(1, evidence.length),
        cells: [
          userId,
          type,
          category,
          startTime,
          endTime,
          origin,
          confidence,
          evidence.join(';'),
          JSON.stringify(context),
          sceneText(startTime),
          this.#agentOf(profile),
          stageOf(category),
          objects.length === 0 ? null : objects.join(NAMES_JOINED),
          this.#options.clock.named(startTime),
          id % ORDINAL_SPAN,
          id,
        ],
      };
    }
  }

  *stages(): Generator<ExportLine> {
    let own: ExportedEvent[] = [];
    for (const event of this.#namedEvents()) {
      if (own[0] && own[0].userId !== event.userId) {
        yield* this.#stagesOf(own);
        own = [];
      }
      own.push(event);
    }
    yield* this.#stagesOf(own);
  }

  *#stagesOf(events: ExportedEvent[]): Generator<ExportLine> {
    const [first] = events;
    if (!first) return;
    const { userId, profile } = first;
    for (const [index, line] of foldStages(events).entries()) {
      const { startTime, endTime } = line.kind === 'stage' ? line : line.event;
      const { activity, cells, objects } = this.#stageParts(line);
      const [of, behaviours] =
        line.kind === 'stage' ? [line.events.length, line.behaviours] : [1, line.event.evidence.length];
      yield {
        key: `stage ${userId} ${index + 1}`,
        userId,
        profile,
        activity,
        start: startTime,
        objects,
        share: this.#shareOf(of, behaviours),
        cells: [
          userId,
          ...cells.slice(0, 3),
          startTime,
          endTime,
          ...cells.slice(3),
          sceneText(startTime),
          this.#agentOf(profile),
          this.#options.clock.named(startTime),
          index + 1,
          activity,
        ],
      };
    }
  }

  /** Kind, stage, type; then events, behaviours, types, objects. */
  #stageParts(line: SequenceLine<ExportedEvent>): Pick<ExportLine, 'activity' | 'cells' | 'objects'> {
    if (line.kind === 'conversion') {
      const { type, context, evidence } = line.event;
      const themes = themesOf(context, evidence.length);
      const counts = [1, evidence.length, JSON.stringify([[type, evidence.length]]), JSON.stringify(themes)];
      return {
        activity: type,
        objects: themes.map(([name]) => name),
        cells: ['conversion', null, type, ...counts],
      };
    }
    const { number, events, behaviours, types, themes } = line;
    const word = this.#options.codebook.language === 'zh' ? '阶段' : 'Stage';
    return {
      activity: `${word} ${number}`,
      objects: themes.map(([name]) => name),
      cells: [
        'stage',
        number,
        null,
        events.length,
        behaviours,
        JSON.stringify(types),
        JSON.stringify(themes),
      ],
    };
  }

  *behaviours(extraCells: ExtraCells): Generator<ExportLine> {
    const imports = this.store.imports();
    const { clock } = this.#options;
    let owner: number | null = null;
    let belongs = new Map<number, OwnedBy>();
    let session = 0;
    let beginsSession = sessionBorders(this.#options.sessions);
    for (const behaviour of this.store.behaviours()) {
      const { id, userNo, userId, profile, time, text, action, item, app, media, poi, duration } = behaviour;
      if (owner !== userNo) {
        [owner, belongs] = [userNo, this.#belonging(userNo)];
        [session, beginsSession] = [0, sessionBorders(this.#options.sessions)];
      }
      if (beginsSession({ start: time, end: time + (durationOf(behaviour) ?? 0) })) session += 1;
      const event = belongs.get(id);
      const source = imports.find(({ baseId }) => baseId < id);
      yield {
        key: `behaviour ${id}`,
        userId,
        profile,
        activity: action ?? text ?? event?.type ?? '-',
        start: time,
        objects: [],
        cells: [
          ...[userId, time, text, action, item, app, media, poi, duration],
          ...extraCells(new Map(Object.entries(behaviour.extra ?? {}))),
          event?.number ?? null,
          event?.type ?? null,
          event?.category ?? null,
          event && event.others.length > 0 ? event.others.join(';') : null,
          id - (source?.baseId ?? 0),
          source?.fileName ?? null,
          clock.named(time),
          session,
        ],
      };
    }
  }

  /** The events of a user that its behaviours belong to, by the ids of those. */
  #belonging(userNo: number): Map<number, OwnedBy> {
    const owners = new Map<number, OwnedBy>();
    for (const event of this.#options.events.of(userNo)) {
      const type = this.#finder.nameOf(this.#finder.resolve(event).type);
      for (const id of event.evidence) {
        const known = owners.get(id);
        if (known) known.others.push(event.ordinal);
        else owners.set(id, { number: event.ordinal, type, category: event.category, others: [] });
      }
    }
    return owners;
  }

  *userTable(profileCells: ExtraCells): Generator<ExportLine> {
    for (const user of this.store.users()) {
      const { userId, profile, firstTime, lastTime } = user;
      const values = new Map<string, string>();
      for (const { name, value } of profile ?? []) if (!values.has(name)) values.set(name, value);
      yield {
        key: `user ${userId}`,
        userId,
        profile,
        activity: user.status,
        start: firstTime ?? 0,
        objects: [],
        cells: [
          userId,
          user.status,
          user.behaviours,
          user.events,
          user.conversions,
          firstTime,
          lastTime,
          lastTime === null ? null : this.#options.clock.named(lastTime),
          user.coverage,
          user.lowCoverage,
          user.failure?.code ?? null,
          this.#agentOf(profile),
          this.#conversionsOf(user),
          ...profileCells(values),
        ],
      };
    }
  }

  /** Events with the name of their type; a word outside the codebook stays in the context. */
  *#namedEvents(): Generator<ExportedEvent> {
    for (const event of this.#options.events.all()) {
      const { type, proposed } = this.#finder.resolve(event);
      const context = proposed === undefined ? event.context : { ...event.context, proposed };
      yield { ...event, context, type: this.#finder.nameOf(type) };
    }
  }

  /** `到店 2 · 购买 1`; null for none. */
  #conversionsOf(user: ExportedUser): string | null {
    const words = this.store.conversionWords(user);
    const counts = conversionsByType(words, this.#finder, this.#options.codebook);
    const parts = counts.map(({ type, events }) => `${this.#finder.nameOf(type)} ${events}`);
    return parts.length === 0 ? null : parts.join(' · ');
  }

  #agentOf(profile: ProfileField[] | null): string | null {
    if (this.#label.profile !== profile)
      this.#label = { profile, agent: agentOf(profile, this.#options.agent) };
    return this.#label.agent;
  }
}

interface OwnedBy {
  number: number;
  type: string;
  category: string;
  others: number[];
}

function sceneText(time: number): string {
  const { day, part } = sceneOf(time);
  return `${day} ${part}`;
}
