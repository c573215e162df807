import { readAddress } from './addressSearch/address.ts';
import type { PremisesService } from './premises.ts';
import type { Records } from './records.ts';

const mostCandidates = 5;
const longest = 200;

/** Premises that a billing system elsewhere finds. What it takes for likely, the customer confirms. */
export function createPremisesElsewhere(
  find: NonNullable<Records['findServiceLocations']>,
): Pick<PremisesService, 'search'> {
  return {
    async search(text) {
      if (readAddress(text).number === null) return { match: 'none', missing: 'houseNumber' };
      const found = await find(text.slice(0, longest), mostCandidates);
      const premises = found.map(({ serviceLocationId, address, zip }) => ({
        serviceLocationId,
        address,
        zip,
      }));
      return premises.length > 0 ? { match: 'candidates', premises } : { match: 'none', missing: null };
    },
  };
}
