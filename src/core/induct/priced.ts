import type { InductionEstimate } from '../../shared/induction.ts';
import type { ModelSettings } from '../../shared/model.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { costOf, mostSpent } from '../extract/llm/run/spending.ts';
import type { ModelClient, ModelRequest } from '../extract/llm/types.ts';

export interface PriceBasis {
  settings: ModelSettings;
  outputs: OutputModel;
  client: ModelClient;
}

/** What requests take together. `input`: by our tokenizer. `largest`: the request that sets aside the most. */
export function priced(
  input: number,
  outputTokens: number,
  largest: ModelRequest,
  { settings, outputs, client }: PriceBasis,
): Pick<
  InductionEstimate,
  'inputTokens' | 'outputTokens' | 'cost' | 'currency' | 'reserve' | 'reserveTokens'
> {
  const inputTokens = Math.round(input * (outputs.inputRatio?.mean ?? 1));
  const outputLimit = (wanted: number): number | null => client.outputLimit(wanted);
  const most = mostSpent(largest, { settings, outputs, outputLimit });
  return {
    inputTokens,
    outputTokens,
    cost: costOf(inputTokens, outputTokens, settings),
    currency: settings.currency,
    reserve: most.cost,
    reserveTokens: most.tokens,
  };
}
