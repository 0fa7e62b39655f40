import type { Random } from '../../src/core/sample/random.ts';
import { renderUser, renderUsers } from './answer-from-prompt.ts';
import type { AnswerForm, AnswerUser } from './answer-from-prompt.ts';
import { breakJson } from './bad-json.ts';
import type { FaultKind } from './faults.ts';
import { wholeCharacters } from './tokens.ts';

/** The output of the model before it is put into the protocol. */
export interface Spoken {
  text: string;
  /** Thoughts that are sent in a field of their own. */
  reasoning: string;
  /** Null: no reason for the end is given. */
  finish: string | null;
  /** The text is sent as the arguments of a call. */
  called?: boolean;
}

/** The model's output for a request with this fault; faults of the transfer leave it as it is. */
export function speak(
  users: AnswerUser[],
  form: AnswerForm,
  fault: FaultKind | null,
  random: Random,
): Spoken {
  switch (fault) {
    case 'omit':
      return stop(renderUsers(omitSome(users, random), form));
    case 'cut':
      return cut(renderUsers(users, form), random);
    case 'bad_json':
      return stop(
        breakJson(
          users.map((user) => renderUser(user, form)),
          random,
        ),
      );
    case 'wrong_ids':
      return stop(renderUsers(confuseIds(users, random), form));
    case 'think_or_fence':
      return random.pick([
        () => stop(`${thought(users, form)}\n\n${renderUsers(users, form)}`),
        () => stop(fenced(renderUsers(users, form), random)),
        () => stop(`${thought(users, form)}\n\n${fenced(renderUsers(users, form), random)}`),
      ])();
    case 'think_and_fence':
      return stop(`${thought(users, form)}\n\n${fenced(renderUsers(users, form), random)}`);
    case 'demote':
      return stop(renderUsers(users.map(demoted), form));
    case 'empty':
      return stop(random.pick(['', '', '\n']));
    case 'thought_only':
      return random.pick<() => Spoken>([
        () => stop(thought(users, form)),
        () => ({ ...stop(thought(users, form).replace('</think>', '')), finish: 'length' }),
        () => ({ ...stop(''), reasoning: thought(users, form).replace(/<\/?think>/g, '') }),
      ])();
    case 'draft_abort':
      return { ...stop(bareThought(users, form)), finish: 'insufficient_system_resource' };
    case 'draft_no_finish':
      return { ...stop(bareThought(users, form)), finish: null };
    case 'no_finish':
      return { ...stop(renderUsers(users, form)), finish: null };
    case 'in_reasoning':
      return { ...stop(''), reasoning: renderUsers(users, form) };
    case 'in_tool_call':
      return { ...stop(renderUsers(users, form)), finish: 'tool_calls', called: true };
    default:
      return stop(renderUsers(users, form));
  }
}

/** A thought that is not marked as one, as some servers hand it on, broken off before its end. */
function bareThought(users: AnswerUser[], form: AnswerForm): string {
  return thought(users, form)
    .replace(/<\/?think>\n?/g, '')
    .slice(0, -10);
}

function stop(text: string): Spoken {
  return { text, reasoning: '', finish: 'stop' };
}

function cut(text: string, random: Random): Spoken {
  const at = wholeCharacters(text, random.int(1, Math.max(1, text.length - 1)));
  return { text: text.slice(0, at), reasoning: '', finish: 'length' };
}

function omitSome(users: AnswerUser[], random: Random): AnswerUser[] {
  const left = [...users];
  for (let count = random.int(1, 3); count > 0 && left.length > 0; count--) {
    left.splice(random.int(0, left.length - 1), 1);
  }
  return left;
}

function confuseIds(users: AnswerUser[], random: Random): AnswerUser[] {
  const at = random.int(0, Math.max(0, users.length - 1));
  const chosen = users[at];
  if (!chosen) return [{ id: 'u1', events: [] }];
  const foreign = { ...chosen, id: foreignId(users, random) };
  return random.pick([
    () => [...users, chosen],
    () => [...users, { ...chosen, events: chosen.events.slice(0, 1) }],
    () => [...users, foreign],
    () => users.with(at, foreign),
  ])();
}

function foreignId(users: AnswerUser[], random: Random): string {
  const next = `u${users.length + random.int(1, 9)}`;
  return users.some(({ id }) => id === next) ? 'user_0815' : random.pick([next, next, 'user_0815']);
}

function demoted(user: AnswerUser): AnswerUser {
  const events = user.events.map((event) => {
    const isNumbered = event.category === 'conversion' && /^\d+$/.test(event.type);
    const type = isNumbered ? { type: '0', about: `${event.about}|浏览` } : {};
    return { ...event, ...type, category: 'engagement' as const };
  });
  return { ...user, events };
}

/** A draft that would be wrong to take: one conversion with all that there is as evidence. */
function thought(users: AnswerUser[], form: AnswerForm): string {
  const draft = users.map((user) => {
    const numbers = user.events.flatMap((event) => event.numbers).sort((one, other) => one - other);
    const first = user.events[0];
    return first
      ? { ...user, events: [{ ...first, type: '草稿事件', category: 'conversion' as const, numbers }] }
      : user;
  });
  const json = renderUsers(draft, form);
  return `<think>\n好的，我先逐个用户看一遍行为，再合并成事件。先打个草稿：\n${json}\n等等，这样把所有行为都归为一个转化是不对的，需要重新整理。\n</think>`;
}

function fenced(json: string, random: Random): string {
  return random.pick([
    `\`\`\`json\n${json}\n\`\`\``,
    `\`\`\`\n${json}\n\`\`\``,
    `以下是抽象结果：\n\n\`\`\`json\n${json}\n\`\`\`\n\n如需调整请告诉我。`,
  ]);
}
