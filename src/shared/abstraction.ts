/** How much joins into one event (粒度): 细, 标准, 概括. From the finest to the coarsest. */
export const DETAILS = ['fine', 'standard', 'brief'] as const;
export type Detail = (typeof DETAILS)[number];
