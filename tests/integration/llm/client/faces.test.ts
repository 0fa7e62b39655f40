import { afterEach, describe, expect, it } from 'vitest';
import { judgeAnswer } from '../../../../src/core/extract/llm/answer/judge-answer.ts';
import type { ModelAnswer } from '../../../../src/core/extract/llm/types.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';
import type { FaceName } from '../../../../tools/fault-server/faces.ts';
import type { FaultKind } from '../../../../tools/fault-server/faults.ts';
import type { FaultServerOptions } from '../../../../tools/fault-server/options.ts';
import { startFaultServer } from '../../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../../tools/fault-server/server.ts';
import { asked as unit } from '../../../unit/llm/answer/support.ts';
import { ask, failureOf } from './support.ts';
import type { Asked } from './support.ts';

const servers: FaultServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function asking(
  options: FaultServerOptions,
  protocol: 'openai' | 'anthropic' = 'openai',
): Promise<{ asked: Asked; server: FaultServer }> {
  const server = await startFaultServer(options);
  servers.push(server);
  return { server, asked: ask(`${server.url}/v1`, { settings: { protocol }, mode: 'json_schema' }) };
}

interface Told {
  failure: FailureClass;
  recognised?: boolean;
  billing?: 'none' | 'possible';
  unsupported?: string;
  retryAfterMs?: unknown;
}

/** What a client makes of each refusal: certain and free, where nothing else is said. */
const TOLD: Record<FaceName, Told> = {
  balance_in_500: { failure: 'quota' },
  balance_in_200: { failure: 'quota' },
  balance_in_403: { failure: 'quota' },
  retired_model_in_400: { failure: 'model_unknown' },
  no_channel_in_503: { failure: 'model_unknown' },
  disabled_in_400: { failure: 'forbidden' },
  spend_limit_in_400: { failure: 'usage_limit', retryAfterMs: null },
  day_limit: { failure: 'usage_limit', retryAfterMs: 5_692_896 },
  retry_info: { failure: 'rate_limited', retryAfterMs: 17_000 },
  wrapped_in_500: { failure: 'bad_request', unsupported: 'json_schema' },
  firewall: { failure: 'forbidden', recognised: false },
  sign_in_page: { failure: 'not_an_answer' },
  redirect: { failure: 'not_an_answer', recognised: false },
  censored_451: { failure: 'refused' },
  limit_in_chunk: { failure: 'rate_limited' },
  unreadable: { failure: 'bad_format', recognised: false, billing: 'possible' },
};

it.each(Object.entries(TOLD) as [FaceName, Told][])('knows %s', async (name, told) => {
  const { asked, server } = await asking({ face: { name, after: 0 } });
  const error = await failureOf(asked);
  expect(error).toMatchObject({ recognised: true, billing: 'none', unsupported: null, ...told });
  expect(error.providerText).not.toBe('');
  expect(server.journal.totals().requests).toBe(1);
});

describe('an answer with a fault', () => {
  const verdictOf = (answer: ModelAnswer): [string, string | null] => {
    const [verdict] = judgeAnswer(answer, [unit('u1', 1, 1)]);
    return [verdict?.status ?? '', verdict?.reason ?? null];
  };

  it.each([
    ['draft_abort', 'openai', ['rejected', 'truncated']],
    ['draft_abort', 'anthropic', ['rejected', 'truncated']],
    ['draft_no_finish', 'openai', ['rejected', 'truncated']],
    ['draft_no_finish', 'anthropic', ['rejected', 'truncated']],
    ['no_finish', 'openai', ['complete', null]],
    ['in_reasoning', 'openai', ['complete', null]],
    ['in_reasoning', 'anthropic', ['complete', null]],
    ['in_tool_call', 'openai', ['complete', null]],
    ['in_list', 'openai', ['complete', null]],
    ['in_list', 'anthropic', ['complete', null]],
    ['hidden_thoughts', 'openai', ['complete', null]],
    ['keep_alive', 'openai', ['complete', null]],
    ['keep_alive', 'anthropic', ['complete', null]],
  ] as [FaultKind, 'openai' | 'anthropic', [string, string | null]][])(
    '%s over the protocol of %s is judged as it deserves: %j',
    async (fault, protocol, verdict) => {
      const { asked } = await asking({ mix: { [fault]: 100 } }, protocol);
      expect(verdictOf(await asked.answer)).toEqual(verdict);
    },
  );

  it('costs what is billed for hidden thoughts', async () => {
    const { asked, server } = await asking({ mix: { hidden_thoughts: 100 } });
    const { usage } = await asked.answer;
    const { billedInputTokens, billedOutputTokens } = server.journal.totals();
    expect(usage).toEqual({
      inputTokens: billedInputTokens,
      outputTokens: billedOutputTokens,
      reported: true,
    });
  });

  it.each(['blanks', 'overlong'] as const)('is cut off where it has no end: %s', async (fault) => {
    const { asked, server } = await asking({ mix: { [fault]: 100 } });
    const answer = await asked.answer;
    expect(answer.finishReason).toBe('length');
    expect(answer.text.length).toBeLessThan(200_000);
    while (server.journal.totals().inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('tells that the server is alive while it only keeps the connection open', async () => {
    const { asked } = await asking({ mix: { keep_alive: 100 } });
    await asked.answer;
    expect(asked.keepAlives()).toBeGreaterThanOrEqual(3);
  });
});
