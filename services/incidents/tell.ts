import type { IncidentDeps } from '../incidents.ts';

/** So many customers are told in one run; the next follows at once. */
const atOnce = 50;

/** Tells the customers whose cases have joined an incident of its state, outside of quiet hours. */
export function handleTelling({ store, cases, followUps, notices, clock }: IncidentDeps): void {
  followUps.handle('incident.tell', {
    quiet: true,
    async run({ payload }) {
      const { incidentNumber, told } = payload as { incidentNumber: string; told: number };
      const incident = await store.byNumber(incidentNumber);
      if (incident === null) return { outcome: 'noIncident' };
      if (incident.told < told) return { outcome: 'notYet', again: new Date(clock.now().getTime() + 60_000) };
      if (incident.told > told) return { outcome: 'newerIsTold' };
      const untold = await cases.untold(incidentNumber, told, atOnce);
      for (const record of untold) {
        await notices.send({
          key: `incident:${incidentNumber}:${told}:${record._id}`,
          to: record,
          topic: 'outages',
          template: 'incidentState',
          values: {
            caseNumber: record._id,
            state: incident.status,
            expected: incident.expectedAt?.toISOString() ?? '',
            en: incident.notice?.en ?? '',
            es: incident.notice?.es ?? '',
          },
        });
        await cases.told(record._id, told);
      }
      return untold.length < atOnce ? { outcome: 'told' } : { outcome: 'telling', again: clock.now() };
    },
  });
}
