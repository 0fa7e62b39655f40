import { z } from 'zod';

/** A package whose code is part of the application, as the build has found it. */
export const licenceSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** As an SPDX expression. */
  licence: z.string(),
  /** The text of the licence, or who made the package where it has none. */
  text: z.string(),
});
export type Licence = z.infer<typeof licenceSchema>;
