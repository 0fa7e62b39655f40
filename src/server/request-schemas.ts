import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { resumeRequestSchema, runRequestSchema } from '../shared/run.ts';
import type { ResumeRequest, RunRequestInput } from '../shared/run.ts';
import { eventsQuerySchema, userIdSchema, usersQuerySchema } from '../shared/users.ts';
import type { EventsQuery, UsersQuery } from '../shared/users.ts';

const { extractor, detail, maxCost, maxTokens } = runRequestSchema.shape;
const resume = resumeRequestSchema.unwrap().shape;
const userId = z.string().min(1);

const startSchema = z
  .strictObject({
    user_ids: z.array(userIdSchema).min(1).optional(),
    extractor,
    detail,
    max_cost: maxCost.unwrap().optional(),
    max_total_tokens: maxTokens.unwrap().optional(),
  })
  .default({})
  .transform((body) => ({
    scope: body.user_ids
      ? ({ kind: 'users', userIds: body.user_ids } as const)
      : ({ kind: 'remaining' } as const),
    extractor: body.extractor,
    detail: body.detail,
    maxCost: body.max_cost,
    maxTokens: body.max_total_tokens,
  }));

const resumeSchema = z
  .strictObject({ max_cost: resume.maxCost, max_total_tokens: resume.maxTokens })
  .default({})
  .transform(({ max_cost, max_total_tokens }) => ({ maxCost: max_cost, maxTokens: max_total_tokens }));

const emptySchema = z.strictObject({}).default({});

/** A number of a query: texts only, so that `1e2` and an empty value are none. */
const number = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

const usersSchema = z
  .strictObject({
    page: number.pipe(usersQuerySchema.shape.page).default(1),
    page_size: number.pipe(usersQuerySchema.shape.pageSize).default(50),
    search: usersQuerySchema.shape.search.default(''),
    status: z.enum(['all', 'pending', 'succeeded', 'failed', 'low_coverage']).default('all'),
  })
  .transform(({ page, page_size, search, status }) => ({
    page,
    pageSize: page_size,
    search,
    status: status === 'low_coverage' ? ('lowCoverage' as const) : status,
    sortBy: 'userId' as const,
    sortOrder: 'asc' as const,
  }));

const userSchema = z.object({ userId });
const eventsSchema = z.strictObject({ after: number.pipe(eventsQuerySchema.shape.after).default(0) });

/** Parses what a client sent. Throws api.bad_request that names the field. */
function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : (issue?.path ?? []);
  // The name of a field may be as long as the request.
  throw new AppError('api.bad_request', { field: keys.map(String).join('.').slice(0, 100) });
}

/** The body of `start`. */
export const startRequest = (body: unknown): Omit<RunRequestInput, 'fresh' | 'pilotUsers'> =>
  parse(startSchema, body);
/** The body of `resume`. */
export const resumeRequest = (body: unknown): ResumeRequest => parse(resumeSchema, body);
/** The body of what takes none. */
export const noRequest = (body: unknown): void => void parse(emptySchema, body);
/** The query of the list of users. */
export const usersRequest = (query: unknown): UsersQuery => parse(usersSchema, query);
/** The user of an address. */
export const userRequest = (params: unknown): string => parse(userSchema, params).userId;
/** The user and the query of the list of events. */
export const eventsRequest = (params: unknown, query: unknown): EventsQuery => ({
  userId: userRequest(params),
  ...parse(eventsSchema, query),
});
