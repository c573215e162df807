import { loadConfig } from '../../bot/config.ts';
import { type District, openDistrict } from '../../bot/district.ts';
import { createLogger } from '../../bot/logger.ts';
import { BillingDayModel } from '../../models/billingDay.ts';
import { loadDistrictFolder } from '../../services/districtFolder.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { openStore } from '../services/district.ts';
import { settings } from '../support/app.ts';

let store: Awaited<ReturnType<typeof openStore>>;
let district: District;

beforeAll(async () => {
  store = await openStore();
  const config = loadConfig(settings('no directory: the store is open'));
  const folder = await loadDistrictFolder(config.districtDir, { now: new Date(), sample: true });
  district = await openDistrict(config, createLogger('silent'), { publish() {} }, folder);
});
afterAll(() => store.close());

it('whoever starts service is billed when their first period closes', async () => {
  const { serviceOrders } = district.services;
  const asked = { serviceLocationId: sampleId('premise', '400 Dry Creek Ln'), day: '2026-11-24' };
  const quoted = await serviceOrders.quote(asked);
  if (!quoted.ok) throw new Error(quoted.reason);
  const started = await serviceOrders.start({
    ...asked,
    requestId: 'r1',
    conversationId: null,
    occupancy: 'owner',
    applicant: { name: 'Ines Alvarez', language: 'es', phone: '+15105550177', email: null },
    proof: { kind: 'deed', reference: 'file 1' },
    agreed: quoted.quote.total,
  });
  if (!started.ok) throw new Error(started.reason);
  await district.clock.advance('P2D');
  while ((await district.followUps.runDue()) > 0);
  // Without it the account would be found by the walk of the month alone.
  expect(await BillingDayModel.findById(started.order.accountId).lean()).toMatchObject({
    billOn: '2027-01-23',
  });
});
