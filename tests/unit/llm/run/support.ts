import type { UnitWork } from '../../../../src/core/extract/llm/run/unit-work.ts';
import { plainUnits } from '../planning/support.ts';

let userNo = 0;

/** Units of one behaviour each, of a user each, that were not asked about yet. Their keys are numbered from 1. */
export function waitingUnits(count: number): UnitWork[] {
  return plainUnits(Array.from({ length: count }, () => 1)).map((encoded, index) => {
    userNo += 1;
    const { behaviours } = encoded.unit;
    return {
      encoded: { ...encoded, unit: { ...encoded.unit, userNo } },
      user: {
        user: { userNo, behaviourCount: 1, input: { userId: `user${userNo}`, profile: null, behaviours } },
        units: [],
        triesAlone: 0,
        failure: null,
        detail: '',
        committed: false,
      },
      key: String(index + 1),
      rejections: 0,
      coverageTries: 0,
      emptyTries: 0,
      aloneTries: 0,
      failedAt: 0,
      failures: 0,
      blames: 0,
      blamedAt: 0,
      depth: 0,
      maxTogether: null,
      cause: null,
      detail: '',
      best: null,
      result: null,
    };
  });
}
