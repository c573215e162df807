import type { Contacts } from './records.ts';

/** A contact that was changed: what stood before and what stands since, at a time of the District's clock. */
export type ChangedContact = {
  field: 'phone' | 'email';
  before: string | null;
  after: string | null;
  at: Date;
  conversationId: string | null;
};
/** The changes of an account's contacts since a time, the newest first. */
export type ContactHistory = { since(accountId: string, since: Date): Promise<ChangedContact[]> };

/**
 * Where a code goes: the contact on file. One that was changed within the days given (and so may be a thief's) is
 * passed over for the one before it, where there is one; one that was given in this very conversation gets none.
 */
export function codesTo(
  via: 'phone' | 'email',
  contacts: Pick<Contacts, 'phone' | 'email'> | null,
  changes: readonly ChangedContact[],
  conversationId: string,
): string | null {
  const left = changes.filter(({ field }) => field === via);
  let to = contacts?.[via] ?? null;
  for (;;) {
    const at = left.findIndex(({ after }) => after === to);
    const [change] = at < 0 ? [] : left.splice(at, 1);
    if (!change) return to;
    if (change.before !== null) to = change.before;
    else if (change.conversationId === conversationId) return null;
  }
}
