import type { Random } from '../../src/core/sample/random.ts';

const STRING = /"((?:[^"\\]|\\.)*)"/gs;

/** The ways an answer fails to be JSON; each leaves the numbers and ids it holds as they were. */
const BREAKS: readonly [(users: string[]) => string, ...((users: string[]) => string)[]] = [
  trailingCommas,
  pythonQuotes,
  lastBracketsMissing,
  commaMissingBetweenUsers,
  rawLineBreakInString,
  curlyQuotes,
  bareKeys,
  comments,
  openingMissing,
  linePerUser,
  proseAround,
  noJsonAtAll,
];

/** A text with the content of `{"users":[…]}` that is no JSON (or not JSON alone). */
export function breakJson(users: unknown[], random: Random): string {
  const written = users.map((user) => JSON.stringify(user));
  const broken = random.pick(BREAKS)(written);
  return isWhole(broken) ? trailingCommas(written) : broken;
}

function isWhole(text: string): boolean {
  try {
    return 'users' in Object(JSON.parse(text));
  } catch {
    return false;
  }
}

function whole(users: string[]): string {
  return `{"users":[${users.join(',')}]}`;
}

function trailingCommas(users: string[]): string {
  return `{"users":[${users.map((user) => `${user},`).join('')}],}`;
}

function pythonQuotes(users: string[]): string {
  return whole(users).replace(STRING, (_whole, inside: string) => {
    return `'${inside.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  });
}

function lastBracketsMissing(users: string[]): string {
  return whole(users).replace(/\]\}$/, '');
}

function commaMissingBetweenUsers(users: string[]): string {
  return `{"users":[${users.join('\n')}\n}`;
}

function rawLineBreakInString(users: string[]): string {
  return whole(users).replace(/([\u2e80-\u9fff])"(?=[,\]}])/g, '$1\n"');
}

function curlyQuotes(users: string[]): string {
  return whole(users).replace(STRING, '“$1”');
}

function bareKeys(users: string[]): string {
  return whole(users).replace(/"(users|user_id|events|event_type|category|behavior_ids|context)":/g, '$1:');
}

function comments(users: string[]): string {
  return `{"users":[\n${users.map((user, at) => `  // 第 ${at + 1} 个用户\n  ${user}`).join(',\n')}\n]}`;
}

function openingMissing(users: string[]): string {
  return whole(users).slice('{"users":'.length);
}

function linePerUser(users: string[]): string {
  return users.join('\n');
}

function proseAround(users: string[]): string {
  return `好的，以下是每个用户的事件：\n${whole(users)}\n共 ${users.length} 个用户，以上为全部结果。`;
}

function noJsonAtAll(users: string[]): string {
  return users.map((_user, at) => `${at + 1}. 该用户有若干浏览与到访行为，未发现异常。`).join('\n');
}
