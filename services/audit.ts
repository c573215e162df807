import type { AuditEntry, NewAuditEntry } from '../models/auditEntry.ts';
import type { CsrDocument } from '../models/csr.ts';
import type { DistrictClock } from './clock.ts';

/** Who does something: `customer`, `system`, or a CSR by their id, with the conversation it happened in. */
export type Actor = { id: string; role?: CsrDocument['role']; conversationId?: string | null };

export type AuditStore = {
  record(entry: NewAuditEntry): Promise<void>;
  pageOfAccount(
    accountId: string,
    before: { at: Date; id: string } | null,
    count: number,
  ): PromiseLike<AuditEntry[]>;
};
export type AuditLine = Pick<AuditEntry, 'at' | 'actor' | 'action' | 'conversationId'> & {
  details: Record<string, unknown>;
};
export type AuditPage =
  | { ok: true; entries: AuditLine[]; cursor: string | null }
  | { ok: false; reason: 'notAllowed' | 'badCursor' };

export type AuditService = ReturnType<typeof createAudit>;

const mostAtOnce = 200;
const readers: readonly (string | undefined)[] = ['supervisor', 'administrator'];

/** Who looked at which account and who changed what, kept for ever and read by supervisors alone. */
export function createAudit({ store, clock }: { store: AuditStore; clock: Pick<DistrictClock, 'now'> }) {
  return {
    /** Notes something once under its key; `at` where it was decided earlier than now. */
    note(
      key: string,
      action: string,
      about: { by: Actor; accountId: string | null; at?: Date; details?: NewAuditEntry['details'] },
    ): Promise<void> {
      const { by, accountId, at = clock.now(), details } = about;
      return store.record({
        key,
        at,
        actor: by.id,
        action,
        accountId,
        conversationId: by.conversationId ?? null,
        ...(details && { details }),
      });
    },

    /** A page of what happened to an account, the latest first. Reading it is a look of its own. */
    async ofAccount(request: {
      requestId: string;
      accountId: string;
      by: Actor;
      cursor?: string | null;
      limit?: number;
    }): Promise<AuditPage> {
      const { requestId, accountId, by, cursor = null, limit = 50 } = request;
      if (!readers.includes(by.role)) return { ok: false, reason: 'notAllowed' };
      const before = cursor === null ? null : placeOf(cursor);
      if (cursor !== null && before === null) return { ok: false, reason: 'badCursor' };
      const count = Math.min(Math.max(1, Math.trunc(limit)), mostAtOnce);
      const entries = await store.pageOfAccount(accountId, before, count);
      await this.note(`audit:${requestId}`, 'audit.read', { by, accountId });
      const last = entries.at(-1);
      return {
        ok: true,
        entries: entries.map(toLine),
        cursor: entries.length < count || !last ? null : `${last.at.toISOString()} ${last._id}`,
      };
    },
  };
}

/** The sealed values stay behind: they are opened for an investigation, with the District's key. */
function toLine({ at, actor, action, conversationId, details }: AuditEntry): AuditLine {
  const { sealed, ...shown } = (details ?? {}) as Record<string, unknown>;
  return { at, actor, action, conversationId: conversationId ?? null, details: shown };
}

function placeOf(cursor: string): { at: Date; id: string } | null {
  const [instant = '', ...id] = cursor.split(' ');
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) || id.length === 0 ? null : { at, id: id.join(' ') };
}
