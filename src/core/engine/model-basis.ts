import type { Detail, ThemeGrain } from '../../shared/abstraction.ts';
import type { Codebook } from '../../shared/codebook.ts';
import type { ThemeLookup } from '../abstraction/measure.ts';
import type { SessionLimits } from '../abstraction/sessions.ts';
import type { SequenceOptions } from '../extract/rules/sequence.ts';

/** What a run with a model rests on beside the rules. */
export interface ModelBasis {
  detail: Detail;
  codebook: Codebook;
  sessions: SessionLimits;
  /** How long a theme may be silent before its event ends, in milliseconds. */
  themeGapMs: number;
  /** The columns whose themes are few enough to be a part of the name of an intent. */
  namedFields: readonly string[];
  /** The columns that hold ids. */
  idFields: readonly string[];
  /** Whether nearly every behaviour of a user is another step, so that only neighbours join. */
  isProcess: boolean;
  /** How finely themes are told apart when behaviours join at the detail `standard`. */
  grain: ThemeGrain;
  themeOf: ThemeLookup;
}

/** How the rules would join behaviours on this basis. */
export function sequenceOf({ codebook: _types, sessions, ...basis }: ModelBasis): SequenceOptions {
  return { ...basis, ...sessions };
}
