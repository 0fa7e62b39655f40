import { parseArgs } from 'node:util';
import { ZodError, z } from 'zod';
import type { FaultServerOptions } from './options.ts';
import { startFaultServer } from './server.ts';
import type { FaultServer } from './server.ts';
import { COUNT_NAMES } from './tokens.ts';

const USAGE = `A chat model on 127.0.0.1 that answers from the prompt alone and fails as it is told.

  node tools/fault-server/main.ts [options]

  --port N                0: any free one (default)
  --mix NAME|JSON         none (default), F, hostile8, or percentages: '{"hang":10,"empty":5}'
  --seed N                default 1; the same requests under the same seed meet the same fate
  --draw arrival|content  whether a fate hangs on the number of a request or on its prompt (default arrival)
  --latency L             500, 500:10 (first piece after 10), lognormal:2000:0.4 (median, sigma) or
                          tokens:300:5 (base, per output token), in ms
  --slowdown F@N          from the N-th request on, all takes F times as long
  --rpm N --tpm N         limits per minute; --limiter bucket|window (default bucket)
  --rate-headers          answers tell the limits
  --retry-after S         what the 429s of a mix or an outage ask for, in seconds (default 1)
  --form compact|object   default: what the prompt asks for
  --no-stream             one plain JSON body, even when a stream is asked for
  --writes N              writes of a stream (default 3)
  --usage asked|always|never
  --counts own|grouped|single
                          how tokens are counted: unlike any model (default), up to three digits in one, or one for each
  --key KEY               requests must carry it
  --model NAME            may be given more than once; --strict-model: others are unknown
  --context N             longer prompts are refused (the server's own count of tokens)

Prints its address, as JSON, when it listens, and what it did, as JSON, when it is told to end (SIGTERM, SIGINT).
GET /journal shows every request; POST /control changes the fate of the next (options.ts: controlSchema).
`;

class UsageError extends Error {}

function readOptions(): FaultServerOptions | null {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      port: { type: 'string' },
      mix: { type: 'string' },
      seed: { type: 'string' },
      draw: { type: 'string' },
      latency: { type: 'string' },
      slowdown: { type: 'string' },
      rpm: { type: 'string' },
      tpm: { type: 'string' },
      limiter: { type: 'string' },
      'rate-headers': { type: 'boolean' },
      'retry-after': { type: 'string' },
      form: { type: 'string' },
      stream: { type: 'boolean' },
      writes: { type: 'string' },
      usage: { type: 'string' },
      counts: { type: 'string' },
      key: { type: 'string' },
      model: { type: 'string', multiple: true },
      'strict-model': { type: 'boolean' },
      context: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return null;
  const [model, ...models] = values.model ?? [];
  return {
    ...given('port', number('--port', values.port)),
    ...given('seed', number('--seed', values.seed)),
    ...given('draw', oneOf('--draw', values.draw, ['arrival', 'content'])),
    ...given('mix', mixOf(values.mix)),
    ...given('latency', values.latency),
    ...given('slowdown', slowdownOf(values.slowdown)),
    ...given('limits', limitsOf(values.rpm, values.tpm, values.limiter)),
    ...given('rateHeaders', values['rate-headers']),
    ...given('retryAfterSeconds', number('--retry-after', values['retry-after'])),
    ...given('form', oneOf('--form', values.form, ['compact', 'object'])),
    ...given('stream', values.stream),
    ...given('writes', number('--writes', values.writes)),
    ...given('usage', oneOf('--usage', values.usage, ['asked', 'always', 'never'])),
    ...given('counts', oneOf('--counts', values.counts, COUNT_NAMES)),
    ...given('key', values.key),
    ...(model === undefined ? {} : { models: [model, ...models] }),
    ...given('strictModel', values['strict-model']),
    ...given('contextTokens', number('--context', values.context)),
  };
}

function given<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, T>);
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`${name} wants a whole number, not ${text}`);
  return Number(text);
}

function oneOf<const T extends string>(
  name: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw new UsageError(`${name} is one of ${choices.join(', ')}`);
  return choice;
}

function mixOf(text: string | undefined): FaultServerOptions['mix'] {
  if (!text?.startsWith('{')) return text as FaultServerOptions['mix'];
  try {
    return JSON.parse(text) as FaultServerOptions['mix'];
  } catch {
    throw new UsageError('--mix is neither a name nor JSON');
  }
}

function slowdownOf(text: string | undefined): FaultServerOptions['slowdown'] {
  if (text === undefined) return undefined;
  const [factor, atArrival] = text.split('@').map(Number);
  return { factor: factor ?? NaN, atArrival: atArrival ?? NaN };
}

function limitsOf(rpm?: string, tpm?: string, kind?: string): FaultServerOptions['limits'] {
  if (rpm === undefined && tpm === undefined) return undefined;
  return {
    rpm: number('--rpm', rpm) ?? null,
    tpm: number('--tpm', tpm) ?? null,
    ...given('kind', oneOf('--limiter', kind, ['bucket', 'window'])),
  };
}

function endOn(server: FaultServer, signal: NodeJS.Signals): void {
  process.once(signal, () => {
    console.log(JSON.stringify(server.journal.totals()));
    void server.close();
  });
}

try {
  const options = readOptions();
  if (options) {
    const server = await startFaultServer(options);
    endOn(server, 'SIGTERM');
    endOn(server, 'SIGINT');
    console.log(JSON.stringify({ url: server.url, baseUrl: `${server.url}/v1` }));
  } else console.log(USAGE);
} catch (error) {
  const told = error instanceof ZodError ? z.prettifyError(error) : String(error);
  console.error(`${told}\n\n${USAGE}`);
  process.exitCode = 2;
}
