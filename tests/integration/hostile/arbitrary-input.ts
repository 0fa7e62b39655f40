import fc from 'fast-check';
import { z } from 'zod';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

/** What of a JSON schema is looked at. */
interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
}

/** Nested so deep that a walk which calls itself would overflow its stack. */
function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let n = 0; n < depth; n += 1) value = n % 2 === 0 ? [value] : { next: value };
  return value;
}

const circular: Record<string, unknown> = {};
circular['self'] = circular;

/** Values that structured clone lets through, of every kind; strings that are never valid addresses but of this machine. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    NaN,
    -0,
    Infinity,
    2 ** 53,
    -(2 ** 63),
    1e308,
    10n ** 30n,
    new Date(NaN),
    new Map([['userId', 'u1']]),
    new Set([1]),
    new Uint8Array(8),
    /x/u,
    new Error('x'),
    circular,
    nested(5_000),
    'x'.repeat(300_000),
    '\u0000'.repeat(1_000),
    Array.from({ length: 100_001 }, () => 'u'),
    Object.assign([], { length: 4_000_000 }),
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`key${n}`, n])),
  ),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    maxDepth: 3,
  }),
);

function valid(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(valid));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(valid(schema.items ?? {}), { maxLength: Math.min(5, schema.maxItems ?? 5) });
    case 'integer': {
      const min = Math.max(-10, schema.minimum ?? -10);
      return fc.integer({ min, max: Math.max(min, Math.min(min + 1_000, schema.maximum ?? Infinity)) });
    }
    case 'number': {
      const min = schema.minimum ?? -10;
      return fc.double({ min, max: Math.max(min, schema.maximum ?? 1_000), noNaN: true });
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return fc.oneof(
        fc.constantFrom('u1', 'u2', '浏览', '购买', 'item 0', 'http://127.0.0.1:9/v1', ...HOSTILE_TEXTS),
        fc.string({ maxLength: Math.min(30, schema.maxLength ?? 30) }),
      );
    default:
      return hostile;
  }
}

/** Fields left out, added, and now and then replaced by something else. */
function objectOf({ properties = {} }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) =>
    fc
      .tuple(fc.constant(name), fc.integer({ min: 0, max: 19 }), valid(schema), hostile)
      .map(([key, dice, good, bad]): [string, unknown] | null =>
        dice === 0 ? null : [key, dice < 4 ? bad : good],
      ),
  );
  return fc
    .tuple(fc.tuple(...fields), fc.option(fc.tuple(fc.string({ maxLength: 12 }), hostile), { freq: 10 }))
    .map(([known, extra]) => {
      const entries = known.filter((entry) => entry !== null);
      return Object.fromEntries(extra ? [...entries, extra] : entries);
    });
}

/** Inputs for a schema: mostly right in form, often wrong in one place, sometimes something else altogether. */
export function inputsOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const isNothing = Object.keys(json).filter((key) => key !== '$schema').length === 0;
  return fc.oneof(
    { weight: 5, arbitrary: isNothing ? fc.constant(undefined) : valid(json) },
    { weight: 2, arbitrary: hostile },
  );
}

/** Names of requests that there are not. */
export const strangeRoutes: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    'run',
    'run.',
    'run.Start',
    ' run.start',
    'x'.repeat(100_000),
  ),
  hostile,
);
