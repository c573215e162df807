import type { CustomerAgreement } from '../../models/customerAgreement.ts';
import type { Day } from '../calendar.ts';
import type { PremiseRefusal, ServiceOrderDeps } from './types.ts';

export type PremiseChecks = ReturnType<typeof createPremiseChecks>;

/** Whether somebody can begin at a premise; the answer never tells who is there. */
export function createPremiseChecks({ premises, agreements, orders }: ServiceOrderDeps) {
  /** Why service cannot begin there on a day, or null. `own` is the applicant's proven account. */
  async function refusalAt(
    serviceLocationId: string,
    day: Day,
    own: string | null,
    except?: string,
  ): Promise<PremiseRefusal | null> {
    if ((await premises.byId(serviceLocationId)) === null) return 'unknownPremise';
    const [running, start] = await Promise.all([
      agreements.runningAt(serviceLocationId),
      orders.startAt(serviceLocationId),
    ]);
    for (const agreement of running) {
      if (await isLeaving(agreement, day)) continue;
      return agreement.accountId === own ? 'alreadyYours' : 'premiseActive';
    }
    return start !== null && start._id !== except ? 'premiseActive' : null;
  }

  /** A landlord between tenants gives way, and so does whoever has booked to leave by that day. */
  async function isLeaving({ accountId, serviceLocationId, interim }: CustomerAgreement, day: Day) {
    if (interim) return true;
    const stop = await orders.openFor(accountId, 'stop', serviceLocationId);
    return (
      stop !== null && stop.records === 'confirmed' && stop.effectiveOn <= day && stop.openChange === null
    );
  }

  return {
    refusalAt,
    /** Whether water runs there for somebody else until then: then a reading is enough, nobody turns a valve. */
    isRunning: async (serviceLocationId: string) =>
      (await agreements.runningAt(serviceLocationId)).length > 0,
    /** Whom the premise falls back to between tenants, or null. */
    async landlordOf(serviceLocationId: string): Promise<string | null> {
      const running = await agreements.runningAt(serviceLocationId);
      return (
        running.map(({ accountId, interim, revertsTo }) => (interim ? accountId : revertsTo)).find(Boolean) ??
        null
      );
    },
  };
}
