import type { AuthorisedPerson } from '../../models/authorisedPerson.ts';
import type { BlockedSender } from '../../models/blockedSender.ts';
import type { ContactChangeRecord } from '../../models/contactChange.ts';
import type { Customer } from '../../models/customer.ts';
import type { CustomerMerge } from '../../models/customerMerge.ts';
import type { SubstituteAddress } from '../../models/substituteAddress.ts';

/** What the customers' verbs keep: each is a model, or a plain object in a test. */
export type ContactChangeStore = {
  byRequest(requestId: string): PromiseLike<ContactChangeRecord | null>;
  ask(change: ContactChangeRecord): Promise<boolean>;
  settle(requestId: string, status: 'confirmed' | 'refused'): Promise<void>;
  since(accountId: string, since: Date): PromiseLike<ContactChangeRecord[]>;
};
export type AuthorisedStore = {
  byId(personId: string): PromiseLike<AuthorisedPerson | null>;
  add(person: AuthorisedPerson): Promise<boolean>;
  remove(personId: string, removed: { removedBy: string; removedAt: Date }): Promise<void>;
  ofAccount(accountId: string): PromiseLike<AuthorisedPerson[]>;
  named(accountId: string, nameKey: string): PromiseLike<AuthorisedPerson | null>;
};
export type SubstituteStore = {
  ofAccount(accountId: string): PromiseLike<SubstituteAddress | null>;
  byAccount(accountId: string): PromiseLike<SubstituteAddress | null>;
  at(serviceLocationId: string): PromiseLike<SubstituteAddress | null>;
  among(accountIds: string[]): PromiseLike<SubstituteAddress[]>;
  put(
    accountId: string,
    change: string,
    set: Pick<SubstituteAddress, 'serviceLocationId' | 'address' | 'active'>,
  ): Promise<void>;
};
export type BlockedStore = {
  byId(blockId: string): PromiseLike<BlockedSender | null>;
  add(block: BlockedSender): Promise<boolean>;
  lift(blockId: string, lifted: { liftedBy: string; liftedAt: Date }): Promise<void>;
  standing(key: string, now: Date): PromiseLike<BlockedSender | null>;
  allStanding(now: Date, limit: number): PromiseLike<BlockedSender[]>;
};
export type MergeStore = {
  byId(mergeId: string): PromiseLike<CustomerMerge | null>;
  begin(merge: CustomerMerge): Promise<boolean>;
  plan(
    mergeId: string,
    plan: Pick<CustomerMerge, 'movedAccountIds' | 'doubleAccountIds'>,
  ): PromiseLike<CustomerMerge | null>;
  end(mergeId: string, from: 'merging' | 'undoing', to: 'merged' | 'undone' | 'dropped'): Promise<void>;
  beginUndo(
    mergeId: string,
    undo: { undoRequestId: string; undoneBy: string; undoneAt: Date },
  ): Promise<boolean>;
};
export type CustomerStore = {
  ofAccount(accountId: string): PromiseLike<Customer | null>;
  byId(customerId: string): PromiseLike<Customer | null>;
  takeOver(customerId: string, accountIds: string[]): Promise<void>;
  giveUp(customerId: string, accountIds: string[]): Promise<void>;
  mergeInto(customerId: string, keptId: string, accountIds: string[]): Promise<void>;
  unmerge(customerId: string, accountIds: string[]): Promise<void>;
};
