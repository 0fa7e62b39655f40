/** The input of each part. */
export interface ModelBench {
  /** The log of some hundred users: one's own, or generated. */
  log: string;
  /** What the log is, for the conditions. */
  logName: string;
  folder: string;
  /** How often figures that depend on chance are measured, each time with another seed. */
  rounds: number;
  /** Users of the runs over many: under faults, and at full speed. */
  faultUsers: number;
  users: number;
  kills: number;
}
