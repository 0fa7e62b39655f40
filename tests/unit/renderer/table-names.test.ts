import { expect, test } from 'vitest';
import { TABLE_NAMES } from '@/i18n/table-names';
import { SALVAGED_TABLES } from '../../../src/core/store/salvage';

test('the report of a rescue has a name for every table that is taken over', () => {
  expect([...TABLE_NAMES.keys()].sort()).toEqual([...SALVAGED_TABLES].sort());
});
