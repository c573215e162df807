import type { Customer } from '../../models/customer.ts';
import type { CustomerMerge } from '../../models/customerMerge.ts';
import type { Actor } from '../audit.ts';
import { createContactNotices } from './notices.ts';
import { type CustomersDeps, hashOf, isLeading, sameArgs } from './types.ts';

export type MergeAnswer =
  | { ok: true; mergeId: string; status: CustomerMerge['status']; movedAccountIds: string[] }
  | {
      ok: false;
      reason:
        | 'notAllowed'
        | 'heldElsewhere'
        | 'sameCustomer'
        | 'noCustomer'
        | 'mergedBefore'
        | 'underWay'
        | 'notThere';
    };

/** A merge that its process left half-way is finished after this, in milliseconds of District time. */
const finishAfterMs = 60_000;

/**
 * Two records of one customer become one: the double's accounts move to the customer that is kept, and back again by
 * an undo. The merge's own document is the first write and says what moves; the steps after it can be repeated, and
 * a follow-up finishes what a process left.
 */
export function createMerge(deps: CustomersDeps) {
  const { customers, merges, contactChanges, followUps, audit, secrets, clock } = deps;
  const notices = createContactNotices(deps);

  followUps.handle('merge.finish', {
    async run({ payload }) {
      const merge = await merges.byId(String(payload));
      if (merge === null) return { outcome: 'notThere' };
      await finish(merge);
      const stands = (await merges.byId(merge._id)) ?? merge;
      await noteEnd(stands);
      return { outcome: stands.status };
    },
  });

  const finishLater = (requestId: string, mergeId: string) =>
    followUps.schedule({
      key: `merge:${requestId}`,
      kind: 'merge.finish',
      dueAt: new Date(clock.now().getTime() + finishAfterMs),
      payload: mergeId,
    });

  /** Does what is left of a merge or of its undoing. */
  async function finish(merge: CustomerMerge): Promise<void> {
    if (!customers) return;
    const { _id, keptId, doubleId } = merge;
    const [kept, double] = await Promise.all([customers.byId(keptId), customers.byId(doubleId)]);
    if (!kept || !double) return;
    if (merge.status === 'merging') {
      const planned = await plan(merge, kept, double);
      if (!planned) return merges.end(_id, 'merging', 'dropped');
      await holdCodes(planned, double, kept, _id);
      await customers.takeOver(keptId, planned.movedAccountIds);
      await customers.mergeInto(doubleId, keptId, planned.doubleAccountIds);
      await merges.end(_id, 'merging', 'merged');
    } else if (merge.status === 'undoing') {
      await holdCodes(merge, kept, double, `${_id}:undo`);
      await customers.unmerge(doubleId, merge.doubleAccountIds);
      await customers.giveUp(keptId, merge.movedAccountIds);
      await merges.end(_id, 'undoing', 'undone');
    }
  }

  /** What moves, read once nobody else can merge either; null where one of them went elsewhere meanwhile. */
  async function plan(merge: CustomerMerge, kept: Customer, double: Customer): Promise<CustomerMerge | null> {
    if (merge.planned) return merge;
    if (kept.mergedInto || double.mergedInto) return null;
    return merges.plan(merge._id, {
      movedAccountIds: double.accountIds.filter((id) => !kept.accountIds.includes(id)),
      doubleAccountIds: double.accountIds,
    });
  }

  /** Who is reached for the moved accounts is another now: that holds refunds and codes as any change of contact. */
  async function holdCodes(merge: CustomerMerge, from: Customer, to: Customer, key: string): Promise<void> {
    const of = ({ phone, email }: Customer) => ({ phone: phone ?? null, email: email ?? null });
    const changed = (['phone', 'email'] as const).filter((name) => of(from)[name] !== of(to)[name]);
    if (changed.length === 0) return;
    const _id = `${key}:contacts`;
    const pick = (one: Customer) => Object.fromEntries(changed.map((name) => [name, of(one)[name]]));
    const at = clock.now();
    await contactChanges.ask({
      _id,
      argsHash: merge.argsHash,
      accountId: merge.movedAccountIds[0] ?? '',
      accountIds: merge.movedAccountIds,
      at,
      actor: merge.by,
      conversationId: null,
      changed,
      sealed: secrets.seal(JSON.stringify({ before: pick(from), after: pick(to) }), `contactChange:${_id}`),
      revision: null,
      status: 'confirmed',
    });
    const told = { key: _id, accountId: merge.movedAccountIds[0] ?? '', changed, at };
    await notices.tellMoved(told, from, to);
  }

  /** What the merge has come to, in the audit log of each account that moved, whichever process brought it there. */
  async function noteEnd(merge: CustomerMerge): Promise<void> {
    const { _id, status, by, undoneBy } = merge;
    if (status === 'merged') await noted('customer.merged', `${_id}:merged`, merge, { id: by });
    if (status === 'undone')
      await noted('customer.mergeUndone', `${_id}:undone`, merge, { id: undoneBy ?? 'system' });
  }

  async function noted(action: string, key: string, merge: CustomerMerge, by: Actor): Promise<void> {
    const { keptId, doubleId, _id: mergeId } = merge;
    for (const accountId of merge.movedAccountIds)
      await audit.note(`${key}:${accountId}`, action, {
        by,
        accountId,
        details: { keptId, doubleId, mergeId },
      });
  }

  return {
    /** Makes the customer of one account one with the customer of another, who is kept. For leads. */
    async merge(request: {
      requestId: string;
      keepAccountId: string;
      doubleAccountId: string;
      by: Actor;
    }): Promise<MergeAnswer> {
      const { requestId, keepAccountId, doubleAccountId, by } = request;
      if (!isLeading(by)) return { ok: false, reason: 'notAllowed' };
      if (!customers) return { ok: false, reason: 'heldElsewhere' };
      const argsHash = hashOf(secrets, 'merge', [keepAccountId, doubleAccountId]);
      let merge = await merges.byId(requestId);
      if (merge === null) {
        const [kept, double] = await Promise.all([
          customers.ofAccount(keepAccountId),
          customers.ofAccount(doubleAccountId),
        ]);
        if (!kept || !double) return { ok: false, reason: 'noCustomer' };
        if (kept._id === double._id) return { ok: false, reason: 'sameCustomer' };
        await finishLater(requestId, requestId);
        const fresh: CustomerMerge = {
          _id: requestId,
          argsHash,
          keptId: kept._id,
          doubleId: double._id,
          involved: [kept._id, double._id],
          open: true,
          planned: false,
          movedAccountIds: [],
          doubleAccountIds: [],
          status: 'merging',
          by: by.id,
          at: clock.now(),
        };
        const begun = await merges.begin(fresh);
        merge = begun ? fresh : await merges.byId(requestId);
        if (merge === null) return { ok: false, reason: 'underWay' };
      }
      sameArgs(merge, argsHash);
      await finish(merge);
      const stands = (await merges.byId(requestId)) ?? merge;
      if (stands.status === 'dropped') return { ok: false, reason: 'mergedBefore' };
      await noteEnd(stands);
      return answerOf(stands);
    },

    /** Makes them two again, each with the accounts it had. */
    async undoMerge(request: { requestId: string; mergeId: string; by: Actor }): Promise<MergeAnswer> {
      const { requestId, mergeId, by } = request;
      if (!isLeading(by)) return { ok: false, reason: 'notAllowed' };
      if (!customers) return { ok: false, reason: 'heldElsewhere' };
      const merge = await merges.byId(mergeId);
      if (merge === null || ['merging', 'dropped'].includes(merge.status))
        return { ok: false, reason: 'notThere' };
      if (merge.status === 'merged') {
        const kept = await customers.byId(merge.keptId);
        // The customer that was kept is a double of another by now: that one is undone first.
        if (kept?.mergedInto) return { ok: false, reason: 'mergedBefore' };
        await finishLater(requestId, mergeId);
        const undo = { undoRequestId: requestId, undoneBy: by.id, undoneAt: clock.now() };
        if (!(await merges.beginUndo(mergeId, undo))) return { ok: false, reason: 'underWay' };
      }
      await finish((await merges.byId(mergeId)) ?? merge);
      const stands = (await merges.byId(mergeId)) ?? merge;
      await noteEnd(stands);
      return answerOf(stands);
    },
  };
}

const answerOf = ({ _id, status, movedAccountIds }: CustomerMerge): MergeAnswer => ({
  ok: true,
  mergeId: _id,
  status,
  movedAccountIds,
});
