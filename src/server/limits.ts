/** What one client may take of the server, in milliseconds, bytes and numbers. */
export interface ApiLimits {
  /** For the header, and for a whole request. */
  headersMs: number;
  requestMs: number;
  /** How often connections are looked at for these two. */
  checkMs: number;
  /** A connection on which nothing moves; a start may wait until a large log is measured. */
  idleMs: number;
  keepAliveMs: number;
  bodyBytes: number;
  connections: number;
  streams: number;
  heartbeatMs: number;
  /** A stream whose client does not read. */
  stalledMs: number;
  /** The end of what is under way when the server ends. */
  drainMs: number;
}

export const API_LIMITS: ApiLimits = {
  headersMs: 10_000,
  requestMs: 20_000,
  checkMs: 2_000,
  idleMs: 300_000,
  keepAliveMs: 5_000,
  bodyBytes: 64 * 1024,
  connections: 128,
  streams: 64,
  heartbeatMs: 15_000,
  stalledMs: 60_000,
  drainMs: 2_000,
};
