import type { Logger } from 'pino';
import { createWorkWebhook } from '../adapters/work/workWebhook.ts';
import { AuditEntryModel } from '../models/auditEntry.ts';
import type { BillRun } from '../services/billing/billRun.ts';
import type { DistrictClock } from '../services/clock.ts';
import { fieldOrderStores } from '../services/fieldOrders/districtStores.ts';
import { createFieldOrders, type FieldOrderService } from '../services/fieldOrders.ts';
import type { FollowUpService } from '../services/followUps.ts';
import type { Policy } from '../services/policy.ts';
import { premiseStores } from '../services/premiseStores.ts';
import { createPremisesService, type PremisesService } from '../services/premises.ts';
import { createPremisesElsewhere } from '../services/premisesElsewhere.ts';
import type { Records } from '../services/records.ts';
import { serviceOrderStores } from '../services/serviceOrders/districtStores.ts';
import { elsewhereStores } from '../services/serviceOrders/elsewhereStores.ts';
import {
  createServiceOrderService,
  type ServiceOrderDeps,
  type ServiceOrderService,
} from '../services/serviceOrders.ts';
import type { Config } from './config.ts';

/** Premises as people write them; all of them are read once for each way of reading addresses. */
export async function openPremises(records: Records, log: Logger): Promise<Pick<PremisesService, 'search'>> {
  if (records.findServiceLocations) return createPremisesElsewhere(records.findServiceLocations);
  const premises = createPremisesService(premiseStores);
  if (await premises.indexOnce()) log.info({ event: 'premises.indexed' });
  return premises;
}

/** The crews' work, sent to the work-management system where one is set up. */
export function openFieldOrders(parts: {
  config: Config;
  records: Records;
  followUps: FollowUpService;
  clock: DistrictClock;
  policy: Policy;
  log: Logger;
}): FieldOrderService {
  const { config, records, followUps, clock, policy, log } = parts;
  return createFieldOrders({
    ...fieldOrderStores,
    serviceLocation: records.serviceLocation,
    followUps,
    audit: AuditEntryModel,
    clock,
    policy,
    send: config.work && createWorkWebhook({ config: config.work, policy, log }),
  });
}

type OwnParts = keyof typeof serviceOrderStores | 'audit' | 'records' | 'issueFinal';

/** Start, stop and move of service; a billing system elsewhere makes the accounts and the last bills itself. */
export function openServiceOrders(
  parts: Omit<ServiceOrderDeps, OwnParts> & {
    config: Config;
    records: Records;
    issueFinal: BillRun['issueFinal'];
  },
): ServiceOrderService {
  const { config, issueFinal, ...rest } = parts;
  const isElsewhere = config.records !== null;
  return createServiceOrderService({
    ...rest,
    ...(isElsewhere ? elsewhereStores(rest.records) : serviceOrderStores),
    issueFinal: isElsewhere ? null : issueFinal,
    audit: AuditEntryModel,
  });
}
