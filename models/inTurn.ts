const tails = new Map<string, Promise<unknown>>();

/**
 * Runs what is done under one key one after the other within this process. It spares the store what they would take
 * from each other; that nothing is lost does not hang on it, as other processes know nothing of it.
 */
export function inTurn<Answer>(key: string, act: () => Promise<Answer>): Promise<Answer> {
  const before = tails.get(key) ?? Promise.resolve();
  const acted = before.then(act, act);
  const tail = acted.catch(() => {}).finally(() => tails.get(key) === tail && tails.delete(key));
  tails.set(key, tail);
  return acted;
}
