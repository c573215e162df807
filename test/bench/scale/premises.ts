import { CustomerAccountModel } from '../../../models/customerAccount.ts';
import { ServiceLocationModel } from '../../../models/serviceLocation.ts';
import { ServiceStreetModel } from '../../../models/serviceStreet.ts';
import { checkDigit } from '../../../services/accountNumber.ts';
import { createDistrictRecords } from '../../../services/districtRecords.ts';
import { premiseStores } from '../../../services/premiseStores.ts';
import { createPremisesService, indexed } from '../../../services/premises.ts';
import { drawn, type Measure, placesFrom } from './measure.ts';

const first =
  'Alder Willow Mission Niles Paseo Peralta Vallejo Decoto Canyon Sycamore Cedar Walnut Orchard Harvest Meadow Granite Copper Falcon Heron Juniper Laurel Magnolia Nectar Orion Poplar Quail Redwood Sierra Tamarack Umber Vista Warbler Yarrow Zinnia Amber Birch Clover Dover Ember Fern Garnet Hazel Iris Jasper Kestrel Lilac Maple Nutmeg Osprey Pepper Quartz Raven Saffron Teal Ursula Violet Winter Yellow Zephyr Acorn'.split(
    ' ',
  );
const second =
  'Creek Pond Oak Grove Hollow Mill Ridge Springs Heights Valley Meadow Brook Field Glen Harbor Island Junction Knoll Landing Meadows Park Point Ranch Shore Summit Terrace View Village Woods Lake Bluff Canyon Cliff Dale Estates Falls Forest Gardens Green Haven Hill Isle Lakes Manor Oaks Pines Plains Prairie Rapids River Rock Run Sands Station Stream Trace Union Vale Vista Well'.split(
    ' ',
  );
const kinds = ['Rd', 'Dr', 'Ln', 'Ct', 'St', 'Ave', 'Way', 'Pl'];
const premisesAStreet = 70;
const zips = ['94538', '94539', '94555'];

const street = (at: number) =>
  `${first[at % first.length]} ${second[Math.floor(at / first.length) % second.length]} ${kinds[(at * 5 + Math.floor(at / 3600)) % kinds.length]}`;
const addressOf = (at: number) =>
  `${100 + 2 * (at % premisesAStreet)} ${street(Math.floor(at / premisesAStreet))}`;
const sevenDigits = (at: number) => String(1_000_000 + at);
const accountNumber = (at: number) => `${sevenDigits(at)}${checkDigit(sevenDigits(at))}`;

async function fill(from: number, to: number): Promise<void> {
  const streets = new Set<string>();
  for (const places of placesFrom(from, to)) {
    const all = indexed(
      places.map((place) => ({
        serviceLocationId: `p${place}`,
        address: addressOf(place),
        zip: zips[place % 3] as string,
      })),
    );
    const fresh = all.streets.filter(({ _id }) => !streets.has(_id));
    for (const { _id } of fresh) streets.add(_id);
    for (const one of fresh)
      await ServiceStreetModel.updateOne(
        { _id: one._id },
        { $setOnInsert: { ...one, _id: undefined } },
        { upsert: true },
      );
    await ServiceLocationModel.collection.insertMany(all.found as never[], { ordered: false });
    await CustomerAccountModel.collection.insertMany(
      places.map((place) => ({
        _id: `a${place}`,
        accountNumber: accountNumber(place),
        zip: zips[place % 3],
        state: 'active',
        kind: 'residential',
        occupancy: 'owner',
        serviceLocationId: `p${place}`,
      })) as never[],
      { ordered: false },
    );
  }
}

/** One letter of the street's name is gone, as when somebody types on the way. */
function slip(address: string, seed: number): string {
  const letters = [...address.matchAll(/[a-z]/g)].map(({ index }) => index);
  const at = letters[seed % Math.max(1, letters.length - 3)] ?? 0;
  return address.slice(0, at) + address.slice(at + 1);
}

const service = createPremisesService(premiseStores);
const records = createDistrictRecords();

/** Looking up a premise by its address, right and misspelt, and an account by its number and ZIP. */
export const premiseMeasures: Measure[] = [
  {
    name: 'premise by address',
    fill,
    async run(run, size) {
      const at = drawn(run, size);
      const found = await service.search(addressOf(at));
      if (found.match !== 'exact' || found.premise.serviceLocationId !== `p${at}`)
        throw new Error(`not found: ${addressOf(at)}`);
    },
  },
  {
    name: 'premise by a misspelt address',
    async run(run, size) {
      const at = drawn(run, size);
      await service.search(slip(addressOf(at), run));
    },
  },
  {
    name: 'account by number and ZIP',
    async run(run, size) {
      const at = drawn(run, size);
      const zip = zips[at % 3] as string;
      const found = await records.matchAccount({ accountNumber: accountNumber(at), zip });
      if (found?.accountId !== `a${at}`) throw new Error('no such account');
    },
  },
];
