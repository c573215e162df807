/** Whether the store refused a write because a unique key was taken. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11000;
}

/** The field whose unique index refused the write, or null where the refusal was another. */
export function duplicateOf(error: unknown): string | null {
  if (!isDuplicate(error)) return null;
  const pattern = (error as { keyPattern?: Record<string, unknown> }).keyPattern;
  const [field] = Object.keys(pattern ?? {});
  return field ?? /index: (\w+?)_/.exec((error as Error).message)?.[1] ?? null;
}
