import type { CaseEvent, CaseRecord } from '../../models/case.ts';
import type { CaseDeps } from './types.ts';

/** The audit entry of an event, once: ids and outcomes, not a customer's words. */
export async function noteDown(
  { audit }: Pick<CaseDeps, 'audit'>,
  { _id: caseNumber, accountId, conversationId }: CaseRecord,
  { requestId, at, actor, kind, details }: CaseEvent,
): Promise<void> {
  await audit.record({
    key: `${requestId}:${kind}`,
    at,
    actor,
    action: `case.${kind}`,
    accountId: accountId ?? null,
    conversationId: conversationId ?? null,
    details: { caseNumber, ...scalars(details) },
  });
}

const words = new Set(['text', 'note', 'address']);

const scalars = (details: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) => {
      if (words.has(name)) return [];
      if (value instanceof Date) return [[name, value.toISOString()]];
      return value === null || ['string', 'number', 'boolean'].includes(typeof value) ? [[name, value]] : [];
    }),
  ) as Record<string, string | number | boolean | null>;
