import { z } from 'zod';

/** What a provider said of a failure, whatever shape it has. */
export interface ErrorSaid {
  message: string;
  /** Code and type as given, lower case; empty when there are none. */
  code: string;
  type: string;
  /** The parameter that is complained about; empty when none is named. */
  param: string;
  /** An HTTP status given in the body, as gateways do that always answer 200; null when there is none. */
  status: number | null;
}

const scalar = z.union([z.string(), z.number()]).nullish().catch(null);
const details = z.looseObject({
  message: z.string().nullish().catch(null),
  msg: z.string().nullish().catch(null),
  code: scalar,
  type: scalar,
  param: scalar,
  status: scalar,
});
const errorSchema = z.looseObject({
  ...details.shape,
  error: z.union([z.string(), details]).nullish().catch(null),
  errors: z.unknown().optional(),
  detail: z.unknown().optional(),
  object: z.string().nullish().catch(null),
  base_resp: z
    .looseObject({ status_code: z.number(), status_msg: z.string().nullish() })
    .nullish()
    .catch(null),
});

/** What the body of a failed request says. A page of HTML says nothing but its title. */
export function readErrorBody(body: string): ErrorSaid {
  const value = parseJson(body);
  if (value === undefined) return { ...NOTHING, message: plainText(body) };
  return saidBy(value) ?? { ...NOTHING, message: plainText(body) };
}

/**
 * The error that a JSON value of a successful answer or of a stream holds instead of an answer:
 * `{"error": …}`, `{"object":"error"}`, `{"code","message"}`, MiniMax' `base_resp`. Null when it holds none.
 */
export function errorInside(value: unknown): ErrorSaid | null {
  const parsed = errorSchema.safeParse(value);
  if (!parsed.success) return null;
  const { error, object, type, base_resp: baseResp } = parsed.data;
  if (baseResp && baseResp.status_code !== 0) return saidBy(value);
  if ('choices' in parsed.data && parsed.data['choices'] && !error) return null;
  if (error || object === 'error' || type === 'error') return saidBy(value);
  const bare = !('type' in parsed.data) && (parsed.data.message ?? parsed.data.msg) && parsed.data.code;
  return bare || parsed.data.detail ? saidBy(value) : null;
}

const NOTHING: ErrorSaid = { message: '', code: '', type: '', param: '', status: null };

function saidBy(value: unknown): ErrorSaid | null {
  // Google answers with a list of one error.
  const parsed = errorSchema.safeParse(Array.isArray(value) ? value[0] : value);
  if (!parsed.success) return null;
  const { error, detail, base_resp: baseResp, ...top } = parsed.data;
  if (baseResp && baseResp.status_code !== 0) {
    return { ...NOTHING, message: baseResp.status_msg ?? '', code: String(baseResp.status_code) };
  }
  const inner = typeof error === 'string' ? { ...top, message: error } : (error ?? top);
  const code = inner.code ?? top.code ?? '';
  const said = {
    message:
      inner.message ?? inner.msg ?? top.message ?? (detail === undefined ? '' : JSON.stringify(detail)),
    code: String(code).toLowerCase(),
    type: String(inner.type ?? '').toLowerCase(),
    param: String(inner.param ?? '').toLowerCase(),
    status: httpStatus(code) ?? httpStatus(inner.status ?? null),
  };
  return said.message || said.code || said.type ? said : null;
}

function httpStatus(code: string | number | null): number | null {
  const number = Number(code);
  return Number.isInteger(number) && number >= 400 && number < 600 ? number : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function plainText(body: string): string {
  if (!/<(!doctype|html|head|body)/i.test(body)) return body;
  const title = /<title[^>]*>([^<]*)/i.exec(body)?.[1]?.trim();
  return title ? `HTML page “${title}”` : 'HTML page';
}
