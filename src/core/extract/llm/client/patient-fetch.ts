/** Made at the first request: a start of the application waits for no HTTP client. */
let client: Promise<typeof fetch> | null = null;

/**
 * `fetch` without time-outs of its own: Node's gives up after 300 seconds without headers, or between two pieces of a
 * body, whatever the user allows; how long to wait is decided by pacing alone. Connections are kept and shared.
 *
 * Both halves are undici's own: a dispatcher of one version need not fit the `fetch` of another, and which one Node has
 * built in changes with Electron (https://github.com/digitalbazaar/http-client/pull/53).
 */
export const patientFetch: typeof fetch = async (input, init) => {
  client ??= connect();
  return (await client)(input, init);
};

async function connect(): Promise<typeof fetch> {
  const { Agent, EnvHttpProxyAgent, fetch: undiciFetch } = await import('undici');
  const options = { headersTimeout: 0, bodyTimeout: 0 };
  // As Node's own fetch does where it was told so.
  const useProxy = process.env['NODE_USE_ENV_PROXY'] === '1';
  const dispatcher = useProxy ? new EnvHttpProxyAgent(options) : new Agent(options);
  // The types of two releases of one interface.
  const fetchFn = undiciFetch as unknown as (
    input: Parameters<typeof fetch>[0],
    init: Parameters<typeof fetch>[1] & { dispatcher: unknown },
  ) => Promise<Response>;
  return (input, init) => fetchFn(input, { ...init, dispatcher });
}
