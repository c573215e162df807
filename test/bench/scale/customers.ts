import { CustomerModel, nameKeys } from '../../../models/customer.ts';
import { createDistrictRecords } from '../../../services/districtRecords.ts';
import { drawn, type Measure, placesFrom } from './measure.ts';

const records = createDistrictRecords();
const phoneOf = (place: number) => `+1510${5_000_000 + place}`;
const search = (by: 'phone' | 'name', value: string) =>
  records.findCustomers({ by, value, limit: 20, cursor: null });

/** Each account of `premiseMeasures` has a customer of its own. */
async function fill(from: number, to: number): Promise<void> {
  for (const places of placesFrom(from, to)) {
    await CustomerModel.collection.insertMany(
      places.map((place) => ({
        _id: `c${place}`,
        name: `Ann Lee${place}`,
        ...nameKeys(`Ann Lee${place}`),
        language: 'en',
        phone: phoneOf(place),
        email: `ann${place}@example.com`,
        accountIds: [`a${place}`],
      })) as never[],
      { ordered: false },
    );
  }
}

/** Looking up customers, as the desk does, and an account that is not there, as a guesser does. */
export const customerMeasures: Measure[] = [
  {
    name: 'contacts of an account',
    fill,
    async run(run, size) {
      const at = drawn(run, size);
      if ((await records.contacts(`a${at}`))?.phone !== phoneOf(at)) throw new Error('no such contacts');
    },
  },
  {
    name: 'account that is not there',
    async run() {
      const found = await records.matchAccount({ accountNumber: '90000005', zip: '94538' });
      if (found !== null) throw new Error('an account that nobody made');
    },
  },
  {
    name: 'customer by phone',
    async run(run, size) {
      const { matches } = await search('phone', phoneOf(drawn(run, size)));
      if (matches.length !== 1) throw new Error('no such phone');
    },
  },
  {
    name: 'customer by last name',
    async run(run, size) {
      const { matches } = await search('name', `Lee${drawn(run, size)} ann`);
      if (matches.length !== 1) throw new Error('no such name');
    },
  },
];
