import type { ServiceLocation } from '../models/serviceLocation.ts';
import type { ServiceStreet } from '../models/serviceStreet.ts';
import { indexAddress } from './addressSearch/address.ts';
import { nearSpellings } from './addressSearch/nearSpellings.ts';
import { type AddressStores, createAddressSearch } from './addressSearch.ts';

export type NewPremise = {
  serviceLocationId: string;
  address: string;
  zip: string;
  insideDistrict?: boolean;
};

export type PremiseStores = AddressStores & {
  /** Inserts what is missing, by id. */
  insert(premises: ServiceLocation[], streets: ServiceStreet[]): Promise<void>;
  after(id: string, count: number): PromiseLike<ServiceLocation[]>;
  /** Writes anew what the premises are found by, and the streets that are missing. */
  index(premises: ServiceLocation[], streets: ServiceStreet[]): Promise<void>;
  settings: {
    valueOf(name: string): Promise<string | null>;
    once(name: string, value: string): Promise<string>;
  };
};

/** Rises with every change of how addresses are read, so that all premises are read anew. */
const spelling = 'premises.spelling.1';
const batch = 1000;

export type PremisesService = ReturnType<typeof createPremisesService>;

/** Where water is delivered: finding premises by what people write, and adding new ones. */
export function createPremisesService(stores: PremiseStores) {
  return {
    /** The premise of an address in a customer's words; it never tells who lives there. */
    search: createAddressSearch(stores),

    /**
     * Adds premises, so that they are found from now on; one that is there already stays as it is. Answers those
     * whose address cannot be read: without a number or a street nobody would find them.
     */
    async add(premises: NewPremise[]): Promise<{ ok: true; unreadable: string[] }> {
      const { found, streets, unreadable } = indexed(premises);
      await stores.insert(found, streets);
      return { ok: true, unreadable };
    },

    /** Reads the addresses of all premises anew, once for each way of reading them; at the start, before a search. */
    async indexOnce(): Promise<boolean> {
      if ((await stores.settings.valueOf(spelling)) !== null) return false;
      for (let after = ''; ; ) {
        const some = await stores.after(after, batch);
        const last = some.at(-1);
        if (last === undefined) break;
        const { found, streets } = indexed(
          some.map(({ _id, address, zip, insideDistrict }) => ({
            serviceLocationId: _id,
            address,
            zip,
            insideDistrict,
          })),
        );
        await stores.index(found, streets);
        after = last._id;
      }
      await stores.settings.once(spelling, 'done');
      return true;
    },
  };
}

/** Premises with what a search finds them by, and the streets that they are on. */
export function indexed(premises: NewPremise[]): {
  found: ServiceLocation[];
  streets: ServiceStreet[];
  unreadable: string[];
} {
  const streets = new Map<string, ServiceStreet>();
  const unreadable: string[] = [];
  const found = premises.map(({ serviceLocationId, address, zip, insideDistrict = true }) => {
    const read = indexAddress(address);
    if (read === null) unreadable.push(serviceLocationId);
    else if (!streets.has(read.street.id)) streets.set(read.street.id, toServiceStreet(read.street));
    const { number = null, unit = null } = read ?? {};
    return {
      _id: serviceLocationId,
      address,
      zip,
      insideDistrict,
      street: read?.street.id ?? null,
      number,
      unit,
    };
  });
  return { found, streets: [...streets.values()], unreadable };
}

function toServiceStreet({
  id,
  name,
  kind,
  directions,
}: NonNullable<ReturnType<typeof indexAddress>>['street']) {
  const spellings = [...new Set([...name, name.join('')].flatMap(nearSpellings))];
  return { _id: id, name, kind, directions, spellings };
}
