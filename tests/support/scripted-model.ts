import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { formAskedFor, renderUsers } from '../../tools/fault-server/answer-from-prompt.ts';
import type { AnswerUser } from '../../tools/fault-server/answer-from-prompt.ts';
import { promptUnits } from '../../tools/fault-server/prompt-units.ts';
import type { PromptUnit } from '../../tools/fault-server/prompt-units.ts';
import { openaiWire } from '../../tools/fault-server/wire-openai.ts';

export interface ScriptedAnswer {
  users?: AnswerUser[];
  /** Instead of the JSON of `users`. */
  text?: string;
  finish?: 'stop' | 'length';
  /** Tokens of the prompt as they are told; 1,000 when left out. */
  inputTokens?: number;
  /** Milliseconds until the answer. */
  ms?: number;
  /** Refused for the rate instead of answered: to be tried again after so many seconds. */
  limitedSeconds?: number;
}

export interface ScriptedModel {
  readonly baseUrl: string;
  /** The units of each request, in order. */
  readonly asked: PromptUnit[][];
  /** The texts of each request, as they arrived. */
  readonly received: { system: string; user: string }[];
}

/** A model whose answers are all decided by a test, for cases that are no fault of the fault server. Closed after the test. */
export async function startScriptedModel(
  answer: (units: PromptUnit[], request: number) => ScriptedAnswer,
): Promise<ScriptedModel> {
  const asked: PromptUnit[][] = [];
  const received: ScriptedModel['received'] = [];
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const request = openaiWire.parse(JSON.parse(body));
      const units = promptUnits(request?.user ?? '');
      asked.push(units);
      received.push({ system: request?.system ?? '', user: request?.user ?? '' });
      const said = answer(units, asked.length);
      if (said.limitedSeconds !== undefined) {
        const error = { message: 'slow down, please', type: 'rate_limit_error' };
        const headers = { 'content-type': 'application/json', 'retry-after': String(said.limitedSeconds) };
        response.writeHead(429, headers).end(JSON.stringify({ error }));
        return;
      }
      const whole = openaiWire.whole({
        id: String(asked.length),
        model: request?.model ?? '',
        text: said.text ?? renderUsers(said.users ?? [], formAskedFor(request?.system ?? '', null)),
        reasoning: '',
        finish: said.finish ?? 'stop',
        inputTokens: said.inputTokens ?? 1000,
        outputTokens: 100,
        usage: true,
      });
      const send = (): void =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(whole);
      if (said.ms === undefined) send();
      else setTimeout(send, said.ms);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, asked, received };
}
