import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Control } from '../../fault-server/options.ts';

const MAIN = fileURLToPath(new URL('../../fault-server/main.ts', import.meta.url));

const entrySchema = z.object({
  requestId: z.string().nullable(),
  time: z.number(),
  endTime: z.number().nullable(),
  status: z.number().nullable(),
  early: z.boolean(),
  served: z.boolean(),
  billed: z.boolean(),
  inputTokens: z.number(),
  outputTokens: z.number(),
});
export type JournalEntry = z.infer<typeof entrySchema>;

const totalsSchema = z.object({
  requests: z.number(),
  early: z.number(),
  maxInFlight: z.number(),
  servedInputTokens: z.number(),
  billedInputTokens: z.number(),
  billedOutputTokens: z.number(),
});
const journalSchema = z.object({ totals: totalsSchema, entries: z.array(entrySchema) });
export type Journal = z.infer<typeof journalSchema>;

/** A fault server in a process of its own, so that it takes no time from what is measured beyond its share of the cores. */
export interface FaultProcess {
  /** What an OpenAI client needs. */
  baseUrl: string;
  journal(): Promise<Journal>;
  control(control: Control): Promise<void>;
  close(): Promise<void>;
}

/** `options` as on the command line of the fault server, without the dashes: `{ mix: 'F', latency: '500' }`. */
export async function startFaultProcess(options: Record<string, string | number>): Promise<FaultProcess> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    void ended.then(() => reject(new Error('the fault server did not start')));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const { url, baseUrl } = z.object({ url: z.string(), baseUrl: z.string() }).parse(JSON.parse(line));
  return {
    baseUrl,
    journal: async () => journalSchema.parse(await (await fetch(`${url}/journal`)).json()),
    control: async (control) => {
      const answer = await fetch(`${url}/control`, { method: 'POST', body: JSON.stringify(control) });
      if (!answer.ok) throw new Error(`the fault server refused a control: ${await answer.text()}`);
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts a server, uses it, and ends it whatever happens. */
export async function withFaultProcess<T>(
  options: Record<string, string | number>,
  use: (server: FaultProcess) => Promise<T>,
): Promise<T> {
  const server = await startFaultProcess(options);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}
