import { createAuthorised } from './customers/authorised.ts';
import { createBlocked } from './customers/blocked.ts';
import { createContacts } from './customers/contacts.ts';
import { createLookUp } from './customers/lookUp.ts';
import { createMerge } from './customers/merge.ts';
import { createPin } from './customers/pin.ts';
import { createSubstitute } from './customers/substitute.ts';
import type { CustomersDeps } from './customers/types.ts';

export type { Block, Sender } from './customers/blocked.ts';
export { protectPeople } from './customers/protection.ts';
export { shieldRecords } from './customers/substitute.ts';
export type { Asked, CustomersDeps } from './customers/types.ts';

export type CustomersService = ReturnType<typeof createCustomersService>;

/**
 * Who the customers are and how they are reached: looks, changes, people who may ask, PINs, double records,
 * protected addresses, blocked senders. Whoever changes something has been verified before (services/access.ts);
 * each verb is done once by its requestId, and each look and change is in the audit log.
 */
export function createCustomersService(deps: CustomersDeps) {
  return {
    ...createLookUp(deps),
    ...createContacts(deps),
    ...createAuthorised(deps),
    ...createPin(deps),
    ...createSubstitute(deps),
    ...createBlocked(deps),
    ...createMerge(deps),
  };
}
