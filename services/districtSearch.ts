import { type Customer, CustomerModel, nameKey } from '../models/customer.ts';
import { CustomerAccountModel } from '../models/customerAccount.ts';
import { ServiceLocationModel } from '../models/serviceLocation.ts';
import { createAddressSearch, type FoundPremise } from './addressSearch.ts';
import { premiseStores } from './premiseStores.ts';
import type { Contacts, CustomerMatch, CustomerPage, CustomerQuery } from './records.ts';

const searchAddress = createAddressSearch(premiseStores);
/** Accounts of one customer that a look-up shows. */
const mostAccounts = 50;

/** A customer as the records' port tells one. */
export function toContacts({ name, language, phone, email, mailingAddress, revision }: Customer): Contacts {
  return {
    customerName: name,
    language: language ?? 'en',
    phone: phone ?? null,
    email: email ?? null,
    mailingAddress: mailingAddress ?? null,
    revision: revision ?? 0,
  };
}

/** Looks customers up in our own models; each way goes by an index and reads a page. */
export async function findCustomers(query: CustomerQuery): Promise<CustomerPage> {
  const { by, value, limit } = query;
  if (by === 'name') return byName(query);
  if (by === 'address') return byAddress(query);
  if (by === 'accountNumber') {
    const account = await CustomerAccountModel.byNumber(value);
    const customer = account && (await CustomerModel.ofAccount(account._id));
    const matches = customer ? await matchesOf([customer]) : [];
    return { matches: matches.filter(({ accountNumber }) => accountNumber === value), cursor: null };
  }
  const after = query.cursor === null ? {} : { _id: { $gt: query.cursor } };
  const found = await CustomerModel.page({ [by]: value, ...after }, ['_id'], limit);
  const cursor = found.length < limit ? null : (found.at(-1)?._id ?? null);
  return { matches: await matchesOf(found), cursor };
}

/** By the whole name first, then by the last name: `okaf` finds Maria Okafor. */
async function byName({ value, limit, cursor }: CustomerQuery): Promise<CustomerPage> {
  const prefix = nameKey(value);
  const [field = 'nameKey', key = '', id = ''] = cursor?.split('\n') ?? [];
  const isLast = field === 'lastNameKey';
  const order = isLast ? 'lastNameKey' : 'nameKey';
  const from = cursor ? { $or: [{ [order]: { $gt: key } }, { [order]: key, _id: { $gt: id } }] } : {};
  const begins = { $gte: cursor && key > prefix ? key : prefix, $lt: `${prefix}\uffff` };
  const found = await CustomerModel.page({ [order]: begins, ...from }, [order, '_id'], limit);
  const end = found.at(-1);
  const matches = await matchesOf(found.filter((one) => !isLast || !one.nameKey?.startsWith(prefix)));
  if (found.length === limit && end) return { matches, cursor: [order, end[order], end._id].join('\n') };
  if (isLast) return { matches, cursor: null };
  const rest = await byName({
    by: 'name',
    value,
    limit: limit - found.length,
    cursor: ['lastNameKey', prefix, ''].join('\n'),
  });
  return { matches: [...matches, ...rest.matches], cursor: rest.cursor };
}

/** As people write it first, `12 alder crk road`; what has no house number yet by how the address begins. */
async function byAddress(query: CustomerQuery): Promise<CustomerPage> {
  if (query.cursor === null) {
    const found = await searchAddress(query.value);
    if (found.match === 'exact') return onPremises(query, [found.premise]);
    if (found.match === 'candidates') return onPremises(query, found.premises);
  }
  // Addresses are kept as the bill prints them: 31 Paseo Padre Ct.
  const prefix = query.value.toLowerCase().replace(/(?<=^|[\s-])\p{L}/gu, (letter) => letter.toUpperCase());
  const premises = await ServiceLocationModel.beginningWith(prefix, query.cursor ?? '', query.limit);
  const { matches } = await onPremises(
    query,
    premises.map(({ _id, address, zip }) => ({ serviceLocationId: _id, address, zip })),
  );
  return { matches, cursor: premises.length < query.limit ? null : (premises.at(-1)?.address ?? null) };
}

async function onPremises({ limit }: CustomerQuery, premises: FoundPremise[]): Promise<CustomerPage> {
  const accounts = await CustomerAccountModel.atPremises(
    premises.map(({ serviceLocationId }) => serviceLocationId),
    limit * mostAccounts,
  );
  const customers = await CustomerModel.ofAccounts(accounts.map(({ _id }) => _id));
  const shown = new Set(accounts.map(({ _id }) => _id));
  const matches = (await matchesOf(customers)).filter(({ accountId }) => shown.has(accountId));
  return { matches, cursor: null };
}

async function matchesOf(customers: Customer[]): Promise<CustomerMatch[]> {
  const ids = customers.flatMap(({ accountIds }) => accountIds.slice(0, mostAccounts));
  const accounts = new Map((await CustomerAccountModel.byIds(ids)).map((one) => [one._id, one]));
  return customers.flatMap((customer) =>
    customer.accountIds.flatMap((accountId) => {
      const account = accounts.get(accountId);
      if (!account) return [];
      const { accountNumber, state, serviceLocationId } = account;
      return [{ accountId, accountNumber, state, serviceLocationId, ...toContacts(customer) }];
    }),
  );
}
