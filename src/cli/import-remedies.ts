import type { ErrorCode } from '../shared/errors.ts';
import type { MessageCode } from '../shared/messages/index.ts';
import type { Locale } from '../shared/settings.ts';
import { fillText } from '../shared/messages/format.ts';

/** What is told of a file before and after it is imported. */
type Told = Extract<MessageCode, `import.doubt.${string}` | `import.note.${string}`>;
/** Reasons why a file is not imported that another reading may cure. */
type Curable =
  | 'import.one_column'
  | 'import.missing_column'
  | 'import.undecided_dates'
  | 'import.undecided_encoding'
  | 'import.no_such_part'
  | 'import.which_part'
  | 'import.no_usable_rows'
  | 'import.mostly_refused'
  | 'import.other_reading'
  | 'import.durations_unread';

const ENCODING = '--encoding';
const DELIMITER = '--delimiter';
const HEADER = '--header';
const DATES = '--date-order day-first|month-first|year-first';
const UNIT = '--duration-unit s|ms|us|ns|min|h|d';
const ZONE = '--time-zone';
const USER = '--map user=…';
const TIME = '--map time=…';
const ACTION = '--map action=…';
const COLUMNS = '--map user=…,time=…,action=…';

/**
 * With which options of the command line a file is read in another way, for each thing that is told of it: what the window offers as a choice
 * has no button here. Empty where no option helps: the file has to be mended where it comes from, or nothing is wrong.
 */
export const OPTIONS_FOR: Readonly<Record<Told | Curable, readonly string[]>> = {
  'import.one_column': [DELIMITER],
  'import.missing_column': [COLUMNS, '--action'],
  'import.undecided_dates': [DATES],
  'import.undecided_encoding': [ENCODING],
  'import.no_such_part': ['--sheet', '--table'],
  'import.which_part': ['--sheet', '--table'],
  'import.no_usable_rows': [COLUMNS],
  'import.mostly_refused': [COLUMNS, '--accept-rejects'],
  'import.other_reading': ['imports --undo {id}'],
  'import.durations_unread': [UNIT],
  'import.doubt.action_is_text': [ACTION],
  'import.doubt.anonymous': [USER],
  'import.doubt.broken_header': [COLUMNS, '--no-header'],
  'import.doubt.case_is_user': [USER],
  'import.doubt.decimal_commas': [DELIMITER],
  'import.doubt.encoding_guessed': [ENCODING],
  'import.doubt.every_row_a_user': [USER],
  'import.doubt.fullwidth_commas': [DELIMITER],
  'import.doubt.garbled': [],
  'import.doubt.header_delimiter': [DELIMITER],
  'import.doubt.ids_dates': [],
  'import.doubt.ids_rounded': [],
  'import.doubt.ids_scientific': [],
  'import.doubt.ids_spelled_twice': [],
  'import.doubt.ids_with_point': [],
  'import.doubt.implausible_time': [TIME, DATES],
  'import.doubt.implied_action': ['--action'],
  'import.doubt.known_columns': [COLUMNS, '--no-header'],
  'import.doubt.long_durations': [UNIT],
  'import.doubt.many_actions': [ACTION],
  'import.doubt.merged_header': [COLUMNS],
  'import.doubt.mixed_date_orders': [DATES],
  'import.doubt.mixed_zones': [ZONE],
  'import.doubt.negative_durations': [],
  'import.doubt.no_durations': [],
  'import.doubt.no_header': [COLUMNS, HEADER],
  'import.doubt.no_time_of_day': ['--map time=…,clock=…'],
  'import.doubt.one_time_a_user': [TIME],
  'import.doubt.old_instants': [],
  'import.doubt.one_time_of_day': ['--map time=…,clock=…'],
  'import.doubt.part_open': ['--sheet', '--table'],
  'import.doubt.placeholder_user': [USER],
  'import.doubt.same_name_read': [COLUMNS],
  'import.doubt.same_names': [],
  'import.doubt.second_header_line': ['--no-header'],
  'import.doubt.several_times': [TIME],
  'import.doubt.several_users': [USER],
  'import.doubt.shifted_header': [COLUMNS],
  'import.doubt.time_of_user': [TIME],
  'import.doubt.sparse_action': [ACTION],
  'import.doubt.titles': [],
  'import.doubt.unnamed_columns': [],
  'import.doubt.zone_column': [ZONE],
  'import.note.beside_records': [],
  'import.note.blank_rows': [],
  'import.note.computed_columns': [],
  'import.note.cut_texts': [],
  'import.note.damaged_cells': [ENCODING],
  'import.note.empty_lists': [],
  'import.note.encoding_changed': [ENCODING],
  'import.note.error_cells': [],
  'import.note.formulas': [],
  'import.note.hidden_rows': [],
  'import.note.ids_rounded': [],
  'import.note.ids_scientific': [],
  'import.note.ids_spelled_twice': [],
  'import.note.implausible_times': [TIME, DATES],
  'import.note.kept_lists': [],
  'import.note.merged_cells': [],
  'import.note.nested_attributes': [],
  'import.note.repeated_hour': [ZONE],
  'import.note.repeated_names': [],
  'import.note.short_rows': [],
  'import.note.trailing_cells': [],
  'import.note.views': [],
};

const WAYS = {
  'zh-CN': '（命令行：{options}）',
  en: ' (On the command line: {options}.)',
} as const satisfies Record<Locale, string>;

/** A text, with the options that help where it does not name them itself. `params`: those of the text. */
export function withOptions(
  locale: Locale,
  code: ErrorCode,
  text: string,
  params: Readonly<Record<string, string | number>> = {},
): string {
  if (!isListed(code)) return text;
  const missing = OPTIONS_FOR[code].filter((option) => !text.includes(option.split(' ')[0] ?? option));
  if (missing.length === 0) return text;
  const options = missing
    .map((option) => fillText(locale, option, { id: '…', ...params }))
    .join(locale === 'en' ? ', ' : '、');
  return text + fillText(locale, WAYS[locale], { options });
}

const isListed = (code: ErrorCode): code is Told | Curable => Object.hasOwn(OPTIONS_FOR, code);
