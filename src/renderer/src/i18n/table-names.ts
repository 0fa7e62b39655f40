import type { RescuedTable } from '@shared/workspace';
import type { TextKey } from './index';

/** What the tables of a workspace hold, in words: for the report of a rescue. */
export const TABLE_NAMES: Record<RescuedTable, TextKey> = {
  meta: 'closed.tables.meta',
  imports: 'closed.tables.imports',
  bad_rows: 'closed.tables.badRows',
  users: 'data.users',
  behaviours: 'data.behaviours',
  profiles: 'data.profiles',
  former_profiles: 'closed.tables.formerProfiles',
  runs: 'nav.history',
  inductions: 'closed.tables.inductions',
  induction_answers: 'closed.tables.inductionAnswers',
  requests: 'closed.tables.requests',
  sent_prompts: 'closed.tables.sentPrompts',
  codebooks: 'nav.types',
  theme_tables: 'nav.themes',
  saved_insights: 'insight.shelf.title',
  report_items: 'insight.tabs.report',
  answers: 'closed.tables.answers',
  learned: 'closed.tables.learned',
  sequences: 'closed.tables.sequences',
  events: 'data.events',
};
