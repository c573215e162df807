import type { CaseRecord } from '../models/case.ts';
import { isStoreUnavailable } from '../models/store/unavailable.ts';
import type { CaseService } from './cases.ts';
import type { IncidentService } from './incidents.ts';
import type { OnCallService } from './onCall.ts';
import type { DangerCode } from './policy/cases.ts';
import type { Policy } from './policy.ts';

export type EmergencyReport = {
  requestId: string;
  danger: DangerCode;
  conversationId: string;
  /** Whose account the conversation has proven to be about, if any. */
  accountId?: string | null;
  address?: string | null;
  zip?: string | null;
};
export type EmergencyAnswer =
  | { ok: true; caseNumber: string /** This conversation had told of it before. */; again: boolean }
  | { ok: false; reason: 'notRecorded' };

export type EmergencyDeps = {
  cases: Pick<CaseService, 'openOnce' | 'onOpened' | 'onLocated' | 'onClosed' | 'acknowledge' | 'attend'>;
  caseStore: {
    byNumber(caseNumber: string): PromiseLike<CaseRecord | null>;
    firstOfKind(
      incidentNumber: string,
      serviceCode: string,
    ): PromiseLike<Pick<CaseRecord, '_id' | 'requestedAt'> | null>;
  };
  pages: {
    hasOther(page: { _id: string; zip: string; what: string; since: Date }): Promise<boolean>;
  };
  incidents: Pick<IncidentService, 'onOpened' | 'consider'>;
  onCall: Pick<OnCallService, 'page' | 'acknowledgeAtDesk' | 'onAcknowledged' | 'onUnanswered'>;
  policy: Pick<Policy, 'cases' | 'district'>;
  log: { error(details: object, message: string): void };
};

export type EmergencyService = ReturnType<typeof createEmergencyService>;

/**
 * What is done at once where somebody may come to harm: an emergency case with its field order, and the people on
 * call are paged until one acknowledges. Whoever opens an emergency case, paging begins with it.
 */
export function createEmergencyService(deps: EmergencyDeps) {
  const { cases, caseStore, pages, incidents, onCall, policy, log } = deps;

  // First whether it is part of an event that is known; then whether somebody must be woken for it.
  cases.onOpened(incidents.consider);
  cases.onLocated(incidents.consider);
  cases.onOpened(async ({ _id, priority }) => {
    if (priority !== 'emergency') return;
    const record = await caseStore.byNumber(_id);
    if (record === null || (await isCovered(record))) return;
    await onCall.page({
      caseNumber: _id,
      incidentNumber: null,
      what: record.serviceCode,
      address: record.address ?? null,
      zip: record.zip ?? null,
      conversationId: record.conversationId ?? null,
    });
  });
  incidents.onOpened(async ({ _id, kind, zip }) => {
    // The first cases of an outage are emergencies and have paged themselves; a cluster has woken nobody yet.
    if (kind !== 'waterQuality') return;
    await onCall.page({
      caseNumber: null,
      incidentNumber: _id,
      what: 'cluster of water quality reports',
      address: null,
      zip,
      conversationId: null,
    });
  });
  onCall.onAcknowledged(async ({ caseNumber, acknowledgedBy, acknowledgedVia }) => {
    if (!caseNumber) return;
    await cases.acknowledge({
      requestId: `page:${caseNumber}:acknowledged`,
      caseNumber,
      actor: acknowledgedVia === 'desk' ? (acknowledgedBy ?? 'system') : 'system',
      via: `page, ${acknowledgedBy}`,
    });
  });
  // Nobody is woken for what is over.
  cases.onClosed(async ({ _id: id, priority, history }) => {
    if (priority !== 'emergency') return;
    const end = history.findLast(({ kind }) => kind === 'closed');
    await onCall.acknowledgeAtDesk({ id, csr: end?.actor ?? 'system' });
  });
  onCall.onUnanswered(async ({ caseNumber }) => {
    if (!caseNumber) return;
    const requestId = `page:${caseNumber}:unanswered`;
    await cases.attend({ requestId, caseNumber, actor: 'system', reason: 'pageUnanswered' });
  });

  /**
   * One main that breaks is reported four hundred times: of each kind of report, the first of an incident pages.
   * Of many at once a few may; that none does cannot be, as whoever is not first leaves it to one that is there.
   */
  async function isCovered({ _id, incidentNumber, serviceCode, zip }: CaseRecord): Promise<boolean> {
    const first = incidentNumber ? await caseStore.firstOfKind(incidentNumber, serviceCode) : null;
    if (!first || !zip) return false;
    return first._id !== _id || pages.hasOther({ _id, zip, what: serviceCode, since: first.requestedAt });
  }

  return {
    /**
     * A customer told of a danger: one case for each danger and conversation, however often it is told. It holds
     * nothing of the customer's words. Where it cannot be recorded the customer must still be told whom to call,
     * so that is an answer, logged here; only a store that is away is thrown, as nothing can be said then either.
     */
    async report({ danger, zip, ...report }: EmergencyReport): Promise<EmergencyAnswer> {
      const category = policy.cases.dangers[danger];
      const zone = zip && policy.district.zips.includes(zip) ? zip : null;
      try {
        const request = { ...report, category, zip: zone, actor: 'customer' };
        const openKey = `${report.conversationId} ${danger}`;
        const opened = await cases.openOnce(request, openKey);
        // An account that is not there is no reason to be without a case.
        const answer =
          opened.ok || !report.accountId
            ? opened
            : await cases.openOnce({ ...request, accountId: null }, openKey);
        if (answer.ok) return { ok: true, caseNumber: answer.caseNumber, again: answer.again };
        log.error({ reason: answer.reason, danger }, 'an emergency was refused');
      } catch (err) {
        if (isStoreUnavailable(err)) throw err;
        log.error({ err, danger }, 'an emergency was not recorded');
      }
      return { ok: false, reason: 'notRecorded' };
    },
  };
}
