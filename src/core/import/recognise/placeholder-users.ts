/** What programs write for a user that is not known; compared without case. */
const WORDS = new Set([
  ...[
    'anonymous',
    'anonymous user',
    'anon',
    'guest',
    'guest user',
    'visitor',
    'unknown',
    '(unknown)',
    'unknown user',
    'unidentified',
  ],
  ...[
    'not logged in',
    'not_logged_in',
    'no_user',
    'nouser',
    'default',
    'missing',
    '-1',
    '-999',
    '(other)',
    '(direct)',
  ],
  ...['匿名', '匿名用户', '游客', '访客', '未登录', '未登录用户', '未知', '未知用户', '未注册', '默认用户'],
]);
/** Ids of devices that give none: zeros with dashes or colons, and the address that Android shows for every device. */
const NO_DEVICE = /^(?:0{6,}|0{2,8}(?:[-:]0{2,12})+|02(?::00){5}|f{8}(?:-f{4}){3}-f{12})$/i;
/** Characters that an encoding did not have, and what a spreadsheet shows in a column that is too narrow. */
const LOST = /^(?:[?？\ufffd]+|#{3,})$/;
/** The user 0 is a placeholder where so large a share of the rows is theirs, and so many times the rows of any other. */
const ZERO_SHARE = 0.05;
const ZERO_LEAD = 2;
/** Where the ids are all numbers from 0 on, 0 is the first of them: then it has to lead by more. */
const FIRST_LEAD = 5;
const LEAST_NUMBERS = 5;

/** An id that stands for no particular user, and in how many rows; null where there is none. A single row mixes no users. */
export function placeholderUser(ids: readonly string[]): { id: string; count: number } | null {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const [[most, ofMost] = ['', 0], [, ofNext] = ['', 0]] = [...counts].sort(([, a], [, b]) => b - a);
  const found = [...counts].filter(
    ([id, count]) => count > 1 && (WORDS.has(id.toLowerCase()) || NO_DEVICE.test(id) || LOST.test(id)),
  );
  const lead = areNumbersFromZero(counts) ? FIRST_LEAD : ZERO_LEAD;
  if (most === '0' && ofMost > 1 && ofMost >= ids.length * ZERO_SHARE && ofMost >= ofNext * lead)
    found.push([most, ofMost]);
  const [first] = found.sort(([, a], [, b]) => b - a);
  return first ? { id: first[0], count: first[1] } : null;
}

/** Whether the ids are all the numbers from 0 to some number, as programs number users by themselves. */
const areNumbersFromZero = (ids: ReadonlyMap<string, unknown>): boolean =>
  ids.size >= LEAST_NUMBERS &&
  Array.from({ length: ids.size }, (_, number) => String(number)).every((id) => ids.has(id));
