import type { BehaviourInput } from '../extractor.ts';
import { RULE_FIELDS } from './rules-schema.ts';
import type { Condition, FieldTest, RuleField } from './rules-schema.ts';

/** What the rules see of a behaviour. */
export type RuleSubject = Pick<BehaviourInput, RuleField>;

type ValueTest = (value: string | null) => boolean;
type SubjectTest = (subject: RuleSubject) => boolean;

interface CompiledEntry<T> {
  value: T;
  /** Whether the condition can hold for behaviours of this action. */
  action: ValueTest;
  /** Whether the condition can hold for texts with this first character; null when it can for any. */
  head: ValueTest | null;
  /** The condition without what it says of the action; null when that was all. */
  rest: SubjectTest | null;
}

/** What is left to decide once the action, and perhaps the first character of the text, is known. */
interface Plan<T> {
  checks: { value: T; holds: SubjectTest }[];
  otherwise: T | null;
}

/** The plans of one action. */
interface ActionPlans<T> {
  entries: CompiledEntry<T>[];
  /** By first character of the text; null when no entry cares how a text begins. */
  byHead: Map<string, Plan<T>> | null;
  plan: Plan<T>;
}

/** A log has few distinct actions. One with an action per row, or with very long actions, must not fill the memory. */
const MAX_PLANS = 1000;
const MAX_KEY_CHARS = 200;

/**
 * Makes a function that gives the value of the first entry one of whose conditions holds, or null. What depends on the
 * action alone is decided once for each distinct action, and most of what depends on how a text begins once for each
 * distinct first character: a behaviour costs a look into a map or two, not a walk through the rules.
 */
export function firstMatch<T>(
  entries: readonly { when: readonly Condition[]; value: T }[],
): (subject: RuleSubject) => T | null {
  const compiled = entries.flatMap(({ when, value }) => when.map((condition) => compile(condition, value)));
  const byAction = new Map<string | null, ActionPlans<T>>();
  const planFor = (subject: RuleSubject): Plan<T> => {
    const plans = remember(byAction, subject.action, () => plansFor(compiled, subject.action));
    if (!plans.byHead || subject.text === null) return plans.plan;
    const head = subject.text.charAt(0);
    return remember(plans.byHead, head, () =>
      makePlan(plans.entries.filter((entry) => !entry.head || entry.head(head))),
    );
  };
  return (subject) => {
    const plan = planFor(subject);
    for (const check of plan.checks) if (check.holds(subject)) return check.value;
    return plan.otherwise;
  };
}

function remember<K extends string | null, V>(memory: Map<K, V>, key: K, make: () => V): V {
  if (key !== null && key.length > MAX_KEY_CHARS) return make();
  let value = memory.get(key);
  if (value === undefined) {
    if (memory.size >= MAX_PLANS) memory.clear();
    value = make();
    memory.set(key, value);
  }
  return value;
}

function plansFor<T>(all: readonly CompiledEntry<T>[], action: string | null): ActionPlans<T> {
  const entries = all.filter((entry) => entry.action(action));
  const byHead = entries.some((entry) => entry.head) ? new Map<string, Plan<T>>() : null;
  return { entries, byHead, plan: makePlan(entries) };
}

function makePlan<T>(entries: readonly CompiledEntry<T>[]): Plan<T> {
  const plan: Plan<T> = { checks: [], otherwise: null };
  for (const { value, rest } of entries) {
    if (!rest) {
      plan.otherwise = value;
      break;
    }
    plan.checks.push({ value, holds: rest });
  }
  return plan;
}

function compile<T>(condition: Condition, value: T): CompiledEntry<T> {
  const fields = RULE_FIELDS.filter((field) => field !== 'action').flatMap((field) => {
    const test = condition[field];
    return test ? [{ field, holds: compileTest(test) }] : [];
  });
  const [only] = fields;
  const rest: SubjectTest =
    fields.length === 1 && only
      ? (subject) => only.holds(subject[only.field])
      : (subject) => fields.every(({ field, holds }) => holds(subject[field]));
  return {
    value,
    action: condition.action ? compileTest(condition.action) : () => true,
    head: condition.text ? headTest(condition.text) : null,
    rest: fields.length > 0 ? rest : null,
  };
}

function headTest(test: FieldTest): ValueTest | null {
  const words = 'in' in test ? test.in : test.startsWith;
  return words ? matches(`^(?:${alternatives(words.map((word) => word.charAt(0)))})`) : null;
}

function compileTest(test: FieldTest): ValueTest {
  if ('in' in test) return matches(`^(?:${alternatives(test.in)})$`);
  const all: ValueTest[] = [];
  if (test.startsWith) all.push(matches(`^(?:${alternatives(test.startsWith)})`));
  if (test.contains) all.push(matches(alternatives(test.contains)));
  if (test.lacks) {
    const contains = matches(alternatives(test.lacks));
    all.push((value) => !contains(value));
  }
  const { empty } = test;
  if (empty !== undefined) all.push((value) => (value === null) === empty);
  const [only] = all;
  return all.length === 1 && only ? only : (value) => all.every((holds) => holds(value));
}

/** One expression of literals: V8 searches all of them in one pass and without copying the value to fold its case. */
function matches(source: string): ValueTest {
  const expression = new RegExp(source, 'i');
  return (value) => value !== null && expression.test(value);
}

function alternatives(words: readonly string[]): string {
  return words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
}

/** A list of words longer than this is cut short for people. */
const WORDS_SHOWN = 6;

/** The conditions as one line for people, e.g. `action = visit_poi & poi contains 4S店 | 经销商`. */
export function describeConditions(when: readonly Condition[]): string {
  return when.map(describeCondition).join('; ');
}

function describeCondition(condition: Condition): string {
  return RULE_FIELDS.flatMap((field) => {
    const test = condition[field];
    return test ? describeTest(field, test) : [];
  }).join(' & ');
}

function describeTest(field: RuleField, test: FieldTest): string[] {
  if ('in' in test) return [`${field} = ${list(test.in)}`];
  const parts: string[] = [];
  if (test.startsWith) parts.push(`${field} startsWith ${list(test.startsWith)}`);
  if (test.contains) parts.push(`${field} contains ${list(test.contains)}`);
  if (test.lacks) parts.push(`${field} lacks ${list(test.lacks)}`);
  if (test.empty !== undefined) parts.push(`${field} ${test.empty ? 'empty' : 'not empty'}`);
  return parts;
}

function list(words: readonly string[]): string {
  const shown = words.slice(0, WORDS_SHOWN).map((word) => word.trim());
  if (words.length > WORDS_SHOWN) shown.push(`… (${words.length})`);
  return shown.join(' | ');
}
