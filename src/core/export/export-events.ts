import Papa from 'papaparse';
import { agentOf } from '../../shared/agent.ts';
import type { AgentPart } from '../../shared/agent.ts';
import { sceneOf } from '../../shared/scene.ts';
import type { ExportedEvent } from '../store/event-store.ts';
import { formatWallTime } from './wall-time.ts';
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

/**
 * Writes events as CSV, or as JSON Lines when the name ends in .jsonl, and returns how many. The file appears whole or
 * not at all. `agent`: how a user is labelled from the profile. Scene and agent are computed here, not stored: they follow from
 * the time and the profile as it is now. Cells that a spreadsheet would run as a formula are neutralised with a leading apostrophe
 * (owasp.org/www-community/attacks/CSV_Injection). Throws export.unwritable, export.over_database.
 */
export async function exportEvents(
  events: Iterable<ExportedEvent>,
  path: string,
  agent: readonly AgentPart[],
): Promise<number> {
  const jsonLines = path.toLowerCase().endsWith('.jsonl');
  const counter = { events: 0 };
  const text = chunks(withContext(events, agent), jsonLines ? jsonLine : csvLine, counter, !jsonLines);
  await writeWhole(path, text, 'export.unwritable');
  return counter.events;
}

/** An event with what is computed of it. */
interface EventLine extends ExportedEvent {
  /** `weekend evening`. */
  scene: string;
  agent: string | null;
}

function* withContext(events: Iterable<ExportedEvent>, template: readonly AgentPart[]): Generator<EventLine> {
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
  events: Iterable<EventLine>,
  line: (event: EventLine) => string,
  counter: { events: number },
  withHeader: boolean,
): Generator<string> {
  let lines = withHeader ? `${BOM}${HEADER.join(',')}\r\n` : '';
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

function csvLine(event: EventLine): string {
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
  ];
  return `${Papa.unparse([cells], { escapeFormulae: /^[=+\-@\t\r]/, newline: '\r\n' })}\r\n`;
}

function jsonLine(event: EventLine): string {
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
  })}\n`;
}
