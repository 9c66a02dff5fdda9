/** Where an execution stands that waits for a place in its lane. */
export interface Place {
  readonly lane: string;
  /** How many of the lane may run at the same time. */
  readonly limit: number;
  readonly running: number;
  /** Of those that run: some. */
  readonly runningIds: readonly string[];
  /** How many that wait come before it; more than 10,000 are not counted. */
  readonly ahead: number;
}
