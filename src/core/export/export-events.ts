import Papa from 'papaparse';
import { agentOf } from '../../shared/agent.ts';
import type { AgentPart } from '../../shared/agent.ts';
import { sceneOf } from '../../shared/scene.ts';
import { stageCounter } from '../../shared/stages.ts';
import type { ExportedEvent } from '../store/event-store.ts';
import { formatWallTime } from '../wall-time.ts';
import { writeWhole } from './write-whole.ts';

const HEADER = [
  'user_id',
  'event_type',
  'category',
  'start_time',
  'end_time',
  'origin',
  'confidence',
  'behavior_ids',
  'context',
  'scene',
  'agent',
];
/** Excel recognises a CSV as UTF-8 only by this mark. */
const BOM = '\uFEFF';
/** Text is written in pieces of about this many characters. */
const CHUNK_CHARS = 256 * 1024;

/** An event to write, with what is computed of it. */
interface Line extends ExportedEvent {
  /** `weekend evening`. */
  scene: string;
  agent: string | null;
  /** The number of its stage (null for a conversion), if stages are wanted. */
  stage?: number | null;
}

/**
 * Writes events as CSV, or as JSON Lines when the name ends in .jsonl, and returns how many. `agent`: how a user is labelled from
 * the profile. Scene and agent are computed here, not stored: they follow from the time and the profile as it is now. With
 * `stages`, each event also has the number of its stage, from 1 within the user; the events of a user follow one another. The file
 * appears whole or not at all. Cells that a spreadsheet would run as a formula are neutralised with a leading apostrophe
 * (owasp.org/www-community/attacks/CSV_Injection). Throws export.unwritable, export.over_database.
 */
export async function exportEvents(
  events: Iterable<ExportedEvent>,
  path: string,
  { agent, stages = false }: { agent: readonly AgentPart[]; stages?: boolean },
): Promise<number> {
  const counter = { events: 0 };
  const lines = stages ? withStages(withContext(events, agent)) : withContext(events, agent);
  const header = `${BOM}${[...HEADER, ...(stages ? ['stage'] : [])].join(',')}\r\n`;
  const text = path.toLowerCase().endsWith('.jsonl')
    ? chunks(lines, jsonLine, counter, '')
    : chunks(lines, csvLine, counter, header);
  await writeWhole(path, text, 'export.unwritable');
  return counter.events;
}

function* withStages(events: Iterable<Line>): Generator<Line> {
  let userId: string | null = null;
  let numberOf = stageCounter();
  for (const event of events) {
    if (event.userId !== userId) [userId, numberOf] = [event.userId, stageCounter()];
    yield { ...event, stage: numberOf(event.category) };
  }
}

function* withContext(events: Iterable<ExportedEvent>, template: readonly AgentPart[]): Generator<Line> {
  let profile: ExportedEvent['profile'] = null;
  let agent: string | null = null;
  for (const event of events) {
    // Events of a user follow each other, and share the profile.
    if (event.profile !== profile) {
      profile = event.profile;
      agent = agentOf(profile, template);
    }
    const { day, part } = sceneOf(event.startTime);
    yield { ...event, scene: `${day} ${part}`, agent };
  }
}

function* chunks(
  events: Iterable<Line>,
  line: (event: Line) => string,
  counter: { events: number },
  header: string,
): Generator<string> {
  let lines = header;
  for (const event of events) {
    lines += line(event);
    counter.events += 1;
    if (lines.length >= CHUNK_CHARS) {
      yield lines;
      lines = '';
    }
  }
  yield lines;
}

function csvLine(event: Line): string {
  const cells = [
    event.userId,
    event.type,
    event.category,
    formatWallTime(event.startTime),
    formatWallTime(event.endTime),
    event.origin,
    String(event.confidence),
    event.evidence.join(';'),
    JSON.stringify(event.context),
    event.scene,
    event.agent ?? '',
    ...(event.stage === undefined ? [] : [String(event.stage ?? '')]),
  ];
  return `${Papa.unparse([cells], { escapeFormulae: /^[=+\-@\t\r]/, newline: '\r\n' })}\r\n`;
}

function jsonLine(event: Line): string {
  return `${JSON.stringify({
    user_id: event.userId,
    event_type: event.type,
    category: event.category,
    start_time: formatWallTime(event.startTime),
    end_time: formatWallTime(event.endTime),
    origin: event.origin,
    confidence: event.confidence,
    behavior_ids: event.evidence,
    context: event.context,
    scene: event.scene,
    agent: event.agent,
    // Left out when undefined.
    stage: event.stage,
  })}\n`;
}
