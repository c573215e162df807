import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CaseModel } from '../../models/case.ts';
import { ConsentModel } from '../../models/consent.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { IncidentModel } from '../../models/incident.ts';
import { PageModel } from '../../models/page.ts';
import { createCaseService, type FieldOrderPort } from '../../services/cases.ts';
import { createConsentService } from '../../services/consents.ts';
import { createCustomerNotices } from '../../services/customerNotices.ts';
import { createEmergencyService } from '../../services/emergencies.ts';
import { UpstreamError } from '../../services/errors.ts';
import { createFollowUps } from '../../services/followUps.ts';
import { createIncidentService } from '../../services/incidents.ts';
import { createOnCallService } from '../../services/onCall.ts';
import { loadPolicy, type Policy } from '../../services/policy.ts';
import type { Records } from '../../services/records.ts';
import { createSecrets } from '../../services/secrets.ts';
import { handClock } from './district.ts';

export type Sent = {
  key: string;
  channel: string;
  to: string | null;
  template: string;
  language: string;
  values: Record<string, string>;
};

/** The system that holds the accounts may be down; one premise's address may be protected. */
const system = { isDown: false, isProtected: false };
/** One account of a customer with a phone and a mail address. */
const records: Pick<Records, 'accountById' | 'serviceLocation' | 'contacts'> = {
  accountById: async (accountId) => {
    if (system.isDown) throw new UpstreamError('records.unavailable', 'down');
    return accountId === 'a1'
      ? {
          accountId,
          accountNumber: '10023414',
          state: 'active',
          kind: 'residential',
          serviceLocationId: 'p1',
          autopay: false,
          paperless: false,
          closedOn: null,
        }
      : null;
  },
  serviceLocation: async (serviceLocationId) =>
    serviceLocationId === 'p1'
      ? {
          serviceLocationId,
          address: system.isProtected ? 'PO Box 1' : '12 Alder Creek Rd',
          zip: system.isProtected ? '' : '94538',
          insideDistrict: true,
        }
      : null,
  contacts: async (accountId) =>
    accountId === 'a1'
      ? { customerName: 'Ana Reyes', language: 'es', phone: '+15105550101', email: 'ana@example.com' }
      : null,
};

/** The crews of the field: one order a request, and a switch to make them fail. */
export function fieldCrews() {
  const orders = new Map<string, Parameters<FieldOrderPort['create']>[0] & { orderNumber: string }>();
  const cancelled: string[] = [];
  const state = { isDown: false };
  const port: FieldOrderPort = {
    async create(order) {
      if (state.isDown) throw new Error('no crews');
      const made = orders.get(order.requestId) ?? { ...order, orderNumber: `F-${orders.size + 1}` };
      if (order.serviceLocationId === null && !order.place) return { ok: false, reason: 'noPlace' };
      orders.set(order.requestId, made);
      return { ok: true, order: made };
    },
    async cancel({ orderNumber }) {
      if (state.isDown) throw new Error('no crews');
      if (!cancelled.includes(orderNumber)) cancelled.push(orderNumber);
      return { ok: true };
    },
  };
  return { port, state, cancelled, all: () => [...orders.values()] };
}

/** Everything about cases over the store, for a number of processes that share it, the clock and the outbox. */
export async function openCaseWork(start: string, change: (policy: Policy) => Policy = (same) => same) {
  Object.assign(system, { isDown: false, isProtected: false });
  const policy = change(await loadPolicy('district'));
  const clock = handClock(start);
  const machine = { at: new Date('2026-01-01T00:00:00Z') };
  const secrets = createSecrets(Buffer.alloc(32, 7));
  const crews = fieldCrews();
  const rows = new Map<string, Sent>();
  const callBacks: string[] = [];
  const faults: object[] = [];
  const outbox = {
    async enqueueNotice(notice: Omit<Sent, 'values'> & { sealed: string; at: Date }) {
      if (rows.has(notice.key)) return;
      const values = JSON.parse(secrets.open(notice.sealed, notice.key)) as Record<string, string>;
      rows.set(notice.key, { ...notice, values });
    },
  };

  /** One process: services of its own over what all share. */
  function process() {
    const log = { error: (details: object) => void faults.push(details) };
    const followUps = createFollowUps({
      store: FollowUpModel,
      clock,
      policy,
      log,
      machineNow: () => machine.at,
    });
    const consents = createConsentService({ store: ConsentModel, audit: AuditEntryModel, secrets, clock });
    const notices = createCustomerNotices({ records, consents, outbox, secrets, clock });
    const common = { audit: AuditEntryModel, followUps, notices, clock, secrets, policy };
    const cases = createCaseService({
      ...common,
      store: CaseModel,
      records,
      callBack: async (conversationId, key) => void callBacks.push(`${conversationId} ${key}`),
      fieldOrders: crews.port,
      log,
    });
    const incidents = createIncidentService({ ...common, store: IncidentModel, cases: CaseModel });
    const onCall = createOnCallService({
      ...common,
      store: PageModel,
      outbox,
      machineNow: () => machine.at,
    });
    const emergencies = createEmergencyService({
      cases,
      caseStore: CaseModel,
      pages: PageModel,
      incidents,
      onCall,
      policy,
      log,
    });
    return { followUps, consents, notices, cases, incidents, onCall, emergencies };
  }

  /** Lets District time go by, with whatever falls due in it. */
  async function pass(minutes: number, step = 1, by = first) {
    for (let gone = 0; gone < minutes; gone += step) {
      clock.pass(step);
      await by.followUps.runDue();
    }
  }

  const first = process();
  return {
    ...first,
    process,
    policy,
    clock,
    machine,
    secrets,
    crews,
    system,
    callBacks,
    faults,
    pass,
    sent: () => [...rows.values()],
  };
}

export async function emptied() {
  await Promise.all(
    [CaseModel, IncidentModel, PageModel, ConsentModel, FollowUpModel, AuditEntryModel].map((model) =>
      model.collection.deleteMany({}),
    ),
  );
}
