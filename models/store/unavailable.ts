/** Whether an error says that the store could not be reached or answered for, rather than that a call was wrong. */
export const isStoreUnavailable = (error: unknown): boolean =>
  error instanceof Error &&
  /^Mongo(Network|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|Timeout)/.test(
    error.name,
  );
