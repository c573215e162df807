import type { AuditService } from '../audit.ts';
import type { CaseView } from '../cases/reading.ts';
import type { CaseService } from '../cases.ts';
import type { FieldOrder, FieldOrderService } from '../fieldOrders.ts';
import type { ServiceOrder, ServiceOrderService } from '../serviceOrders.ts';
import { findConversation } from './act.ts';
import { proofAt } from './proof.ts';
import type { Csr, DeskDependencies } from './types.ts';

/** What the desk needs of the District's work. */
export type WorkPorts = {
  serviceOrders: Pick<ServiceOrderService, 'forAccount' | 'toReview' | 'lookedAt'>;
  fieldOrders: Pick<FieldOrderService, 'forAccount' | 'needingAttention' | 'lookedAt'>;
  cases: Pick<CaseService, 'ofAccount' | 'wantingAttention' | 'note'>;
  note: AuditService['note'];
};

type Order = Pick<
  ServiceOrder,
  'orderNumber' | 'kind' | 'status' | 'effectiveOn' | 'window' | 'fees' | 'proofNeeded'
>;
type Crew = Pick<
  FieldOrder,
  'orderNumber' | 'type' | 'status' | 'scheduledOn' | 'window' | 'accessNotes' | 'hazards' | 'result'
>;
type Case = Pick<CaseView, 'caseNumber' | 'status' | 'priority' | 'expectedAt'> & { category: string };
/** An account's orders and cases, each with the crew's work that it caused. */
export type Work = { orders: (Order & { crew: Crew[] })[]; cases: (Case & { crew: Crew[] })[] };
/** What stands still until a person looks at it: its number, what it is, why, and what was said of it. */
export type Attention = { number: string; what: string; why: string[]; said: string | null };

/** Orders, the crews' work and cases, as a CSR sees them. */
export function createWork({ clock, policy, work }: DeskDependencies) {
  return {
    /**
     * What is done for the account that the customer has proven; null for no such conversation, `notVerified` where
     * no proof counts. The look is in the audit log.
     */
    async workOf(conversationId: string, csr: Csr): Promise<Work | 'notVerified' | null> {
      const conversation = await findConversation(conversationId);
      if (!conversation) return null;
      const proof = proofAt(conversation, clock.now(), policy);
      if (!proof) return 'notVerified';
      if (!work) return { orders: [], cases: [] };
      const { accountId } = proof;
      await work.note(`work:${conversationId}:${csr.id}:${conversation.seq}`, 'account.workSeen', {
        by: { id: csr.id, conversationId },
        accountId,
      });
      const [orders, field, cases] = await Promise.all([
        work.serviceOrders.forAccount(accountId),
        work.fieldOrders.forAccount(accountId),
        work.cases.ofAccount(accountId),
      ]);
      const crewOf = (name: 'serviceOrderNumber' | 'caseNumber', number: string) =>
        field.filter((one) => one[name] === number).map(toCrew);
      return {
        orders: orders.map((one) => ({
          ...toOrder(one),
          crew: crewOf('serviceOrderNumber', one.orderNumber),
        })),
        cases: cases.map((one) => ({ ...toCase(one), crew: crewOf('caseNumber', one.caseNumber) })),
      };
    },

    /** What needs a person, whoever's it is. */
    async attention(): Promise<Attention[]> {
      if (!work) return [];
      const [orders, crews, cases] = await Promise.all([
        work.serviceOrders.toReview(),
        work.fieldOrders.needingAttention(),
        work.cases.wantingAttention(),
      ]);
      return [
        ...cases.map(({ caseNumber, serviceCode, attention, description }) => ({
          number: caseNumber,
          what: serviceCode,
          why: attention ? [attention.reason] : [],
          said: description ?? null,
        })),
        ...crews.map(({ orderNumber, type, needsAttention, result }) => ({
          number: orderNumber,
          what: type,
          why: needsAttention ? [needsAttention] : [],
          said: result?.notes ?? null,
        })),
        ...orders.map(({ orderNumber, kind, review }) => ({
          number: orderNumber,
          what: kind,
          why: review,
          said: null,
        })),
      ];
    },

    /** Takes something off that list, with what was done; false where it is not on it. */
    async lookedAt(request: { requestId: string; number: string; csr: Csr; note: string }): Promise<boolean> {
      const { requestId, number, csr, note } = request;
      const asked = { requestId, orderNumber: number, by: csr.id, note };
      if (!work) return false;
      if (number.startsWith('SO-')) return work.serviceOrders.lookedAt(asked);
      if (number.startsWith('FO-')) return work.fieldOrders.lookedAt(asked);
      const noted = await work.cases.note({ requestId, caseNumber: number, actor: csr.id, text: note });
      return noted.ok;
    },
  };
}

const toOrder = (order: ServiceOrder): Order => {
  const { orderNumber, kind, status, effectiveOn, window, fees, proofNeeded } = order;
  return { orderNumber, kind, status, effectiveOn, window, fees, proofNeeded };
};

const toCrew = (order: FieldOrder): Crew => {
  const { orderNumber, type, status, scheduledOn, window, accessNotes, hazards, result } = order;
  return { orderNumber, type, status, scheduledOn, window, accessNotes, hazards, result };
};

const toCase = ({ caseNumber, status, priority, expectedAt, serviceCode }: CaseView): Case => ({
  caseNumber,
  status,
  priority,
  expectedAt,
  category: serviceCode,
});
