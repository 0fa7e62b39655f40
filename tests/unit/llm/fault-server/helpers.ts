import { z } from 'zod';
import { Random } from '../../../../src/core/sample/random.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

export const COMPACT_SYSTEM = '{"users":[{"user_id":"代号","events":["类型|编号|备注"]}]}';

const LINES = [
  'browse item=大众_迈腾 media=易车网 129s',
  'browse item=大众_途观 media=懂车帝',
  'search item=大众迈腾油耗 app=百度',
  'visit_poi poi=XX西餐厅 3600s',
  'visit_poi poi=长城4S店 3689s',
  'add_cart item=大众_迈腾 app=天猫',
  'purchase item=大众_迈腾',
  '浏览宝马官网',
  'share item=大众_迈腾',
] as const;

/** The block of a made-up user; `firstNumber` numbers its behaviours. */
export function block(alias: string, seed: number, behaviours: number, firstNumber = 1): string {
  const random = new Random(seed, 0);
  let minute = 0;
  let text = `@${alias}\n画像: age=40\n2025-12-26\n`;
  for (let at = 0; at < behaviours; at++) {
    minute += random.int(1, 20);
    const clock = new Date(minute * 60_000).toISOString().slice(11, 19);
    text += `#${firstNumber + at} ${clock} ${random.pick(LINES)}\n`;
  }
  return text;
}

/** The prompt of so many users with six behaviours each. */
export function promptOf(users: number, seed = 1): string {
  return Array.from({ length: users }, (_, at) => block(`u${at + 1}`, seed * 1000 + at, 6, at * 6 + 1)).join(
    '',
  );
}

/** Sends a prompt the OpenAI way. */
export function ask(
  url: string,
  prompt: string,
  more: { body?: object; headers?: Record<string, string>; signal?: AbortSignal; system?: string } = {},
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more.headers },
    ...(more.signal ? { signal: more.signal } : {}),
    body: JSON.stringify({
      model: 'fault-model',
      messages: [
        { role: 'system', content: more.system ?? COMPACT_SYSTEM },
        { role: 'user', content: prompt },
      ],
      ...more.body,
    }),
  });
}

const completionSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }), finish_reason: z.string() })),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).optional(),
});

/** Reads a plain answer. */
export async function completion(
  response: Response,
): Promise<{ text: string; finish: string; usage?: { prompt_tokens: number; completion_tokens: number } }> {
  const { choices, usage } = completionSchema.parse(await response.json());
  const choice = choices[0];
  return {
    text: choice?.message.content ?? '',
    finish: choice?.finish_reason ?? '',
    ...(usage ? { usage } : {}),
  };
}

const chunkSchema = z.object({
  choices: z.array(
    z.object({ delta: z.object({ content: z.string().optional() }), finish_reason: z.string().nullable() }),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).optional(),
});

/** Puts a stream together. */
export function readEvents(body: string): {
  text: string;
  finish: string | null;
  usage: { prompt_tokens: number; completion_tokens: number } | null;
  done: boolean;
} {
  const data = [...body.matchAll(/^data: (.*)$/gm)].map(([, payload = '']) => payload);
  const chunks = data
    .filter((payload) => payload !== '[DONE]')
    .map((payload) => chunkSchema.parse(JSON.parse(payload)));
  const choices = chunks.flatMap((chunk) => chunk.choices);
  return {
    text: choices.map(({ delta }) => delta.content ?? '').join(''),
    finish: choices.map(({ finish_reason }) => finish_reason).find((reason) => reason !== null) ?? null,
    usage: chunks.map(({ usage }) => usage).find((usage) => usage !== undefined) ?? null,
    done: data.at(-1) === '[DONE]',
  };
}

/** The ids that a compact or object answer names, in order. */
export function idsOf(json: string): string[] {
  return z
    .object({ users: z.array(z.object({ user_id: z.string() })) })
    .parse(JSON.parse(json))
    .users.map(({ user_id }) => user_id);
}

/** A manual clock that tells how many wait for it. */
export class WatchedClock extends ManualClock {
  sleeping = 0;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeping++;
    await super.sleep(ms, signal);
    this.sleeping--;
  }
}

/** Waits for what happens on the other side of a socket. */
export async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
