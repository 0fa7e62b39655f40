import { z } from 'zod';
import type { Clock } from '../../src/core/clock.ts';
import type { AnswerForm } from './answer-from-prompt.ts';
import { FACE_NAMES } from './faces.ts';
import { FAULT_KINDS, MIXES } from './faults.ts';
import type { FaultMix, MixName } from './faults.ts';
import { parseLatency } from './latency.ts';
import type { Latency } from './latency.ts';
import type { CountName } from './tokens.ts';

export const OUTAGES = ['429', '401', '402', '403', '404', '500', '503', 'refuse'] as const;

const percent = z.number().min(0).max(100);
const mixSchema = z
  .partialRecord(z.enum(FAULT_KINDS), percent)
  .refine((mix) => Object.values(mix).reduce((sum, share) => sum + share, 0) <= 100, 'more than 100 %');
const milliseconds = z.number().min(0);

const latencySchema = z.union([
  milliseconds.transform((ms): Latency => ({ kind: 'fixed', ms })),
  z.string().transform((text, context): Latency => {
    const latency = parseLatency(text);
    if (latency) return latency;
    context.addIssue(`no latency: ${text}`);
    return z.NEVER;
  }),
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fixed'), ms: milliseconds, firstMs: milliseconds.optional() }),
    z.object({ kind: z.literal('lognormal'), medianMs: milliseconds, sigma: z.number().min(0) }),
    z.object({ kind: z.literal('tokens'), baseMs: milliseconds, perOutputTokenMs: milliseconds }),
  ]),
]);

/** What can be changed while the server runs; what is absent stays as it is. */
export const controlSchema = z.strictObject({
  /** Faults: the name of a mix, or the percentage of each. */
  mix: z.union([z.enum(Object.keys(MIXES) as [MixName, ...MixName[]]), mixSchema]).optional(),
  /** All requests meet this fate; `refuse`: the port is closed. Null ends it. */
  outage: z.enum(OUTAGES).nullable().optional(),
  /** From the request after `after` on, all are refused with the response of some provider (`faces.ts`). Null ends it. */
  face: z
    .strictObject({ name: z.enum(FACE_NAMES), after: z.int().min(0).default(0) })
    .nullable()
    .optional(),
  /** Requests with this text in their prompt always meet this fate, whatever the others do. Null: none. */
  poison: z
    .strictObject({ text: z.string().min(1), fate: z.enum(['bad_request', ...FAULT_KINDS]) })
    .nullable()
    .optional(),
  /** The outage ends by itself after so long; without it only by another control. */
  outageSeconds: z.number().positive().optional(),
  /** Limits begin anew with each change. Null: none. */
  limits: z
    .strictObject({
      rpm: z.number().positive().nullable().default(null),
      tpm: z.number().positive().nullable().default(null),
      kind: z.enum(['bucket', 'window']).default('bucket'),
      countRefused: z.boolean().default(false),
    })
    .nullable()
    .optional(),
  /** Whether responses report the limits in their headers. */
  rateHeaders: z.boolean().optional(),
  /** Milliseconds, or a text such as `lognormal:2000:0.4`, or a model of latency. */
  latency: latencySchema.optional(),
  slowdown: z
    .strictObject({
      factor: z.number().positive(),
      atArrival: z.number().int().optional(),
      atMs: z.number().optional(),
    })
    .nullable()
    .optional(),
  /** Retry-After of the 429s of the mix and of an outage; null for no such header. */
  retryAfterSeconds: z.number().int().min(0).nullable().optional(),
  /** Forget the requests so far. */
  clearJournal: z.boolean().optional(),
});
export type Control = z.input<typeof controlSchema>;
type Controlled = z.output<typeof controlSchema>;

export interface FaultServerOptions extends Omit<Control, 'clearJournal'> {
  /** 0, the default: any free one. */
  port?: number;
  seed?: number;
  /** What a fault depends on (FaultSource); default `arrival`. */
  draw?: 'arrival' | 'content';
  /** Default: the form that the prompt requests. */
  form?: AnswerForm;
  /** False: requests for a stream get one plain JSON body. */
  stream?: boolean;
  /** Writes of a stream; default 3. */
  writes?: number;
  /** When a stream reports the usage; default: if the request says so. */
  usage?: 'asked' | 'always' | 'never';
  /** How long refusals and quick failures take; default 10 ms. */
  errorMs?: number;
  /** The key that requests must carry; default: any or none. */
  key?: string;
  /** What `/models` lists; default `fault-model`. */
  models?: [string, ...string[]];
  /** How tokens are counted; default `own`. */
  counts?: CountName;
  /** Whether another model than the listed is unknown; by default any name will do. */
  strictModel?: boolean;
  /** Prompts that exceed it together with the answer they allow are refused, by the server's count of tokens; default: none is. */
  contextTokens?: number;
  clock?: Clock;
}

/** The current settings of a server. */
export interface Settings {
  mix: FaultMix;
  outage: (typeof OUTAGES)[number] | null;
  face: (Controlled['face'] & object) | null;
  poison: (Controlled['poison'] & object) | null;
  limits: (Controlled['limits'] & object) | null;
  rateHeaders: boolean;
  latency: Latency;
  slowdown: NonNullable<Controlled['slowdown']> | null;
  retryAfterSeconds: number | null;
}

export const INITIAL_SETTINGS: Settings = {
  mix: {},
  outage: null,
  face: null,
  poison: null,
  limits: null,
  rateHeaders: false,
  latency: { kind: 'fixed', ms: 0 },
  slowdown: null,
  retryAfterSeconds: 1,
};

/** The settings after a control. Throws ZodError when the control is none. */
export function changed(settings: Settings, control: Control): Settings {
  const { mix, outage, face, poison, limits, rateHeaders, latency, slowdown, retryAfterSeconds } =
    controlSchema.parse(control);
  return {
    mix: mix === undefined ? settings.mix : typeof mix === 'string' ? MIXES[mix] : mix,
    outage: outage === undefined ? settings.outage : outage,
    face: face === undefined ? settings.face : face,
    poison: poison === undefined ? settings.poison : poison,
    limits: limits === undefined ? settings.limits : limits,
    rateHeaders: rateHeaders ?? settings.rateHeaders,
    latency: latency ?? settings.latency,
    slowdown: slowdown === undefined ? settings.slowdown : slowdown,
    retryAfterSeconds: retryAfterSeconds === undefined ? settings.retryAfterSeconds : retryAfterSeconds,
  };
}
