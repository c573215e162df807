/** MongoDB's own numbers and names, so that the driver and mongoose act on them as they would on MongoDB's. */
export const codeNames: Record<number, string> = {
  1: 'InternalError',
  8: 'UnknownError',
  2: 'BadValue',
  9: 'FailedToParse',
  14: 'TypeMismatch',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  52: 'DollarPrefixedFieldName',
  54: 'NotSingleValueField',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  91: 'ShutdownInProgress',
  171: 'CannotIndexParallelArrays',
  175: 'QueryPlanKilled',
  225: 'TransactionTooOld',
  238: 'NotImplemented',
  263: 'OperationNotSupportedInTransaction',
  260: 'InvalidResumeToken',
  286: 'ChangeStreamHistoryLost',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  14031: 'OutOfDiskSpace',
};

const longest = 4_096; // a message may quote what it was given

/** What a command answers with when it cannot be done. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** Further fields of the answer, as `keyPattern` and `keyValue` of a duplicate key. */
  readonly details: Record<string, unknown>;

  constructor(code: number, message: string, details: Record<string, unknown> = {}) {
    super(message.length > longest ? `${message.slice(0, longest)}…` : message);
    this.code = code;
    this.codeName = codeNames[code] ?? `Location${code}`;
    this.details = details;
  }
}

/** The store refuses what it does not vouch for; it never guesses. */
export const notImplemented = (what: string) =>
  new CommandError(238, `The embedded store does not support ${what}. Use MongoDB (MONGODB_URI) for it.`);

export const badValue = (message: string) => new CommandError(2, message);
export const typeMismatch = (message: string) => new CommandError(14, message);
export const failedToParse = (message: string) => new CommandError(9, message);
