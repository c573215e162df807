import type { Proof } from '../../models/conversation.ts';
import { newEntry } from '../transcript.ts';
import { act, deed } from './act.ts';
import { authorOf, unlessHeldBy } from './holding.ts';
import type { DeskDependencies, Outcome, Request } from './types.ts';

export type Seen = Request & { accountNumber: string; zip: string; seen: string };

/** A CSR who holds a conversation vouches for the customer: the highest level of proof (L3). */
export function createProving(dependencies: DeskDependencies) {
  const { clock, identity, newId } = dependencies;

  /**
   * Raises the proof to L3: the CSR has seen a photo ID of a kind that the policy names (`seen`), of the customer of
   * that account. The transcript and the audit log say who saw what, and no number of it.
   */
  async function raiseProof(request: Seen): Promise<Outcome> {
    const { conversationId, csr, accountNumber, zip, seen, requestId } = request;
    if (!identity?.photoIds.includes(seen)) return { ok: false, reason: 'notAPhotoId' };
    const customer = await identity.find({ accountNumber, zip });
    const outcome = await act(
      dependencies,
      request,
      deed('desk.proofRaised', ({ text }) => text === seen),
      async (conversation) => {
        const refusal = await unlessHeldBy(csr, conversation, dependencies);
        if (refusal) return refusal;
        if (!customer) return { ok: false, reason: 'notMatched' };
        const { accountId, customerName } = customer;
        const at = clock.now();
        const proof: Proof = {
          accountId,
          accountNumber,
          level: 'L3',
          by: 'photoId',
          at,
          customerName,
          seenBy: csr.id,
          seen,
        };
        const entry = newEntry({
          id: newId?.(),
          at,
          from: 'system',
          author: authorOf(csr),
          kind: 'event',
          visible: false,
          text: seen,
          activity: { type: 'event', name: 'desk.proofRaised', value: { level: 'L3' } },
        });
        return { entries: [entry], set: { proof: { $literal: proof } } };
      },
    );
    if (outcome.ok && customer)
      await identity.note(`proof:${conversationId}:${requestId ?? outcome.seq}`, 'verification.photoIdSeen', {
        by: { id: csr.id, conversationId },
        accountId: customer.accountId,
        details: { seen, level: 'L3' },
      });
    return outcome;
  }

  return { raiseProof };
}
