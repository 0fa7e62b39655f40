import { newUnit, newUser } from '../../../../src/core/extract/llm/run/unit-work.ts';
import type { UnitWork } from '../../../../src/core/extract/llm/run/unit-work.ts';
import { plainUnits } from '../planning/support.ts';

let userNo = 0;

/** Units of one behaviour each, of a user each, that were not asked about yet. Their keys are numbered from 1. */
export function waitingUnits(count: number): UnitWork[] {
  return plainUnits(Array.from({ length: count }, () => 1)).map((encoded, index) => {
    userNo += 1;
    const { behaviours } = encoded.unit;
    const input = { userId: `user${userNo}`, profile: null, behaviours };
    return newUnit(
      { ...encoded, unit: { ...encoded.unit, userNo } },
      newUser({ userNo, behaviourCount: 1, input }),
      { key: String(index + 1), depth: 0 },
    );
  });
}
